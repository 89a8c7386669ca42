import { ProblemError } from "#lib/http/problem.ts";
import { isSecure, route } from "#lib/http/route.ts";
import { server } from "#lib/server.ts";
import { hashOf, newCode } from "#lib/sessions/session.ts";
import { transferUrl } from "#lib/sessions/transfer-url.ts";
import { transferMs } from "#lib/storage/session-store.ts";

/** A link by which one other browser joins this one's conversations, once (protocol 3.9). */
export const POST = (request: Request) =>
  route(request, server().api, async ({ session }) => {
    const code = newCode();
    const expiresAt = await server().context.storage.sessions.addTransfer(hashOf(code), session);
    if (expiresAt === null) throw new ProblemError(401, "no_session", "this session was logged out");
    const url = transferUrl(code, request, isSecure(request.headers));
    return Response.json({ url, expiresAt, lastsMs: transferMs });
  });
