import type { Part, TextPart } from "./message.ts";

/** What a model has written in one step as its answer, as it stands: what `textHash` of the step is of. */
export const stepText = (parts: readonly Part[], stepId: string): string =>
  parts
    .filter((part): part is TextPart => part.type === "text" && part.stepId === stepId)
    .map(({ text }) => text)
    .join("");
