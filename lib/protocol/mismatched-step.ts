import type { RunEvent } from "./run-event.ts";
import type { RunState } from "./run-state.ts";
import { stepText } from "./step-text.ts";
import { textHash } from "./text-hash.ts";

/** The step that ends with the event, where its text as it was folded is not the one that was written. */
export const mismatchedStep = ({ parts }: Pick<RunState, "parts">, event: RunEvent): string | undefined =>
  event.type === "finish-step" &&
  event.textHash !== undefined &&
  textHash(stepText(parts, event.stepId)) !== event.textHash
    ? event.stepId
    : undefined;
