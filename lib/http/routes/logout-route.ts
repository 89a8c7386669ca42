import { ownKeysCookie } from "../../sessions/own-keys.ts";
import { expiredCookie } from "../../sessions/session.ts";
import { isSecure } from "../origin.ts";
import { forVisitors } from "../route.ts";

export const logoutRoute = {
  /** Ends this session for good, in every process, and closes its streams (protocol 3.9). Deletes nothing. */
  POST: forVisitors(async ({ request, session }, { context, sessionWatch }) => {
    await context.storage.sessions.logOut(session, { unlessEmpty: true });
    sessionWatch.abort(session);
    const secure = isSecure(request.headers);
    const headers = new Headers({ "set-cookie": expiredCookie(secure) });
    const noKeys = ownKeysCookie(new Map(), { secrets: [], session, secure });
    if (noKeys !== undefined) headers.append("set-cookie", noKeys);
    return new Response(null, { status: 204, headers });
  }),
};
