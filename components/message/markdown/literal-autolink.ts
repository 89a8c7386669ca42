/** An address that stands in the text as it is. */
export type Address = { readonly start: number; readonly end: number; readonly isMail: boolean };

// Where a path stops: blanks, quotes, brackets without their partner, marks of emphasis that close (`**`,
// `~~`) and CJK punctuation: a Chinese sentence goes on after the address.
const STOP =
  '\\s<>"`\\[\\]{}\\\\\\u2018-\\u201D\\u2026\\u3000-\\u3003\\u3008-\\u3011\\u3014-\\u301F\\uFF01-\\uFF0F\\uFF1A-\\uFF20\\uFF3B-\\uFF40\\uFF5B-\\uFF65';
// A name in letters of any script. Chinese ones count only where the name begins with them: behind another
// name they are the sentence.
const CJK = "\\u3040-\\u30FF\\u3400-\\u9FFF\\uAC00-\\uD7AF\\u{20000}-\\u{3FFFF}";
const PART = `(?:(?![${CJK}])[\\p{L}\\p{M}\\p{N}_-])`;
const NAME = `(?:(?:www\\.)?[${CJK}][${CJK}\\w-]*(?:\\.[${CJK}\\w-]+)+|${PART}+(?:\\.+${PART}+)*\\.*|\\[[\\da-f:.]+\\])`;
// A number in brackets behind an address is a source, and with a ^ a note.
const PAIR = `\\{[^${STOP}]*\\}|\\[(?!\\^|\\d+\\](?![\\w/=&.%-]))[^${STOP}]*\\]`;
const PATH = `(?:[/?#](?:(?!\\*\\*|~~)[^${STOP}]|${PAIR})*)?`;
const WEB = `(?:https?:\\/\\/|www\\.)${NAME}(?::\\d+)?${PATH}`;
const BOX = "[\\w.+-]{1,64}@[a-z\\d-]{1,63}(?:\\.[a-z\\d-]{1,63})+";
const MAIL = `(?:mailto:${BOX}(?:\\?[^${STOP}]*)?|${BOX})`;
const LITERAL = new RegExp(`(?<![a-z\\d/+])(?:(?<web>${WEB})|(?<mail>(?<![\\w.+-])${MAIL}))`, "giu");

/** The bare addresses of a source, in order: the whole of each, or nothing of it. */
export function literalAddresses(source: string): readonly Address[] {
  if (!/:\/\/|www\.|@/i.test(source)) return [];
  const found: Address[] = [];
  // Up to here the source is a part of what is no address.
  let passed = 0;
  for (const match of source.matchAll(LITERAL)) {
    const isMail = match.groups?.["mail"] !== undefined;
    const text = trimEnd(match[0]);
    const end = match.index + text.length;
    if (match.index < passed || /^(?:https?:\/\/|www\.)?[-_.]*$/i.test(text)) continue;
    if (isMail && isPartOfAddress(source, match.index, end)) continue;
    // What goes on as no host does is none: a user's name before an @, a port of letters.
    const rest = isMail || hasPath(text) ? "" : source.slice(end, end + 256);
    if (/^[.:]?[^\s/?#@]*@[\p{L}\d]|^:[\p{L}\d]/u.test(rest))
      passed = end + (/^\S+/.exec(rest)?.[0].length ?? 0);
    else found.push({ start: match.index, end, isMail });
  }
  return found;
}

/**
 * A user's name before a host, as `ssh://git@host` and `git@host:path` have one; a host ends with a letter.
 */
function isPartOfAddress(source: string, start: number, end: number): boolean {
  if (/^(?:[-_]|[:/][\p{L}\d/~])/u.test(source.slice(end, end + 2))) return true;
  const before = source.slice(Math.max(0, start - 128), start);
  const scheme = before.lastIndexOf("://");
  return scheme > 0 && !/[\s<>"]/.test(before.slice(scheme - 1));
}

const hasPath = (address: string): boolean => /[/?#]/.test(address.replace(/^https?:\/\//i, ""));

// GFM: trailing punctuation belongs to the sentence, and so does a `)` that has no partner inside the
// address.
function trimEnd(text: string): string {
  let end = text.length;
  let unpaired = countMarks(text, ")") - countMarks(text, "(");
  for (; end > 0; end -= 1) {
    const last = text.charAt(end - 1);
    const reference = last === ";" ? /&[a-z\d]+;$/i.exec(text.slice(Math.max(0, end - 34), end)) : null;
    if (reference) end -= reference[0].length - 1;
    else if (last === ")") {
      if (unpaired <= 0) break;
      unpaired -= 1;
    } else if (!/[?!.,:*_~'";&$-]/.test(last)) break;
  }
  return text.slice(0, end);
}

function countMarks(text: string, mark: string): number {
  return text.split(mark).length - 1;
}
