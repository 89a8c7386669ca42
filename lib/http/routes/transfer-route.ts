import { hashSecret, newTransferCode } from "../../sessions/session.ts";
import { transferUrl } from "../../sessions/transfer-url.ts";
import { transferMs } from "../../storage/session-store.ts";
import { isSecure } from "../origin.ts";
import { ProblemError } from "../problem.ts";
import { forVisitors } from "../route.ts";

export const transferRoute = {
  /** A link that lets one other browser share this one's conversations, once (protocol 3.9). */
  POST: forVisitors(async ({ request, session }, { context, config }) => {
    const code = newTransferCode();
    const expiresAt = await context.storage.sessions.addTransfer(hashSecret(code), session);
    if (expiresAt === null) throw new ProblemError(401, "no_session", "this session was logged out");
    const url = transferUrl(code, request, isSecure(request.headers), config.publicUrl);
    return Response.json({ url, expiresAt, lastsMs: transferMs });
  }),
};
