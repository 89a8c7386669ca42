import type { OwnHosts } from "./own-hosts.ts";
import { ProblemError } from "./problem.ts";

/** Whether the browser reached us by https, directly or through a proxy in front. */
export const isSecure = (headers: Headers): boolean =>
  headers.get("x-forwarded-proto")?.toLowerCase() === "https";

/** Throws 403 `foreign_host` for a name that is none of ours. */
export function checkHost({ headers }: Request, hosts: OwnHosts): void {
  if (!hosts.includes(headers.get("host"))) {
    throw new ProblemError(
      403,
      "foreign_host",
      "this server answers only to names of its own machine, and to those in PUBLIC_URL and ALLOWED_HOSTS",
    );
  }
}

/** Throws 403 `foreign_origin` for a changing request from a page that is not ours. */
export function checkOrigin(request: Request, hosts: OwnHosts): void {
  if (request.method === "GET" || request.method === "HEAD") return;
  if (!isOwnPage(request, hosts))
    throw new ProblemError(403, "foreign_origin", "requests from other sites are refused");
}

/**
 * A page cannot write `Sec-Fetch-Site`: where a browser sends it, it knows best. Others send Origin, which is
 * compared with the names we know (route handlers see no true URL). With neither it is no browser.
 */
function isOwnPage({ headers }: Request, hosts: OwnHosts): boolean {
  const site = headers.get("sec-fetch-site");
  if (site === "same-origin") return true;
  if (site !== null && site !== "none") return false;
  const origin = headers.get("origin");
  return origin === null || hosts.ownOrigin(origin, headers.get("host"));
}
