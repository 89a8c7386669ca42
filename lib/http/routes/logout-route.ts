import { expiredCookie } from "../../sessions/session.ts";
import { isSecure } from "../origin.ts";
import { forVisitors } from "../route.ts";

export const logoutRoute = {
  /** Ends this session for ever, on every process, and its streams (protocol 3.9). Nothing is deleted. */
  POST: forVisitors(async ({ request, session }, { context, sessionWatch }) => {
    await context.storage.sessions.logOut(session);
    sessionWatch.abort(session);
    const headers = { "set-cookie": expiredCookie(isSecure(request.headers)) };
    return new Response(null, { status: 204, headers });
  }),
};
