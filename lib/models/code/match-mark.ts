/** What surrounds the code of a reply, and what is no more of it. */
export interface CodeMark {
  type: "code" | "plan" | "fence" | "end" | "observation";
  /** In characters. */
  length: number;
  /** Of a fence: its characters, and the language that it names. */
  fence?: { open: string; language: string };
}

/** Which marks count: those that open something, or those that end what is open. */
export type WantedMarks =
  | { type: "openings" }
  | { type: "ends"; tag?: "code" | "plan" | undefined; fence?: string | undefined };

/** No mark is longer, in characters. */
export const maxMarkLength = 96;

/**
 * The mark that `text` begins with; "maybe": that is known when more of it was read. `isEnd`: nothing more
 * comes.
 */
export function matchMark(
  text: string,
  wanted: WantedMarks,
  { isLineStart, isEnd }: { isLineStart: boolean; isEnd: boolean },
): CodeMark | "maybe" | undefined {
  const canGrow = !isEnd && text.length < maxMarkLength;
  if (text.startsWith("<"))
    return wanted.type === "openings" ? openTag(text, canGrow) : endTag(text, wanted, canGrow);
  if (!isLineStart) return undefined;
  const fence = wanted.type === "openings" ? fenceMark(text, isEnd) : fenceEnd(text, wanted.fence, isEnd);
  if (fence) return fence;
  const observation = observationLabels.exec(text);
  if (observation) return { type: "observation", length: observation[0].length };
  return canGrow && mayGrow(text, wanted) ? "maybe" : undefined;
}

function openTag(text: string, canGrow: boolean): CodeMark | "maybe" | undefined {
  const tag = /^<(code|plan)(?:\s[^<>\n]{0,40})?>/i.exec(text);
  if (tag) return { type: tag[1]?.toLowerCase() === "plan" ? "plan" : "code", length: tag[0].length };
  return canGrow && (beginsTag("<code", text) || beginsTag("<plan", text)) ? "maybe" : undefined;
}

/** Also with something behind its name. */
const beginsTag = (tag: string, text: string): boolean =>
  tag.startsWith(text.toLowerCase()) ||
  (text.toLowerCase().startsWith(tag) && /^(?:\s[^<>\n]{0,40})?$/.test(text.slice(tag.length)));

type Ends = Extract<WantedMarks, { type: "ends" }>;

function endTag(text: string, { tag }: Ends, canGrow: boolean): CodeMark | "maybe" | undefined {
  if (!tag) return undefined;
  const end = `</${tag}`;
  const lower = text.toLowerCase();
  if (!lower.startsWith(end)) return canGrow && end.startsWith(lower) ? "maybe" : undefined;
  const closed = /^\s{0,4}>/.exec(text.slice(end.length));
  if (closed) return { type: "end", length: end.length + closed[0].length };
  return canGrow && /^\s{0,4}$/.test(text.slice(end.length)) ? "maybe" : undefined;
}

function fenceMark(text: string, isEnd: boolean): CodeMark | undefined {
  const found = /^[ \t]{0,12}(`{3,40}|~{3,40})[ \t]*([^\s`]{0,20})[ \t]*(?:\r?\n|$)/.exec(text);
  if (!found || !(isEnd || found[0].endsWith("\n"))) return undefined;
  const [{ length }, open = "", language = ""] = found;
  return { type: "fence", length, fence: { open, language: language.toLowerCase() } };
}

/** One of the same characters, and as many of them; a tag may stand behind it. */
function fenceEnd(text: string, open: string | undefined, isEnd: boolean): CodeMark | undefined {
  if (open === undefined) return undefined;
  const found = /^[ \t]{0,12}(`{3,40}|~{3,40})[ \t]*(?:\r?\n|(?=<)|$)/.exec(text);
  if (!found?.[1]?.startsWith(open)) return undefined;
  const { length } = found[0];
  return isEnd || found[0].endsWith("\n") || length < text.length ? { type: "end", length } : undefined;
}

/** What others tell the model of its code, and never the model itself. */
const observationLabels = /^\*{0,2}(?:observations?|calling tools|观察结果|观察)\*{0,2}\s?[:：]/i;
const labelWords = ["observations", "observation", "calling tools", "观察结果", "观察"];

function mayGrow(text: string, wanted: WantedMarks): boolean {
  const opensFence = /^[ \t]{0,12}(?:`{0,2}|~{0,2}|(?:`{3,40}|~{3,40})[ \t]*[^\s`]{0,20}[ \t]*\r?)$/;
  const endsFence = /^[ \t]{0,12}(?:`{0,40}|~{0,40})[ \t]*\r?$/;
  if (wanted.type === "openings" && opensFence.test(text)) return true;
  if (wanted.type === "ends" && wanted.fence !== undefined && endsFence.test(text)) return true;
  const word = text.replace(/^\*{1,2}/, "").toLowerCase();
  return labelWords.some((label) => label.startsWith(word) || isLabelBegun(label, word));
}

const isLabelBegun = (label: string, word: string): boolean =>
  word.startsWith(label) && /^\*{0,2}\s?$/.test(word.slice(label.length));
