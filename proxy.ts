import { randomBytes } from "node:crypto";
import { type NextRequest, NextResponse } from "next/server";
import { messagesIn } from "#lib/client/i18n/messages-in.ts";
import { pickLanguage } from "#lib/client/i18n/pick-language.ts";
import { awayPage } from "#lib/http/away-page.ts";
import { isSecure } from "#lib/http/origin.ts";
import { server } from "#lib/server.ts";
import { contentPolicy, pageHeaders } from "#lib/sessions/page-headers.ts";
import {
  newSid,
  readSession,
  type Session,
  sessionCookie,
  sessionCookieName,
  sign,
} from "#lib/sessions/session.ts";

const foreignHost = `This server answers only to names of its own machine.
If this name is right, start it with PUBLIC_URL=https://this.name, or ALLOWED_HOSTS=this.name
本服务器只响应本机的名称。如果这个名称没错，请用 PUBLIC_URL 或 ALLOWED_HOSTS 启动它。
`;

/**
 * Every page request passes here, no API request does: the content policy with a fresh nonce, and the session
 * cookie where there is no valid one. It protects nothing by itself: each object is authorised where it is
 * read.
 */
export async function proxy(request: NextRequest): Promise<NextResponse> {
  const { hosts, secrets } = server().access;
  if (!hosts.includes(request.headers.get("host"))) return new NextResponse(foreignHost, { status: 421 });
  // Pages are only read: nothing in Next that decodes a body (Server Actions) is ever reached.
  if (request.method !== "GET" && request.method !== "HEAD")
    return new NextResponse("Pages are only read.\n", { status: 405, headers: { allow: "GET, HEAD" } });
  const secure = isSecure(request.headers);
  const nonce = randomBytes(16).toString("base64");
  const policy = contentPolicy(nonce, process.env.NODE_ENV === "development");
  const headers = new Headers(request.headers);
  // Next takes the nonce of its own scripts from this header; what the client sent under this name is
  // overwritten.
  headers.set("content-security-policy", policy);

  const signed = readSession(request.headers.get("cookie"), secrets, secure);
  const found = await sessionState(signed);
  // A word after something that has ended needs nothing that is stored.
  if (found === "away" && !request.nextUrl.pathname.startsWith("/ended/"))
    return away(request, secure, nonce);
  const session = found === "ended" ? null : signed;
  const sid = session?.sid ?? newSid();
  // The page that is rendered now belongs to the session that its answer sets.
  if (!session)
    headers.set(
      "cookie",
      withCookie(request.headers.get("cookie"), `${sessionCookieName(secure)}=${sign(sid, secrets)}`),
    );

  const response = isInternal(request.nextUrl.pathname)
    ? NextResponse.rewrite(new URL("/404", request.url), { request: { headers } })
    : NextResponse.next({ request: { headers } });
  response.headers.set("content-security-policy", policy);
  for (const [name, value] of pageHeaders(secure)) response.headers.set(name, value);
  if (!session || session.isStale) response.headers.append("set-cookie", sessionCookie(sid, secrets, secure));
  return response;
}

/** Pages that Next makes for itself: asked for, they would be shown as a broken server, or as found. */
const isInternal = (pathname: string): boolean => /^\/_(global-error|not-found)$/.test(pathname);

/** Whether the session was logged out, whose browser then gets a new one, or whether nobody can say. */
async function sessionState(signed: Session | null): Promise<"live" | "ended" | "away"> {
  const { access, context } = server();
  try {
    if (signed) return (await access.sessions.user(signed.hash)) === null ? "ended" : "live";
    await context.storage.ping();
    return "live";
  } catch {
    return "away";
  }
}

/** The browser keeps whatever session it has. */
function away({ cookies, headers }: NextRequest, secure: boolean, nonce: string): NextResponse {
  const language = pickLanguage(cookies.get("rivulet-lang")?.value, headers.get("accept-language"));
  const messages = messagesIn(language);
  const theme = cookies.get("rivulet-theme")?.value;
  const page = awayPage(
    {
      lang: language === "zh" ? "zh-CN" : "en",
      theme: theme === "light" || theme === "dark" ? theme : undefined,
      title: messages["away.title"],
      text: messages["away.text"],
      action: messages["action.retry"],
    },
    nonce,
  );
  for (const [name, value] of pageHeaders(secure)) page.headers.set(name, value);
  return new NextResponse(page.body, page);
}

const withCookie = (cookies: string | null, own: string): string => (cookies ? `${own}; ${cookies}` : own);

export const config = { matcher: "/((?!api/|_next/static/|(?:icon\\.svg|manifest\\.webmanifest)$).*)" };
