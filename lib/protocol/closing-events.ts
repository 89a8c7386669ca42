import type { RunState } from "./fold.ts";
import type { Part } from "./message.ts";
import type { EventBody } from "./run-event.ts";

/**
 * Why a run is closed before its answer is complete; goes to the model as the result of its unanswered calls.
 */
export interface ClosingReason {
  code: string;
  errorText: string;
}

/**
 * The events that must stand before a terminal one: every open part ended, every tool call answered, the step
 * closed. So each log folds to a history that a provider accepts (docs/protocol.md 1.5).
 */
export function closingEvents(state: RunState, reason: ClosingReason): EventBody[] {
  const events = state.parts.flatMap((part) => closePart(part, reason));
  if (state.step && state.step.finishReason === undefined) {
    events.push({ type: "finish-step", stepId: state.step.stepId, finishReason: "other" });
  }
  return events;
}

function closePart(part: Part, { code, errorText }: ClosingReason): EventBody[] {
  if (part.endedAt !== undefined) return [];
  switch (part.type) {
    case "text":
      return [{ type: "text-end", id: part.id }];
    case "reasoning":
      return [{ type: "reasoning-end", id: part.id }];
    case "object":
      return [{ type: "object-end", id: part.id, value: null, valid: false, errors: [errorText] }];
    case "tool":
      return part.state === "input-streaming"
        ? [
            {
              type: "tool-input-error",
              toolCallId: part.toolCallId,
              toolName: part.toolName,
              input: part.inputText,
              errorText,
            },
          ]
        : [{ type: "tool-output-error", toolCallId: part.toolCallId, errorText, code }];
    case "refusal":
    case "handoff":
    case "source-url":
      return [];
    default:
      part satisfies never;
      return [];
  }
}
