/** What a section of a ReAct reply is, by its label. */
export type ReactLabel = "thought" | "action" | "input" | "answer" | "observation";

export interface FoundLabel {
  label: ReactLabel;
  /** As it was written, with the marks around it. */
  raw: string;
  /** Marks of emphasis that were opened before it and go on behind it: `**Answer: 42**`. */
  open: string;
}

/**
 * The label that a text begins with; `maybe` where that depends on what comes next, unless nothing does
 * (`isEnd`). Models write labels in any case, in bold, as headings and list items, numbered, with the colon
 * of Chinese, and translated.
 */
export function matchLabel(text: string, isEnd = false): FoundLabel | "maybe" | undefined {
  const [before = ""] = lead.exec(text) ?? [];
  const rest = text.slice(before.length);
  const isOpen = !isEnd && text.length <= maxLabelLength;
  if (rest === "" || beforeLead.test(text)) return isOpen ? "maybe" : undefined;
  const words = wordsByLetter.get(rest.charAt(0).toLowerCase()) ?? [];
  const marks = /[*_`]*$/.exec(before)?.[0] ?? "";
  const isHeading = marks.length > 1 || before.includes("#");
  let isPossible = false;
  for (const [word, label] of words) {
    const begin = rest.slice(0, word.length).toLowerCase();
    if (begin !== word) {
      isPossible ||= rest.length < word.length && word.startsWith(begin);
      continue;
    }
    const found = matchEnd(rest.slice(word.length), { marks, isHeading, isOpen });
    if (found === "maybe") isPossible = true;
    else if (found)
      return { label, raw: before + rest.slice(0, word.length + found.length), open: found.open };
  }
  return isPossible && isOpen ? "maybe" : undefined;
}

/** No label is longer. */
const maxLabelLength = 48;

/** Space; a mark of a heading, a quotation or a list; emphasis. */
const lead = /^[ \t\u00a0\u200b\u3000\ufeff]*(?:(?:#{1,6}|>|[-*+]|\d{1,2}[.)])[ \t]+)?[*_`]{0,3}/;

const beforeLead = /^[ \t\u00a0\u200b\u3000\ufeff]*(?:#{1,6}|[>+-]|\d{1,2}[.)]?)$/;

/** Behind the word: a number, the end of the emphasis, and the colon. */
const colon = /^[ \t]*\d{0,2}[ \t]*([*_`]{0,3})[ \t]*[:：]/;
const beforeColon = /^[ \t]*\d{0,2}[ \t]*[*_`]{0,3}[ \t]*$/;
/** A heading needs no colon if it is alone on its line. */
const lineEnd = /^[ \t]*[*_`]{0,3}[ \t]*\r?\n/;
const beforeLineEnd = /^[ \t]*[*_`]{0,3}[ \t]*\r?$/;

interface LabelMarks {
  marks: string;
  isHeading: boolean;
  /** More may come. */
  isOpen: boolean;
}

function matchEnd(
  tail: string,
  { marks, isHeading, isOpen }: LabelMarks,
): { length: number; open: string } | "maybe" | undefined {
  const [whole, inside = ""] = colon.exec(tail) ?? [];
  if (whole !== undefined) {
    if (marks === "" || inside !== "") return { length: whole.length, open: "" };
    const behind = tail.slice(whole.length, whole.length + marks.length);
    if (behind === marks) return { length: whole.length + marks.length, open: "" };
    return isOpen && marks.startsWith(behind) ? "maybe" : { length: whole.length, open: marks };
  }
  const line = isHeading ? lineEnd.exec(tail)?.[0] : undefined;
  if (line !== undefined) return { length: line.length, open: "" };
  return beforeColon.test(tail) || (isHeading && beforeLineEnd.test(tail)) ? "maybe" : undefined;
}

/** Longer ones stand before those that they begin with. */
const wordsOf: Readonly<Record<ReactLabel, readonly string[]>> = {
  thought: ["thoughts", "thought", "思考", "想法"],
  input: ["action input", "action_input", "action-input", "actioninput", "行动输入", "动作输入", "操作输入"],
  action: ["action", "行动", "动作", "操作"],
  answer: ["final answer", "answer", "最终答案", "最终回答", "答案", "回答"],
  observation: ["observations", "observation", "观察结果", "观察"],
};

// Cast: the keys are those of the record.
const allWords = (Object.entries(wordsOf) as [ReactLabel, readonly string[]][]).flatMap(([label, words]) =>
  words.map((word) => [word, label] as const),
);
const wordsByLetter = Map.groupBy(allWords, ([word]) => word.charAt(0));
