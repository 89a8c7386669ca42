import { expiredCookie } from "../../sessions/session.ts";
import { isSecure } from "../origin.ts";
import { forVisitors } from "../route.ts";

export const logoutRoute = {
  /** Ends this session for good, in every process, and closes its streams (protocol 3.9). Deletes nothing. */
  POST: forVisitors(async ({ request, session }, { context, sessionWatch }) => {
    await context.storage.sessions.logOut(session, { unlessEmpty: true });
    sessionWatch.abort(session);
    const headers = { "set-cookie": expiredCookie(isSecure(request.headers)) };
    return new Response(null, { status: 204, headers });
  }),
};
