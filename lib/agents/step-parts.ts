import type { EventBody } from "../events/run-event.ts";
import type { ModelPart } from "../models/model.ts";

type Content = Exclude<ModelPart, { type: "usage" | "finish" }>;
type Written = "text" | "reasoning" | "refusal";

interface Call {
  toolCallId: string;
  toolName: string;
  input: string;
}

/** Turns what a model says in one step into events: opens and ends parts, holds back half a character. */
export interface StepParts {
  take(part: Content): Generator<EventBody>;
  /** Ends what is open, and answers the calls: nobody offered a tool, so each is unknown. */
  close(): Generator<EventBody>;
}

/** Part ids are the step's id and a number: the same model answer gives the same events. */
export function stepParts(stepId: string): StepParts {
  const calls = new Map<number, Call>();
  let open: { kind: Written; id: string } | undefined;
  let count = 0;
  /** The first half of a surrogate pair whose other half comes with the next delta. */
  let half = "";

  function* take(part: Content): Generator<EventBody> {
    switch (part.type) {
      case "text":
      case "reasoning":
      case "refusal":
        yield* write(part.type, part.delta);
        break;
      case "tool-call-start":
        yield* endPart();
        calls.set(part.index, { toolCallId: part.toolCallId, toolName: part.toolName, input: "" });
        yield { type: "tool-input-start", toolCallId: part.toolCallId, toolName: part.toolName };
        break;
      case "tool-call-delta": {
        const call = calls.get(part.index);
        if (!call || part.delta === "") break;
        call.input += part.delta;
        yield { type: "tool-input-delta", toolCallId: call.toolCallId, inputTextDelta: part.delta };
        break;
      }
      default:
        part satisfies never;
    }
  }

  function* write(kind: Written, delta: string): Generator<EventBody> {
    if (delta === "") return;
    if (open?.kind !== kind) {
      yield* endPart();
      open = { kind, id: `${stepId}/${count++}` };
      if (kind !== "refusal") yield { type: `${kind}-start`, id: open.id };
    }
    const text = half + delta;
    const cut = endsInHalf(text) ? text.length - 1 : text.length;
    half = text.slice(cut);
    if (cut > 0) yield { type: `${kind}-delta`, id: open.id, delta: text.slice(0, cut) };
  }

  function* endPart(): Generator<EventBody> {
    if (!open) return;
    // A half whose other half never came is the model's own fault: it is kept as the replacement character.
    if (half !== "") yield { type: `${open.kind}-delta`, id: open.id, delta: "\ufffd" };
    if (open.kind !== "refusal") yield { type: `${open.kind}-end`, id: open.id };
    half = "";
    open = undefined;
  }

  function* close(): Generator<EventBody> {
    yield* endPart();
    for (const call of calls.values()) yield* answerUnknown(call);
  }

  return { take, close };
}

function* answerUnknown({ toolCallId, toolName, input }: Call): Generator<EventBody> {
  const parsed = parse(input);
  if (parsed === undefined) {
    const errorText = `the arguments of ${toolName} are incomplete`;
    yield { type: "tool-input-error", toolCallId, toolName, input, errorText };
    return;
  }
  yield { type: "tool-input-available", toolCallId, toolName, input: parsed.value };
  yield {
    type: "tool-output-error",
    toolCallId,
    errorText: `there is no tool named ${toolName}`,
    code: "unknown_tool",
  };
}

function parse(json: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(json) };
  } catch {
    return undefined;
  }
}

const endsInHalf = (text: string): boolean => {
  const last = text.charCodeAt(text.length - 1);
  return last >= 0xd800 && last <= 0xdbff;
};
