import type { ModelPart } from "../models/model.ts";
import type { EventBody } from "../protocol/run-event.ts";

type Content = Exclude<ModelPart, { type: "usage" | "finish" }>;
type Written = "text" | "reasoning" | "refusal";

interface Call {
  toolCallId: string;
  toolName: string;
  input: string;
}

interface Open {
  kind: Written;
  id: string;
  /** An event said in which step it was opened. */
  isNamed: boolean;
}

/** Turns what a model says in one step into events: opens and ends parts, holds back half a character. */
export interface StepParts {
  take(part: Content): EventBody[];
  /** Ends what is open, and answers the calls: nobody offered a tool, so each is unknown. */
  close(): EventBody[];
}

/** Part ids are `prefix` and a number: the same model answer gives the same events. */
export function stepParts(stepId: string, prefix: string): StepParts {
  const calls = new Map<number, Call>();
  let open: Open | undefined;
  let count = 0;
  /** The first half of a surrogate pair whose other half comes with the next delta. */
  let half = "";

  function take(part: Content): EventBody[] {
    switch (part.type) {
      case "text":
      case "reasoning":
      case "refusal":
        return part.delta === "" ? [] : write(part.type, part.delta);
      case "tool-call-start": {
        const { index, toolCallId, toolName } = part;
        calls.set(index, { toolCallId, toolName, input: "" });
        return [...endPart(), { type: "tool-input-start", toolCallId, toolName, stepId }];
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

  function write(kind: Written, delta: string): EventBody[] {
    const events: EventBody[] = [];
    if (open?.kind !== kind) {
      events.push(...endPart());
      open = { kind, id: `${prefix}/${count++}`, isNamed: kind !== "refusal" };
      if (kind !== "refusal") events.push({ type: `${kind}-start`, id: open.id, stepId });
    }
    const text = half + delta;
    const cut = endsInHalf(text) ? text.length - 1 : text.length;
    half = text.slice(cut);
    if (cut > 0) events.push(deltaOf(open, text.slice(0, cut)));
    return events;
  }

  /** A refusal has no start: its first delta names the step. */
  function deltaOf(part: Open, delta: string): EventBody {
    const { kind, id, isNamed } = part;
    part.isNamed = true;
    return kind === "refusal" && !isNamed
      ? { type: "refusal-delta", id, stepId, delta }
      : { type: `${kind}-delta`, id, delta };
  }

  function endPart(): EventBody[] {
    if (!open) return [];
    const events: EventBody[] = [];
    // A half whose other half never came is the model's own fault: it is kept as the replacement character.
    if (half !== "") events.push(deltaOf(open, "\ufffd"));
    if (open.kind !== "refusal") events.push({ type: `${open.kind}-end`, id: open.id });
    half = "";
    open = undefined;
    return events;
  }

  return { take, close: () => [...endPart(), ...[...calls.values()].flatMap(answerUnknown)] };
}

function answerUnknown({ toolCallId, toolName, input }: Call): EventBody[] {
  const parsed = parse(input);
  if (parsed === undefined) {
    const errorText = `the arguments of ${toolName} are incomplete`;
    return [{ type: "tool-input-error", toolCallId, toolName, input, errorText }];
  }
  const errorText = `there is no tool named ${toolName}`;
  return [
    { type: "tool-input-available", toolCallId, toolName, input: parsed.value },
    { type: "tool-output-error", toolCallId, errorText, code: "unknown_tool" },
  ];
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
