import { hashSecret, newTransferCode } from "../../sessions/session.ts";
import { transferUrl } from "../../sessions/transfer-url.ts";
import { transferMs } from "../../storage/session-store.ts";
import type { Visitor } from "../answer-request.ts";
import type { ApiServer } from "../api-server.ts";
import { countStart } from "../count-start.ts";
import { isSecure } from "../origin.ts";
import { ProblemError } from "../problem.ts";
import { forVisitors } from "../route.ts";
import { linkBounds } from "../start-bounds.ts";

export const transferRoute = {
  /** A link that lets one other browser share this one's conversations, once (protocol 3.9). */
  POST: forVisitors(async (visitor, server) => {
    const { request, session } = visitor;
    const { context, config } = server;
    await countLink(visitor, server);
    const code = newTransferCode();
    const expiresAt = await context.storage.sessions.addTransfer(hashSecret(code), session);
    if (expiresAt === null) throw new ProblemError(401, "no_session", "this session was logged out");
    const url = transferUrl(code, request, isSecure(request.headers), config.publicUrl);
    return Response.json({ url, expiresAt, lastsMs: transferMs });
  }),
};

/** Throws 429 where too many were made in a short time. */
async function countLink(
  { request, userId }: Pick<Visitor, "userId"> & { request: Request },
  { context, config: { trustedProxies } }: ApiServer,
): Promise<void> {
  const { limits, newId } = context;
  const link = { runId: newId(), conversationId: newId(), userId, bodyHash: "" };
  await countStart(context, link, linkBounds({ headers: request.headers, userId, limits, trustedProxies }));
}
