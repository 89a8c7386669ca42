import type { Options } from "mdast-util-from-markdown";

type MicromarkExtension = Exclude<NonNullable<Options["extensions"]>[number], unknown[]>;
type Span = { readonly start: number; readonly end: number; readonly mail: boolean };

// A path stops at blanks, quotes, brackets, doubled marks (`**`, `~~`) and CJK punctuation: a Chinese
// sentence goes on after the address.
const STOP =
  '\\s<>"`\\[\\]{}|\\\\^\\u2018-\\u201D\\u2026\\u3000-\\u3003\\u3008-\\u3011\\u3014-\\u301F\\uFF01-\\uFF0F\\uFF1A-\\uFF20\\uFF3B-\\uFF40\\uFF5B-\\uFF65';
const WEB = `(?:https?:\\/\\/|www\\.)[-\\w.]+(?::\\d{1,5})?(?:[/?#](?:(?!\\*\\*|~~)[^${STOP}])*)?`;
const MAIL = "[\\w.+-]{1,64}@[a-z\\d-]{1,63}(?:\\.[a-z\\d-]{1,63})+";
const LITERAL = new RegExp(`(?<![a-z\\d/])(?:(?<web>${WEB})|(?<mail>(?<![\\w.+-])${MAIL}))`, "giu");

/** A micromark extension for the bare addresses of this very source, or null when it has none. */
export function literalAutolinks(source: string): MicromarkExtension | null {
  if (!/:\/\/|www\.|@/i.test(source)) return null;
  const spans = findSpans(source);
  if (spans.length === 0) return null;
  const byStart = new Map(spans.map((span) => [span.start, span]));
  const construct = linkAt(byStart);
  const codes = new Set(spans.map((span) => source.charCodeAt(span.start)));
  return { text: Object.fromEntries([...codes].map((code) => [code, construct])) };
}

function findSpans(source: string): Span[] {
  const spans: Span[] = [];
  for (const found of source.matchAll(LITERAL)) {
    const text = trimEnd(found[0]);
    if (/^(?:https?:\/\/|www\.)?[-_.]*$/i.test(text)) continue;
    spans.push({
      start: found.index,
      end: found.index + text.length,
      mail: found.groups?.mail !== undefined,
    });
  }
  return spans;
}

// GFM: trailing punctuation belongs to the sentence, and so does a `)` that has no partner inside the
// address.
function trimEnd(text: string): string {
  let end = text.length;
  let unpaired = countMarks(text, ")") - countMarks(text, "(");
  for (; end > 0; end--) {
    const last = text.charAt(end - 1);
    if (last === ")") {
      if (unpaired <= 0) break;
      unpaired--;
    } else if (!/[?!.,:*_~'";&$-]/.test(last)) break;
  }
  return text.slice(0, end);
}

function countMarks(text: string, mark: string): number {
  return text.split(mark).length - 1;
}

type Construct = Extract<NonNullable<MicromarkExtension["text"]>[number], { tokenize: unknown }>;

// The spans are known beforehand, so the tokenizer only counts; code spans and `<…>` that start earlier still
// win.
function linkAt(spans: ReadonlyMap<number, Span>): Construct {
  return {
    name: "literalAutolink",
    tokenize(effects, ok, nok) {
      const span = spans.get(this.now().offset);
      let left = span === undefined ? 0 : span.end - span.start;
      const token = span?.mail ? "autolinkEmail" : "autolinkProtocol";
      return (code) => {
        if (left === 0) return nok(code);
        effects.enter("autolink");
        effects.enter(token);
        return inside(code);
      };
      function inside(code: Parameters<typeof nok>[0]): ReturnType<typeof nok> {
        if (left > 0 && code !== null) {
          left--;
          effects.consume(code);
          return inside;
        }
        effects.exit(token);
        effects.exit("autolink");
        return ok(code);
      }
    },
  };
}
