import type { ModelPart } from "../models/model.ts";
import type { EventBody } from "../protocol/run-event.ts";

type Content = Exclude<ModelPart, { type: "usage" | "finish" }>;

/** A call as the model has written it so far. */
export interface ModelCall {
  toolCallId: string;
  toolName: string;
  /** Its arguments, byte for byte. */
  input: string;
}

/** Turns what a model says in one step into events: opens and ends the parts. */
export interface StepParts {
  take(part: Content): EventBody[];
  /** Ends the text that is open. */
  end(): EventBody[];
  /** In the order in which the model began them. */
  calls(): readonly ModelCall[];
}

interface OpenText {
  type: "text" | "reasoning" | "refusal";
  id: string;
  /** A refusal has no start: its first delta names the step. */
  namesStep: boolean;
}

/** Ids of parts are `prefix` and a number: the same answer of the model gives the same events. */
export function createStepParts(stepId: string, prefix: string): StepParts {
  const calls = new Map<number, ModelCall>();
  let open: OpenText | undefined;
  let count = 0;

  function take(part: Content): EventBody[] {
    switch (part.type) {
      case "text":
      case "reasoning":
      case "refusal":
        return part.delta === "" ? [] : write(part.type, part.delta);
      case "tool-call-start": {
        const { index, toolCallId, toolName } = part;
        calls.set(index, { toolCallId, toolName, input: "" });
        return [...endText(), { type: "tool-input-start", toolCallId, toolName, stepId }];
      }
      case "tool-call-delta": {
        const call = calls.get(part.index);
        if (!call || part.delta === "") return [];
        call.input += part.delta;
        return [{ type: "tool-input-delta", toolCallId: call.toolCallId, inputTextDelta: part.delta }];
      }
      default:
        return part satisfies never;
    }
  }

  function write(type: OpenText["type"], delta: string): EventBody[] {
    const events: EventBody[] = [];
    if (open?.type !== type) {
      events.push(...endText());
      const id = `${prefix}/${count++}`;
      open = { type, id, namesStep: type === "refusal" };
      if (type !== "refusal") events.push({ type: `${type}-start`, id, stepId });
    }
    events.push(textDelta(open, delta));
    return events;
  }

  function textDelta(text: OpenText, delta: string): EventBody {
    const { type, id, namesStep } = text;
    text.namesStep = false;
    return type === "refusal" && namesStep
      ? { type: "refusal-delta", id, stepId, delta }
      : { type: `${type}-delta`, id, delta };
  }

  function endText(): EventBody[] {
    if (!open) return [];
    const { type, id } = open;
    open = undefined;
    return type === "refusal" ? [] : [{ type: `${type}-end`, id }];
  }

  return { take, end: endText, calls: () => [...calls.values()] };
}
