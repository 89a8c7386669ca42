type Mark = { readonly char: string; readonly length: number; readonly at: number };

export type InlineScan = {
  /** Delimiters and brackets that a later character may still close, in order. */
  readonly open: readonly Mark[];
  /** From here on the source is half a mark: hidden while more text may come. */
  readonly cut: number;
  /** A code span that has not closed: everything after it is code so far. */
  readonly code: Mark | null;
};

type ScanState = { source: string; at: number; open: Mark[]; cut: number; code: Mark | null };

/**
 * One pass over a leaf that has not ended: what is open at its end. It guesses the way micromark decides, it
 * does not parse.
 */
export function scanInline(source: string): InlineScan {
  const scan: ScanState = { source, at: 0, open: [], cut: source.length, code: null };
  while (scan.at < scan.cut && scan.code === null) scanStep(scan);
  return { open: scan.open, cut: scan.cut, code: scan.code };
}

function scanStep(scan: ScanState): void {
  const char = scan.source.charAt(scan.at);
  switch (char) {
    case "\\":
      skip(scan, 2);
      return;
    case "`":
      codeSpan(scan);
      return;
    case "*":
    case "_":
    case "~":
      delimiterRun(scan, char);
      return;
    case "[":
      scan.open.push({ char, length: 1, at: scan.at });
      skip(scan, 1);
      return;
    case "!":
      exclamation(scan);
      return;
    case "]":
      closeBracket(scan);
      return;
    case "<":
      angle(scan);
      return;
    case "&":
      if (/^&#?\w{0,31}$/.test(scan.source.slice(scan.at, scan.at + 34))) scan.cut = scan.at;
      skip(scan, 1);
      return;
    default:
      skip(scan, 1);
      return;
  }
}

function skip(scan: ScanState, count: number): void {
  if (scan.at + count > scan.source.length) scan.cut = scan.at;
  scan.at += count;
}

function exclamation(scan: ScanState): void {
  const image = scan.source.charAt(scan.at + 1) === "[";
  if (image) scan.open.push({ char: "![", length: 2, at: scan.at });
  skip(scan, image ? 2 : 1);
}

function codeSpan(scan: ScanState): void {
  const length = runLength(scan.source, scan.at, "`");
  const from = scan.at + length;
  const end = closingTicks(scan.source, from, length);
  if (end !== null) scan.at = end;
  else scan.code = { char: "`", length, at: scan.at };
}

function closingTicks(source: string, from: number, length: number): number | null {
  for (let at = source.indexOf("`", from); at !== -1; ) {
    const run = runLength(source, at, "`");
    if (run === length) return at + run;
    at = source.indexOf("`", at + run);
  }
  return null;
}

function runLength(source: string, at: number, char: string): number {
  let end = at;
  while (source.charAt(end) === char) end++;
  return end - at;
}

function delimiterRun(scan: ScanState, char: string): void {
  const length = runLength(scan.source, scan.at, char);
  const before = scan.source.charAt(scan.at - 1);
  const after = scan.source.charAt(scan.at + length);
  const at = scan.at;
  scan.at += length;
  const atEnd = after === "";
  if (char === "~" && length !== 2) {
    if (atEnd) scan.cut = at;
    return;
  }
  const blankBefore = before === "" || /\s/.test(before);
  const word = char === "_" && /\w/.test(before);
  const left = blankBefore || (char === "_" && /\w/.test(after)) ? length : closeMarkRun(scan, char, length);
  if (atEnd && left > 0) scan.cut = Math.min(scan.cut, at + length - left);
  else if (left > 0 && !/\s/.test(after) && !word)
    scan.open.push({ char, length: left, at: at + length - left });
}

function closeMarkRun(scan: ScanState, char: string, length: number): number {
  let left = length;
  for (let index = scan.open.length - 1; index >= 0 && left > 0; index--) {
    const mark = scan.open[index];
    if (mark === undefined || mark.char === "[" || mark.char === "![") break;
    if (mark.char !== char) continue;
    if (left < mark.length && scan.at === scan.source.length) break;
    const used = Math.min(left, mark.length);
    left -= used;
    const rest = mark.length - used;
    scan.open.splice(index, scan.open.length - index, ...(rest > 0 ? [{ ...mark, length: rest }] : []));
  }
  return left;
}

function closeBracket(scan: ScanState): void {
  const index = scan.open.findLastIndex((mark) => mark.char === "[" || mark.char === "![");
  const bracket = scan.open[index];
  if (bracket === undefined) {
    skip(scan, 1);
    return;
  }
  const end = linkTailEnd(scan.source, scan.at + 1);
  if (end === "unfinished") {
    scan.cut = scan.at;
    return;
  }
  scan.open.length = index;
  scan.at = end;
}

const DESTINATION =
  /^\(\s*(?:<(?:[^<>\n\\]|\\.)*>|(?:[^\s()<\\]|\\.|\((?:[^\s()\\]|\\.)*\))(?:[^\s()\\]|\\.|\((?:[^\s()\\]|\\.)*\))*)?(?:\s+(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\((?:[^()\\]|\\.)*\)))?\s*\)/;
const HALF_DESTINATION =
  /^\(\s*(?:<(?:[^<>\n\\]|\\.)*>?|(?:[^\s()<\\]|\\.|\((?:[^\s()\\]|\\.)*\))(?:[^\s()\\]|\\.|\((?:[^\s()\\]|\\.)*\))*(?:\([^\s()]*)?)?\\?(?:\s+(?:"(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?|\((?:[^()\\]|\\.)*\)?)?)?\\?\s*$/;
const MAX_TAIL = 4096;

// After `]`: where a complete destination or label ends, the place right after `]` when none follows, or
// "unfinished".
function linkTailEnd(source: string, at: number): number | "unfinished" {
  if (at >= source.length) return "unfinished";
  const tail = source.slice(at, at + MAX_TAIL);
  if (tail.startsWith("[")) {
    const end = tail.indexOf("]");
    return end === -1 ? "unfinished" : at + end + 1;
  }
  if (!tail.startsWith("(")) return at;
  const complete = DESTINATION.exec(tail);
  if (complete !== null) return at + complete[0].length;
  return HALF_DESTINATION.test(tail) ? "unfinished" : at;
}

function angle(scan: ScanState): void {
  const rest = scan.source.slice(scan.at, scan.at + MAX_TAIL);
  const complete = /^<[a-z][a-z\d+.-]{1,31}:[^\s<>]*>/i.exec(rest);
  if (complete !== null) {
    skip(scan, complete[0].length);
    return;
  }
  if (/^<(?:[a-z][a-z\d+.-]{0,31}(?::[^\s<>]*)?)?$/i.test(rest)) scan.cut = scan.at;
  skip(scan, 1);
}
