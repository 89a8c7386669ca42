import { carriesText } from "./carried-text.ts";

export type LinkTarget = { readonly href: string; readonly host: string; readonly suspicious: boolean };

// C0, C1, space, backslash, soft hyphen, zero-width, bidi and tag characters: browsers drop or rewrite
// them, readers never see them.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused here.
const DECEPTIVE =
  /[\u0000-\u0020\u007F-\u00A0\u00AD\u061C\u180E\u200B-\u200F\u2028-\u202E\u2060-\u206F\uFEFF\\]|\uDB40/;

/**
 * Where a link really goes, or null when it must stay inert text (S31): only absolute http, https and mailto
 * pass.
 */
export function linkTarget(text: string): LinkTarget | null {
  const address = /^www\./i.test(text) ? `https://${text}` : text;
  if (DECEPTIVE.test(address)) return null;
  if (/^mailto:[^/]/i.test(address)) return mailTarget(address);
  if (!/^https?:\/\/[^/]/i.test(address) || !URL.canParse(address)) return null;
  const url = new URL(address);
  const { href, host, username, password } = url;
  // `new URL` forgets an empty userinfo (`https://@evil`), the raw text does not.
  const authority = address.slice(address.indexOf("//") + 2).split(/[/?#]/, 1)[0] ?? "";
  if (host === "" || username !== "" || password !== "" || authority.includes("@")) return null;
  return { href, host, suspicious: /(?:^|\.)xn--/.test(host) || carriesText(url) };
}

function mailTarget(address: string): LinkTarget | null {
  if (!URL.canParse(address)) return null;
  const url = new URL(address);
  const { href, pathname } = url;
  return { href, host: pathname.slice(pathname.lastIndexOf("@") + 1), suspicious: carriesText(url) };
}

// A name with dots; or any with a port; an address in numbers of any base, as browsers take it.
const HOST_IN_TEXT =
  /(?:[\p{L}\p{N}_-]{1,63}\.)+\p{L}[\p{L}\p{N}-]{1,62}(?::\d{1,5})?|[a-z\d-]*[a-z][a-z\d-]*:\d{2,5}(?![\p{L}\d])|(?:(?:0x[\da-f]+|\d+)\.){3}(?:0x[\da-f]+|\d+)(?::\d+)?|(?<=:\/\/)[^\s/?#]+|(?<!\S)(?:0x[\da-f]{7,8}|\d{8,11})(?!\S)/giu;
// What is seen as a dot, or read as one, before what may end a host's name.
const DOT =
  /[\u3002\u2027\u00B7\u2219\u22C5\u30FB\u2022](?=[a-z\d-]*[a-z])|\s?[([{<]?\s?(?:(?<![a-z])dot(?![a-z])|[点點]|(?![\0-~])[\p{Po}\p{S}])\s?[)\]}>]?\s?(?=(?:com|net|org|info|biz|io|ai|app|dev|edu|gov|co|cn|uk|de|fr|jp|ru|eu|xyz|me|bank|shop|site|online)(?![a-z]))|\s?[([{<]\s?\.\s?[)\]}>]\s?|\s\.\s?(?=[a-z]{2,}(?![a-z]))/giu;
// Marks of what is hidden (show-hidden.ts), and what is hidden and has no mark.
const UNSEEN = /\u27E6U\+[\dA-F]+(?: \u00D7\d+)?\u27E7|[\p{Cf}\p{Mn}\u115F\u1160\u3164\uFFA0]/gu;

/**
 * The host to print after the link: when its words name another host or port, in whatever spelling, hide an
 * IDN, or the address may carry a secret.
 */
export function shownHost(target: LinkTarget, words: string): string | null {
  if (target.suspicious) return target.host;
  const real = bare(target.host);
  const address = linkTarget(words.trim());
  const named = address === null ? hostsIn(words.slice(0, 2048)) : [address.host];
  return named.some((host) => bare(host) !== real) ? target.host : null;
}

/** The hosts that a reader sees in the words. */
function hostsIn(words: string): string[] {
  const plain = words
    .replace(UNSEEN, "")
    .replace(DOT, ".")
    .normalize("NFKC")
    .replace(UNSEEN, "")
    .replace(DOT, ".");
  return (plain.match(HOST_IN_TEXT) ?? []).map((host) => linkTarget(`https://${host}`)?.host ?? host);
}

function bare(host: string): string {
  return host
    .toLowerCase()
    .replace(/^www\./, "")
    .replace(/(?::(?:443|80))?$/, "")
    .replace(/\.$/, "");
}
