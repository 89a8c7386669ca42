import type { Part, RefusalPart, TextPart } from "./message.ts";

/**
 * The text of an answer as a person reads and copies it: what its model wrote or declined with, without its
 * reasoning and without what was written inside its tool calls. Empty if there is nothing to read.
 */
export const answerText = (parts: readonly Part[]): string =>
  parts
    .flatMap((part) => (isAnswer(part) ? [part.text.trim()] : []))
    .filter((text) => text !== "")
    .join("\n\n");

const isAnswer = (part: Part): part is TextPart | RefusalPart =>
  (part.type === "text" || part.type === "refusal") && part.parentToolCallId === undefined;
