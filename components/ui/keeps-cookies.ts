import { writeCookie } from "./write-cookie.ts";

const probe = "rivulet-probe";

/**
 * False: the browser takes no cookie from this address, so nobody can be known here. Call it in the browser
 * only.
 */
export function keepsCookies(): boolean {
  // Some browsers say that cookies are enabled, and keep none for this address.
  writeCookie(probe, "1");
  const kept = document.cookie.includes(`${probe}=1`);
  writeCookie(probe, undefined);
  return kept;
}
