import { createSurrogateBuffer, type SurrogateBuffer } from "../../protocol/surrogates.ts";
import type { ModelPart } from "../model.ts";
import type { ModelMessage } from "../model-message.ts";
import type { ToolCallDelta } from "./chat-chunk.ts";

interface OpenCall {
  index: number;
  id: string;
  name: string;
  args: SurrogateBuffer;
  /** Arguments that were not passed on: they came before the call could be announced. */
  pendingArgs: string;
  isAnnounced: boolean;
}

/**
 * Turns tool call deltas into parts. A call is opened by a new index, by a different id with a name under an
 * index in use, or by a new id where a server sends no index. Id and name are the first non-empty ones. A
 * call is announced once its name is known; if its arguments come before its id, `makeId` gives it one. Both
 * functions add to `parts`.
 */
export function createChatToolCalls(makeId: (index: number) => string) {
  /** The newest call of each index of the provider's. */
  const calls = new Map<number, OpenCall>();
  /** In order of appearance, which is our index. */
  const opened: OpenCall[] = [];
  let current = 0;

  function read(delta: ToolCallDelta, parts: ModelPart[]): void {
    const call = callOf(delta);
    call.id ||= delta.id ?? "";
    call.name ||= delta.function?.name ?? "";
    call.pendingArgs += call.args.push(delta.function?.arguments ?? "");
    const canAnnounce = call.name !== "" && (call.id !== "" || call.pendingArgs !== "");
    if (call.isAnnounced || canAnnounce) flush(call, parts);
  }

  /**
   * What was held back, and the calls that never got a name or an id: nothing that was written may be lost.
   */
  function end(parts: ModelPart[]): void {
    for (const call of opened) {
      call.pendingArgs += call.args.flush();
      flush(call, parts);
    }
  }

  function callOf(delta: ToolCallDelta): OpenCall {
    const index = delta.index ?? current;
    current = index;
    const known = calls.get(index);
    return known && !opensAnother(known, delta) ? known : open(index);
  }

  function open(index: number): OpenCall {
    const args = createSurrogateBuffer();
    const call = { index: opened.length, id: "", name: "", args, pendingArgs: "", isAnnounced: false };
    opened.push(call);
    calls.set(index, call);
    return call;
  }

  function flush(call: OpenCall, parts: ModelPart[]): void {
    const { index } = call;
    if (!call.isAnnounced) {
      call.id ||= makeId(index);
      parts.push({ type: "tool-call-start", index, toolCallId: call.id, toolName: call.name });
      call.isAnnounced = true;
    }
    if (call.pendingArgs !== "") parts.push({ type: "tool-call-delta", index, delta: call.pendingArgs });
    call.pendingArgs = "";
  }

  return { read, end };
}

/** Some servers send every call under index 0. */
const opensAnother = (call: OpenCall, { id, function: called }: ToolCallDelta): boolean =>
  call.isAnnounced && Boolean(id) && id !== call.id && Boolean(called?.name);

/**
 * What makes the ids of calls whose provider gives none: the same for the same request, and another one for
 * every longer conversation, so for every step of an agent.
 */
export const callIdSeed = (messages: readonly ModelMessage[]): string =>
  String(messages.reduce((sum, message) => sum + messageLength(message) + 1, 0));

function messageLength({ content }: ModelMessage): number {
  if (typeof content === "string") return content.length;
  return content.reduce((sum, part) => sum + contentText(part).length, 0);
}

type AnyContent = Exclude<ModelMessage["content"], string>[number];

function contentText(part: AnyContent): string {
  switch (part.type) {
    case "text":
      return part.text;
    case "tool-call":
      return part.input;
    case "tool-result":
      return part.output;
    // Is not sent.
    case "reasoning":
      return "";
    default:
      return part satisfies never;
  }
}
