/** An address may carry this many characters in all, a query fewer. */
const maxCarried = 128;
const maxQuery = 64;
/** And fewer than this many that are no words: a key, an id. A digit counts less: it can say less. */
const maxOpaque = 14;
const digitWeight = 0.6;
/** As many marks between words, beyond one at a time, say nothing: "_(", "/?". */
const maxMarks = 3;
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
  const rest = `${pathname}${search}${hash}`;
  try {
    return `${name}:${port}${decodeURIComponent(rest)}`;
  } catch {
    // Bytes that are no text.
    return `${name}:${port}${rest.replace(/%[\da-f]{2}/gi, "\uFFFD")}`;
  }
}

/** Letters and what is written with them, which is seen. */
const word = /(?:[\p{L}\p{N}]|(?!\p{DI})\p{M}|(?<=[^\0-~])[\u200C\u200D])+/gu;

/** Characters that are no words. Short numbers, initials and marks count where there are many of them. */
function opaqueIn(text: string): number {
  let opaque = 0;
  let short = 0;
  for (const [token] of text.matchAll(word)) {
    if (/^(?:\d{1,2}|[a-z])$/i.test(token)) short += token.length;
    else opaque += opaqueLength(token);
  }
  const marks = text.split(word).reduce((sum, run) => sum + marksIn(run), 0);
  return opaque + (short > 6 ? short : 0) + (marks > maxMarks ? marks : 0);
}

/** Of what stands between two words: one is no more than a space. An emoji or what is unseen says more. */
function marksIn(run: string): number {
  const odd = run.match(/[^\0-~\p{P}\p{Z}]/gu)?.length ?? 0;
  return odd * 2 + Math.max(0, run.length - odd - 1);
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
