import { createSurrogateBuffer, type SurrogateBuffer } from "../protocol/surrogates.ts";
import type { ToolCallDelta } from "./chat-chunk.ts";
import type { ModelPart } from "./model.ts";
import type { ModelMessage } from "./model-message.ts";

interface OpenCall {
  index: number;
  id: string;
  name: string;
  args: SurrogateBuffer;
  /** Arguments that came before the call could be announced. */
  held: string;
  started: boolean;
}

/**
 * Turns tool call deltas into parts. A call is opened by a new index, by a different id with a name under an
 * index in use, or by a new id where a server sends no index. Id and name are the first non-empty ones. A
 * call is announced once its name is known; if its arguments come before its id, `makeId` gives it one.
 */
export function createToolCallParts(makeId: (index: number) => string) {
  /** By the provider's index; ours counts up from 0 in order of appearance. */
  const calls = new Map<number, OpenCall>();
  const opened: OpenCall[] = [];
  let current = 0;

  function read(delta: ToolCallDelta): ModelPart[] {
    const call = callOf(delta);
    call.id ||= delta.id ?? "";
    call.name ||= delta.function?.name ?? "";
    call.held += call.args.push(delta.function?.arguments ?? "");
    return call.started || (call.name !== "" && (call.id !== "" || call.held !== "")) ? flush(call) : [];
  }

  /** What was held back, and the calls that never got a name or an id: nothing that was said may be lost. */
  function end(): ModelPart[] {
    return opened.flatMap((call) => {
      call.held += call.args.flush();
      return flush(call);
    });
  }

  function callOf(delta: ToolCallDelta): OpenCall {
    const known = calls.get(delta.index ?? current);
    const isOther = known !== undefined && isOtherId(known, delta) && (delta.function?.name ?? "") !== "";
    current = delta.index ?? current;
    const open = isOther ? undefined : known;
    if (open) return open;
    const args = createSurrogateBuffer();
    const call = { index: opened.length, id: "", name: "", args, held: "", started: false };
    opened.push(call);
    calls.set(current, call);
    return call;
  }

  function flush(call: OpenCall): ModelPart[] {
    const parts: ModelPart[] = [];
    if (!call.started) {
      call.id ||= makeId(call.index);
      parts.push({ type: "tool-call-start", index: call.index, toolCallId: call.id, toolName: call.name });
      call.started = true;
    }
    if (call.held !== "") parts.push({ type: "tool-call-delta", index: call.index, delta: call.held });
    call.held = "";
    return parts;
  }

  return { read, end };
}

/**
 * What makes the ids of calls whose provider gives none: the same for the same request, and another one for
 * every longer conversation, so for every step of an agent.
 */
export const callIdSeed = (messages: readonly ModelMessage[]): string =>
  String(messages.reduce((sum, message) => sum + lengthOf(message) + 1, 0));

function lengthOf({ content }: ModelMessage): number {
  if (typeof content === "string") return content.length;
  return content.reduce((sum, part) => sum + textOf(part).length, 0);
}

type AnyContent = Exclude<ModelMessage["content"], string>[number];

function textOf(part: AnyContent): string {
  switch (part.type) {
    case "text":
      return part.text;
    case "tool-call":
      return part.input;
    case "tool-result":
      return part.output;
    default:
      return part satisfies never;
  }
}

const isOtherId = (call: OpenCall, delta: ToolCallDelta): boolean =>
  call.started && (delta.id ?? "") !== "" && call.id !== delta.id;
