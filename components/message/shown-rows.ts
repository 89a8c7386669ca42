import type { Part } from "#lib/protocol/message.ts";

/** What shares a line of an answer, and what it is known by while the answer grows. */
export interface ShownRow {
  key: string;
  /** One part; or the calls that a model made at once, with what was written inside them. */
  parts: readonly Part[];
}

/** The rows of an answer, in the order in which it was written. */
export function shownRows(parts: readonly Part[]): ShownRow[] {
  const rows: { key: string; parts: Part[] }[] = [];
  const ofCall = new Map<string, Part[]>();
  for (const part of parts.filter(isShown)) {
    const before = rows.at(-1)?.parts;
    const [first] = before ?? [];
    const isTool = part.type === "tool";
    const outer = part.parentToolCallId;
    const known =
      outer === undefined
        ? isTool && first?.type === "tool" && first.stepId === part.stepId && before
        : ofCall.get(outer);
    const row = known || [];
    if (!known) rows.push({ key: keyOf(part, rows.length), parts: row });
    row.push(part);
    if (isTool) ofCall.set(part.toolCallId, row);
  }
  return rows;
}

/** A part that has begun and holds nothing yet would be an empty row; a hand-off says what its call says. */
const isShown = (part: Part): boolean =>
  part.type === "text" || part.type === "reasoning" || part.type === "refusal"
    ? part.text.trim() !== ""
    : !(part.type === "tool" && part.toolName === "handoff" && part.state === "output-available");

/** Providers number the calls of each step anew. */
const keyOf = (part: Part, at: number): string =>
  "id" in part ? part.id : "toolCallId" in part ? part.stepId + part.toolCallId : String(at);
