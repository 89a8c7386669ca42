export type LinkTarget = { readonly href: string; readonly host: string; readonly suspicious: boolean };

// C0, C1, space, backslash, soft hyphen, zero-width, bidi and tag characters: browsers drop or rewrite
// them, readers never see them.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused here.
const DECEPTIVE =
  /[\u0000-\u0020\u007F-\u00A0\u00AD\u061C\u180E\u200B-\u200F\u2028-\u202E\u2060-\u206F\uFEFF\\]|\uDB40/;
const LONG_QUERY = 64;

/**
 * Where a link really goes, or null when it must stay inert text (S31): only absolute http, https and mailto
 * pass.
 */
export function linkTarget(url: string): LinkTarget | null {
  const address = /^www\./i.test(url) ? `https://${url}` : url;
  if (DECEPTIVE.test(address)) return null;
  if (/^mailto:[^/]/i.test(address)) return mailTarget(address);
  if (!/^https?:\/\/[^/]/i.test(address) || !URL.canParse(address)) return null;
  const { href, host, username, password, search } = new URL(address);
  // `new URL` forgets an empty userinfo (`https://@evil`), the raw text does not.
  const authority = address.slice(address.indexOf("//") + 2).split(/[/?#]/, 1)[0] ?? "";
  if (host === "" || username !== "" || password !== "" || authority.includes("@")) return null;
  return { href, host, suspicious: /(?:^|\.)xn--/.test(host) || search.length > LONG_QUERY };
}

function mailTarget(address: string): LinkTarget | null {
  if (!URL.canParse(address)) return null;
  const { href, pathname } = new URL(address);
  return { href, host: pathname.slice(pathname.lastIndexOf("@") + 1), suspicious: false };
}

const HOST_IN_TEXT = /(?:[\p{L}\p{N}-]{1,63}\.)+\p{L}{2,63}/gu;

/**
 * The host to print after the link: when its words name another host, hide an IDN, or the query is long
 * enough to carry a secret.
 */
export function shownHost(target: LinkTarget, words: string): string | null {
  if (target.suspicious) return target.host;
  const real = bare(target.host);
  const address = linkTarget(words.trim());
  const named = address === null ? (words.slice(0, 2048).match(HOST_IN_TEXT) ?? []) : [address.host];
  return named.some((host) => bare(host) !== real) ? target.host : null;
}

function bare(host: string): string {
  return host
    .toLowerCase()
    .replace(/^www\./, "")
    .replace(/:\d+$/, "");
}
