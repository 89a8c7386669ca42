import type { Part } from "#lib/protocol/message.ts";

/** The parts of an answer that have a row, each with what it is known by while the answer grows. */
export const shownParts = (parts: readonly Part[]): { key: string; part: Part }[] =>
  parts.filter(isShown).map((part, at) => ({ key: keyOf(part, at), part }));

/** A part that has begun and holds nothing yet would be an empty row. */
const isShown = (part: Part): boolean =>
  !(part.type === "text" || part.type === "reasoning" || part.type === "refusal") || part.text.trim() !== "";

const keyOf = (part: Part, at: number): string =>
  "id" in part ? part.id : "toolCallId" in part ? part.toolCallId : String(at);
