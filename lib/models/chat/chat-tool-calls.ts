import { isRecord } from "../../protocol/is-record.ts";
import { createSurrogateBuffer, type SurrogateBuffer } from "../../protocol/surrogates.ts";
import type { ModelPart } from "../model.ts";
import { tryParseJson } from "../try-parse-json.ts";
import type { ChatCallDelta } from "./chat-chunk.ts";

/*
 * Which call a delta belongs to, and what a call is made of. Servers number, name and cut calls as they like:
 *
 * 1. A delta belongs to the call of its index; without one, to the call before it. Where that one has another
 *    id, it belongs to the call whose id it has, if there is one. Another id with a name, another name once
 *    there are arguments, or a whole object behind another, opens another call under the same index. If it
 *    does, the server's numbers and ours differ: a delta of neither id nor name under a new number is the
 *    call's that we count so.
 * 2. The first id counts. A call without one is given one, and of two calls with one id the second another.
 * 3. A name may come in pieces, or again with each delta, or late.
 * 4. Arguments are joined, byte for byte. `{}` at first and a whole object later are that object, and an
 *    object that comes twice is one.
 * 5. A call is announced with its first arguments, or as soon as something else comes. Nothing that was
 *    written is lost, whether it got a name or not.
 */

export interface ChatToolCalls {
  /** Each adds to `parts`. */
  read(delta: ChatCallDelta, parts: ModelPart[]): void;
  /** Something else comes: what the newest call has so far stands. */
  settle(parts: ModelPart[]): void;
  /** The answer has ended. */
  end(parts: ModelPart[]): void;
}

interface OpenCall {
  /** Ours: the order of appearance. */
  index: number;
  /** The server's number, under which it was opened. */
  number: number;
  /** As the server gave it; "" as long as it gave none. */
  givenId: string;
  /** As it was announced; before that, the given one. */
  id: string;
  name: string;
  /** Whole characters only. */
  args: SurrogateBuffer;
  /** All arguments so far. */
  written: string;
  /** Those that were not passed on yet. */
  pendingArgs: string;
  /** An empty object that more may take the place of. */
  emptyArgs: string;
  isAnnounced: boolean;
}

/** `makeId`: for a call whose server gives it none, by its index. */
export function createChatToolCalls(makeId: (index: number) => string): ChatToolCalls {
  /** The newest call of each of the server's numbers. */
  const calls = new Map<number, OpenCall>();
  const opened: OpenCall[] = [];
  /** The newest call that was given an id. */
  const byId = new Map<string, OpenCall>();
  const ids = new Set<string>();
  /** The call that the last delta was of, as long as there may be more to its name or its `{}`. */
  let unsettled: OpenCall | undefined;
  let newestNumber = 0;

  function read(delta: ChatCallDelta, parts: ModelPart[]): void {
    const call = callOf(delta);
    if (unsettled !== call) settle(parts);
    addId(call, delta.id);
    addName(call, delta.name);
    addArguments(call, delta.args);
    const hasArguments = call.pendingArgs !== "" || call.emptyArgs !== "";
    if (call.isAnnounced || (call.name !== "" && hasArguments)) flush(call, parts);
    unsettled = call.isAnnounced && call.emptyArgs === "" ? undefined : call;
  }

  function settle(parts: ModelPart[]): void {
    const call = unsettled;
    unsettled = undefined;
    if (!call || call.name === "" || (call.id === "" && call.emptyArgs === "")) return;
    passEmpty(call);
    flush(call, parts);
  }

  function end(parts: ModelPart[]): void {
    for (const call of opened) {
      passEmpty(call);
      call.pendingArgs += call.args.flush();
      flush(call, parts);
    }
  }

  /** 1. */
  function callOf(delta: ChatCallDelta): OpenCall {
    const number = delta.index ?? newestNumber;
    newestNumber = number;
    const numbered = calls.get(number);
    const known = numbered ? identified(numbered, delta) : renumbered(delta, number);
    if (!known || opensAnother(known, delta)) return open(number);
    calls.set(number, known);
    return known;
  }

  function identified(numbered: OpenCall, { id, name }: ChatCallDelta): OpenCall {
    if (id === "" || numbered.givenId === "" || numbered.givenId === id) return numbered;
    const known = byId.get(id);
    return known && (name === "" || name === known.name) ? known : numbered;
  }

  function renumbered({ id, name }: ChatCallDelta, number: number): OpenCall | undefined {
    if (name !== "") return undefined;
    if (id !== "") return byId.get(id);
    const counted = opened[number];
    return counted && counted.number !== counted.index ? counted : undefined;
  }

  function open(number: number): OpenCall {
    const empty = { givenId: "", id: "", name: "", written: "", pendingArgs: "", emptyArgs: "" };
    const counted = { index: opened.length, number, isAnnounced: false };
    const call = { ...empty, ...counted, args: createSurrogateBuffer() };
    opened.push(call);
    calls.set(number, call);
    return call;
  }

  /** 2. */
  function addId(call: OpenCall, id: string): void {
    if (call.givenId !== "" || id === "") return;
    call.givenId = id;
    call.id ||= id;
    byId.set(id, call);
  }

  function flush(call: OpenCall, parts: ModelPart[]): void {
    const { index } = call;
    if (!call.isAnnounced) {
      call.id = uniqueId(call.id || makeId(index));
      parts.push({ type: "tool-call-start", index, toolCallId: call.id, toolName: call.name });
      call.isAnnounced = true;
    }
    if (call.pendingArgs !== "") parts.push({ type: "tool-call-delta", index, delta: call.pendingArgs });
    call.pendingArgs = "";
  }

  /** 2. */
  function uniqueId(given: string): string {
    let id = given;
    for (let count = 2; ids.has(id); count += 1) id = `${given}_${count}`;
    ids.add(id);
    return id;
  }

  return { read, settle, end };
}

function opensAnother(known: OpenCall, { id, name, args }: ChatCallDelta): boolean {
  if (known.name === "" || name === "") return false;
  const hasWhole = () => isJsonObject(args) && isJsonObject(known.written);
  if (id !== "" && id !== known.givenId) return known.id !== "" || hasWhole();
  if (name !== known.name) return known.written !== "";
  return args !== known.written && hasWhole();
}

/** 3. A server that repeats the name may also lengthen it. */
function addName(call: OpenCall, name: string): void {
  if (call.isAnnounced || name === "") return;
  call.name = name.startsWith(call.name) ? name : call.name + name;
}

/** 4. */
function addArguments(call: OpenCall, args: string): void {
  if (args === "") return;
  if (call.written === "" && args.trim() === "{}") {
    call.emptyArgs = args;
    return;
  }
  if (call.emptyArgs !== "") {
    if (args.trimStart().startsWith("{")) call.emptyArgs = "";
    else passEmpty(call);
  }
  const isRepeated = args.length === call.written.length && args === call.written && isJsonObject(args);
  if (!isRepeated) passArguments(call, args);
}

function passEmpty(call: OpenCall): void {
  passArguments(call, call.emptyArgs);
  call.emptyArgs = "";
}

function passArguments(call: OpenCall, args: string): void {
  call.written += args;
  call.pendingArgs += call.args.push(args);
}

/** Looks at the first character first: most deltas are a piece of an object. */
const isJsonObject = (args: string): boolean => /^\s*\{/.test(args) && isRecord(tryParseJson(args));
