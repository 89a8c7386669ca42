import { isSecure, route } from "#lib/http/route.ts";
import { server } from "#lib/server.ts";
import { endedCookie } from "#lib/sessions/session.ts";

/** Ends this session for ever, on every process, and its streams (protocol 3.9). Nothing is deleted. */
export const POST = (request: Request) =>
  route(request, server().api, async ({ session }) => {
    const { context, watch } = server();
    await context.storage.sessions.logOut(session);
    watch.end(session);
    const headers = { "set-cookie": endedCookie(isSecure(request.headers)) };
    return new Response(null, { status: 204, headers });
  });
