import { createSurrogateBuffer, type SurrogateBuffer } from "../../protocol/surrogates.ts";
import { argumentsText } from "../arguments-text.ts";
import { asText, asWords } from "../as-text.ts";
import type { JsonFields } from "../fields-of.ts";
import type { ModelPart } from "../model.ts";
import { createWrittenText, type WrittenText } from "./written-text.ts";

/** The function calls of one answer as parts; each method adds to `parts` what it reads. */
export interface ResponsesCalls {
  /** `key` is of the item. */
  begin(key: string, item: JsonFields, parts: ModelPart[]): void;
  addArgs(key: string, delta: unknown, parts: ModelPart[]): void;
  /** All arguments: what of them has not come in deltas. */
  addWholeArgs(key: string, args: unknown, parts: ModelPart[]): void;
  /** The item as a whole, begun or not: what of it has not come, and its end. */
  end(key: string, item: JsonFields, parts: ModelPart[]): void;
  /** The same of one that was never ended, found by its id. */
  endOpen(item: JsonFields, parts: ModelPart[]): void;
  /** A further response begins in the same stream. */
  restart(): void;
  /** Of this response. */
  readonly count: number;
}

interface OpenFunction {
  index: number;
  /** "" where it has none. */
  callId: string;
  isAnnounced: boolean;
  args: SurrogateBuffer;
  /** Those that wait for its name, which some endpoints give at its end only. */
  pendingArgs: string;
  /** What came of its arguments. */
  written: WrittenText;
}

/** `makeId`: for a call without an id. */
export function createResponsesCalls(makeId: (call: number) => string): ResponsesCalls {
  const open = new Map<string, OpenFunction>();
  /** By key and id: some endpoints say an item once more. */
  const ended = new Set<string>();
  let count = 0;
  let countBefore = 0;

  function begin(key: string, item: JsonFields, parts: ModelPart[]): void {
    if (open.has(key) || ended.has(repeatKey(key, item))) return;
    const counted = { index: count++, callId: callIdOf(item), isAnnounced: false, pendingArgs: "" };
    const call = { ...counted, args: createSurrogateBuffer(), written: createWrittenText() };
    open.set(key, call);
    if (asText(item["name"]) !== "") announce(call, item, parts);
  }

  function announce(call: OpenFunction, item: JsonFields, parts: ModelPart[]): void {
    if (call.isAnnounced) return;
    const { index, callId } = call;
    const toolCallId = callId || callIdOf(item) || asText(item["id"]) || makeId(index);
    parts.push({ type: "tool-call-start", index, toolCallId, toolName: asText(item["name"]) });
    call.isAnnounced = true;
  }

  function end(key: string, item: JsonFields, parts: ModelPart[]): void {
    begin(key, item, parts);
    const call = open.get(key);
    if (!call) return;
    open.delete(key);
    const name = repeatKey(key, item);
    if (name !== "") ended.add(name);
    const rest = call.written.restOf(argumentsText(item["arguments"])) ?? "";
    announce(call, item, parts);
    write(call, call.written.length === 0 ? rest || "{}" : rest, parts);
    pass(call, call.args.flush(), parts);
    parts.push({ type: "tool-call-end", index: call.index });
  }

  function write(call: OpenFunction, args: string, parts: ModelPart[]): void {
    call.written.add(args);
    pass(call, call.args.push(args), parts);
  }

  function pass(call: OpenFunction, args: string, parts: ModelPart[]): void {
    const delta = call.pendingArgs + args;
    call.pendingArgs = call.isAnnounced ? "" : delta;
    if (call.isAnnounced && delta !== "") parts.push({ type: "tool-call-delta", index: call.index, delta });
  }

  return {
    begin,
    addArgs(key, delta, parts) {
      // Of a call that began before: its end has them all.
      const call = open.get(key);
      if (call) write(call, asWords(delta), parts);
    },
    addWholeArgs(key, args, parts) {
      const call = open.get(key);
      if (call) write(call, call.written.restOf(argumentsText(args)) ?? "", parts);
    },
    end,
    endOpen(item, parts) {
      const callId = callIdOf(item);
      for (const [key, call] of [...open]) if (callId !== "" && call.callId === callId) end(key, item, parts);
    },
    restart() {
      open.clear();
      ended.clear();
      countBefore = count;
    },
    get count() {
      return count - countBefore;
    },
  };
}

const callIdOf = ({ call_id }: JsonFields): string => asText(call_id);

/** "" where an endpoint says neither a place nor an id: each is another then. */
const repeatKey = (key: string, item: JsonFields): string => {
  const callId = callIdOf(item);
  return key === "" || callId === "" ? "" : `${key} ${callId}`;
};
