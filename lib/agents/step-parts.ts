import type { ModelPart } from "../models/model.ts";
import type { EventBody } from "../protocol/run-event.ts";
import { createSurrogateBuffer, type SurrogateBuffer } from "../protocol/surrogates.ts";

type Content = Exclude<ModelPart, { type: "usage" | "finish" }>;

/** A call as the model has written it so far. */
export interface ModelCall {
  toolCallId: string;
  toolName: string;
  /** Its arguments, byte for byte. */
  input: string;
}

/** Turns what a model says in one step into events: opens and ends parts, never cuts a character in two. */
export interface StepParts {
  take(part: Content): EventBody[];
  /** Ends the text that is open, and completes the arguments of the calls. */
  end(): EventBody[];
  /** In the order in which the model began them. */
  calls(): readonly ModelCall[];
}

interface OpenText {
  type: "text" | "reasoning" | "refusal";
  id: string;
  /** A refusal has no start: its first delta names the step. */
  namesStep: boolean;
  buffer: SurrogateBuffer;
}

interface StepCall extends ModelCall {
  buffer: SurrogateBuffer;
}

/** Ids of parts are `prefix` and a number: the same answer of the model gives the same events. */
export function createStepParts(stepId: string, prefix: string): StepParts {
  const calls = new Map<number, StepCall>();
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
        calls.set(index, { toolCallId, toolName, input: "", buffer: createSurrogateBuffer() });
        return [...endText(), { type: "tool-input-start", toolCallId, toolName, stepId }];
      }
      case "tool-call-delta": {
        const call = calls.get(part.index);
        return call ? inputDelta(call, call.buffer.push(part.delta)) : [];
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
      open = { type, id, namesStep: type === "refusal", buffer: createSurrogateBuffer() };
      if (type !== "refusal") events.push({ type: `${type}-start`, id, stepId });
    }
    const whole = open.buffer.push(delta);
    if (whole !== "") events.push(textDelta(open, whole));
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
    const { type, id, buffer } = open;
    const rest = buffer.flush();
    const events = rest === "" ? [] : [textDelta(open, rest)];
    if (type !== "refusal") events.push({ type: `${type}-end`, id });
    open = undefined;
    return events;
  }

  return {
    take,
    end: () => [...endText(), ...calls.values().flatMap((call) => inputDelta(call, call.buffer.flush()))],
    calls: () => [...calls.values()],
  };
}

function inputDelta(call: StepCall, delta: string): EventBody[] {
  if (delta === "") return [];
  call.input += delta;
  return [{ type: "tool-input-delta", toolCallId: call.toolCallId, inputTextDelta: delta }];
}
