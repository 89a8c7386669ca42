/** An address may carry this many characters in all, a query fewer. */
const maxCarried = 128;
const maxQuery = 64;
/** And fewer than this many that are no words: a key, an id. A digit counts less: it can say less. */
const maxOpaque = 14;
const digitWeight = 0.6;
/** The least that a link to a site counts for, among many. */
const minOpaque = 4;

/** Whether an address is long or random enough to carry a secret away, wherever in it that stands (S41). */
export function carriesText(url: URL): boolean {
  const { search } = url;
  if (url.protocol === "mailto:")
    return /[,;]|%2c/i.test(url.pathname) || /[?&](?:b?cc|to|body)=./i.test(search) || isLong(url);
  return search.length > maxQuery || isLong(url);
}

function isLong(url: URL): boolean {
  const text = textOf(url);
  return text.length > maxCarried || opaqueIn(text) >= maxOpaque;
}

/** How much a link adds to what the links of an answer carry to one site together. */
export function opaqueWeight(url: URL): number {
  const opaque = opaqueIn(textOf(url));
  return opaque > 0 ? Math.max(minOpaque, opaque) : 0;
}

/** Everything that could be chosen in the address, percent signs decoded: a Chinese title is words. */
function textOf({ protocol, hostname, port, pathname, search, hash }: URL): string {
  const name = protocol === "mailto:" ? "" : hostname.replace(/\.[^.]*$/, "");
  const rest = `/${pathname}${search}${hash}`;
  try {
    return `${name}:${port}${decodeURIComponent(rest)}`;
  } catch {
    return `${name}:${port}${rest}`;
  }
}

/** Characters that are no words. Short numbers and initials count where there are many of them. */
function opaqueIn(text: string): number {
  let opaque = 0;
  let short = 0;
  for (const [token] of text.matchAll(/[\p{L}\p{N}]+/gu)) {
    if (/^(?:\d{1,2}|[a-z])$/i.test(token)) short += token.length;
    else opaque += opaqueLength(token);
  }
  return short > 6 ? opaque + short : opaque;
}

function opaqueLength(token: string): number {
  // A year; k8s, i18n.
  if (/^(?:(?:19|20)\d\d|[a-z]\d\d?[a-z])$/i.test(token)) return 0;
  const digits = /^\d+$|^[a-z]+(\d{1,4})$|^(\d{1,4})[a-z]+$/i.exec(token);
  // sha256, es2015, 1234567.
  if (digits) return (digits[1] ?? digits[2] ?? token).length * digitWeight;
  if (/\d/.test(token)) return token.length;
  // Words have vowels, and not a capital in every third letter.
  const isWord =
    !/[^aeiouy\W]{5}|[aeiou]{5}/i.test(token) &&
    (token.match(/[a-z][A-Z]/g) ?? []).length * 4 <= token.length;
  return isWord && token.length <= 40 ? 0 : token.length;
}
