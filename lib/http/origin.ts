import { ProblemError } from "./problem.ts";

/** Whether the browser reached us by https, directly or through a proxy in front. */
export const isSecure = (headers: Headers): boolean => headers.get("x-forwarded-proto") === "https";

/** `localhost:3000`, `127.0.0.1`, `[::1]:3000`. */
export const isLoopbackHost = (host: string): boolean =>
  /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/i.test(host);

/** Throws 403 `foreign_host` for a name that is not of this machine, where only those are answered. */
export function checkHost({ headers }: Request, loopbackOnly: boolean): void {
  if (loopbackOnly && !isLoopbackHost(headers.get("host") ?? "")) {
    throw new ProblemError(403, "foreign_host", "this server answers only to names of its own machine");
  }
}

/**
 * Throws 403 `foreign_origin` for a changing request from a page that is not ours. Route handlers see no true
 * URL, so Origin is compared with Host.
 */
export function checkOrigin(request: Request): void {
  if (request.method === "GET" || request.method === "HEAD") return;
  const origin = request.headers.get("origin");
  const isOwn =
    origin === null
      ? isOwnSite(request)
      : URL.canParse(origin) && new URL(origin).host === request.headers.get("host");
  if (!isOwn) throw new ProblemError(403, "foreign_origin", "requests from other sites are refused");
}

/** No Origin: not a browser, or one that says where the request comes from in another header. */
function isOwnSite({ headers }: Request): boolean {
  const site = headers.get("sec-fetch-site");
  return site === null || site === "same-origin" || site === "none";
}
