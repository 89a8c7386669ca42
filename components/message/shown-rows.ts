import type { Part } from "#lib/protocol/message.ts";

/** What shares a line of an answer, and what it is known by while the answer grows. */
export interface ShownRow {
  key: string;
  /**
   * One part; or the calls that a model made at once, with what was written inside them; or all attempts at
   * one object, the newest last.
   */
  parts: readonly Part[];
}

/** The rows of an answer, in the order in which it was written. */
export function shownRows(parts: readonly Part[]): ShownRow[] {
  const rows: { key: string; parts: Part[] }[] = [];
  /** By the id of a call, or the name of an object. */
  const rowOf = new Map<string, Part[]>();
  for (const part of parts.filter(isShown)) {
    const before = rows.at(-1)?.parts;
    const [first] = before ?? [];
    const isTool = part.type === "tool";
    // An attempt at an object stands with those that did not fit.
    const outer = part.parentToolCallId ?? ("name" in part && part.attempt > 1 ? part.name : undefined);
    const known =
      outer === undefined
        ? isTool && first?.type === "tool" && first.stepId === part.stepId && before
        : rowOf.get(outer);
    const row = known || [];
    if (!known) rows.push({ key: keyOf(part, rows.length), parts: row });
    row.push(part);
    rowOf.set(isTool ? part.toolCallId : (part.parentToolCallId ?? ("name" in part ? part.name : "")), row);
  }
  return rows;
}

/**
 * A part that has begun and holds nothing yet would be an empty row; a hand-off says what its call says, and
 * sources stand together beneath the answer.
 */
const isShown = (part: Part): boolean =>
  part.type !== "source-url" &&
  ("text" in part
    ? part.text.trim() !== ""
    : !(part.type === "tool" && part.toolName === "handoff" && part.state === "output-available"));

/** Providers number the calls of each step anew; an object that is begun anew in its step is the same. */
const keyOf = (part: Part, at: number): string =>
  "name" in part
    ? part.stepId
    : "id" in part
      ? part.id
      : "toolCallId" in part
        ? part.stepId + part.toolCallId
        : String(at);
