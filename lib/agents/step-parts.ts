import type { ModelPart } from "../models/model.ts";
import type { EventBody, ProviderMetadata } from "../protocol/run-event.ts";

type Content = Exclude<ModelPart, { type: "model" | "usage" | "finish" | "response" }>;

/** A call as the model has written it so far. */
export interface ModelCall {
  toolCallId: string;
  toolName: string;
  /** Its arguments, byte for byte. */
  input: string;
  providerMetadata?: ProviderMetadata;
}

/** Turns what a model says in one step into events: opens and ends the parts. */
export interface StepParts {
  take(part: Content): EventBody[];
  /** Ends the text that is open. */
  end(): EventBody[];
  /** In the order in which the model began them. */
  calls(): readonly ModelCall[];
}

type GivenEnd = Extract<Content, { type: "text-end" | "reasoning-end" }>;
type WrittenDelta = Extract<EventBody, { type: "text-delta" | "reasoning-delta" | "refusal-delta" }>;

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
        return part.delta === "" ? [] : write(part.type, part.delta, part.cursor);
      case "text-end":
      case "reasoning-end":
        return endGiven(part);
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
      case "tool-call-end": {
        const call = calls.get(part.index);
        if (call && part.providerMetadata) call.providerMetadata = part.providerMetadata;
        return [];
      }
      default:
        return part satisfies never;
    }
  }

  function write(type: OpenText["type"], delta: string, cursor: number | undefined): EventBody[] {
    const events: EventBody[] = [];
    const text = open?.type === type ? open : begin(type, events);
    const event = textDelta(text, delta);
    events.push(cursor === undefined ? event : { ...event, cursor });
    return events;
  }

  function begin(type: OpenText["type"], events: EventBody[]): OpenText {
    events.push(...endText());
    const id = `${prefix}/${count++}`;
    if (type !== "refusal") events.push({ type: `${type}-start`, id, stepId });
    open = { type, id, namesStep: type === "refusal" };
    return open;
  }

  function textDelta(text: OpenText, delta: string): WrittenDelta {
    const { type, id, namesStep } = text;
    text.namesStep = false;
    return type === "refusal" && namesStep
      ? { type: "refusal-delta", id, stepId, delta }
      : { type: `${type}-delta`, id, delta };
  }

  /** Nothing is kept of the end of nothing, unless the provider wants something back with it. */
  function endGiven({ type, providerMetadata, cursor }: GivenEnd): EventBody[] {
    const events: EventBody[] = [];
    const kind = type === "text-end" ? "text" : "reasoning";
    if (open?.type !== kind && !providerMetadata) return [];
    const { id } = open?.type === kind ? open : begin(kind, events);
    open = undefined;
    const given = { ...(providerMetadata && { providerMetadata }), ...(cursor !== undefined && { cursor }) };
    events.push({ type, id, ...given });
    return events;
  }

  function endText(): EventBody[] {
    if (!open) return [];
    const { type, id } = open;
    open = undefined;
    return type === "refusal" ? [] : [{ type: `${type}-end`, id }];
  }

  return { take, end: endText, calls: () => [...calls.values()] };
}
