import { createSurrogateBuffer, isHighSurrogate, type SurrogateBuffer } from "../../protocol/surrogates.ts";
import { asText } from "../as-text.ts";
import { fieldsOf, type JsonFields } from "../fields-of.ts";
import type { ModelPart } from "../model.ts";
import { phaseMetadata, reasoningMetadata } from "./reasoning-item.ts";

type WrittenType = "text" | "reasoning" | "refusal";

/**
 * The output items of one answer as parts; each method adds to `parts` what it reads. `key` is of the item.
 * `cursor`: of the frame that is read, where the answer is kept.
 */
export interface ResponsesItems {
  begin(key: string, item: JsonFields, parts: ModelPart[]): void;
  /** More of a text of that item. */
  write(key: string, type: WrittenType, delta: unknown, parts: ModelPart[], cursor?: number): void;
  /** The whole of a text of that item, for endpoints that send no deltas. */
  writeWhole(key: string, type: WrittenType, text: unknown, parts: ModelPart[], cursor?: number): void;
  /** Another summary of the same thought. */
  breakThought(parts: ModelPart[], cursor?: number): void;
  addArgs(key: string, delta: unknown, parts: ModelPart[]): void;
  addWholeArgs(key: string, args: unknown, parts: ModelPart[]): void;
  /** The item as a whole: what of it has not come yet, and its end. */
  end(key: string, item: JsonFields, parts: ModelPart[], cursor?: number): void;
  /** A further response begins in the same stream. */
  restart(): void;
  /** What was held back. */
  flush(parts: ModelPart[]): void;
  /** Something was read of this response. */
  readonly isEmpty: boolean;
  readonly hasCalls: boolean;
}

interface OpenFunction {
  index: number;
  args: SurrogateBuffer;
  hasArgs: boolean;
}

export interface ResponsesItemsOptions {
  host: string;
  /** For a call without an id. */
  makeId(call: number): string;
  /** The beginning of the answer was read before, by another: what is not known here began there. */
  isResumed: boolean;
}

/** Items of the provider's own tools, and those that are not known here, are left out. */
export function createResponsesItems({ host, makeId, isResumed }: ResponsesItemsOptions): ResponsesItems {
  const open = new Map<string, OpenFunction>();
  /** The items of which a text has come. */
  const written = new Set<string>();
  const begun = new Set<string>();
  /** A delta that ends in half a character waits for the other half: its cursor would leave that out. */
  const held: Record<WrittenType, string> = { text: "", reasoning: "", refusal: "" };
  let calls = 0;
  let callsBefore = 0;

  function begin(key: string, item: JsonFields, parts: ModelPart[]): void {
    begun.add(key);
    if (item["type"] !== "function_call" || open.has(key)) return;
    const index = calls++;
    open.set(key, { index, args: createSurrogateBuffer(), hasArgs: false });
    const toolCallId = asText(item["call_id"]) || asText(item["id"]) || makeId(index);
    parts.push({ type: "tool-call-start", index, toolCallId, toolName: asText(item["name"]) });
  }

  function write(key: string, type: WrittenType, delta: unknown, parts: ModelPart[], cursor?: number): void {
    const text = held[type] + asText(delta);
    if (text === "") return;
    written.add(key);
    held[type] = isHighSurrogate(text.charCodeAt(text.length - 1)) ? text : "";
    if (held[type] === "") parts.push({ type, delta: text.toWellFormed(), ...at(cursor) });
  }

  function addArgs(key: string, delta: unknown, parts: ModelPart[]): void {
    const call = open.get(key);
    // Of a call that began before: its end has them all.
    const text = call?.args.push(asText(delta)) ?? "";
    if (!call || text === "") return;
    call.hasArgs = true;
    parts.push({ type: "tool-call-delta", index: call.index, delta: text });
  }

  function end(key: string, item: JsonFields, parts: ModelPart[], cursor?: number): void {
    switch (item["type"]) {
      case "message": {
        if (isMissing(key)) writeContent(key, item, parts);
        flush(parts);
        return void parts.push({ type: "text-end", ...given(phaseMetadata(host, item)), ...at(cursor) });
      }
      case "reasoning": {
        if (isMissing(key)) writeThought(key, item, parts);
        flush(parts);
        const metadata = given(reasoningMetadata(host, item));
        return void parts.push({ type: "reasoning-end", ...metadata, ...at(cursor) });
      }
      case "function_call":
        begin(key, item, parts);
        return endCall(key, item, parts);
    }
  }

  /** Some endpoints send no deltas. */
  const isMissing = (key: string): boolean => !written.has(key) && (begun.has(key) || !isResumed);

  function writeContent(key: string, { content }: JsonFields, parts: ModelPart[]): void {
    for (const each of listOf(content)) {
      if (each["type"] === "output_text") write(key, "text", each["text"], parts);
      else if (each["type"] === "refusal") write(key, "refusal", each["refusal"], parts);
    }
  }

  function writeThought(key: string, { summary, content }: JsonFields, parts: ModelPart[]): void {
    for (const each of [...listOf(summary), ...listOf(content)]) write(key, "reasoning", each["text"], parts);
  }

  function endCall(key: string, item: JsonFields, parts: ModelPart[]): void {
    const call = open.get(key);
    if (!call) return;
    open.delete(key);
    const rest = call.args.flush();
    const text = call.hasArgs ? rest : asText(item["arguments"]) || "{}";
    if (text !== "") parts.push({ type: "tool-call-delta", index: call.index, delta: text });
    parts.push({ type: "tool-call-end", index: call.index });
  }

  function flush(parts: ModelPart[]): void {
    for (const type of ["reasoning", "text", "refusal"] as const) {
      if (held[type] !== "") parts.push({ type, delta: held[type].toWellFormed() });
      held[type] = "";
    }
  }

  return {
    begin,
    write,
    writeWhole(key, type, text, parts, cursor) {
      if (isMissing(key)) write(key, type, text, parts, cursor);
    },
    breakThought: (parts, cursor) => void parts.push({ type: "reasoning-end", ...at(cursor) }),
    addArgs,
    addWholeArgs(key, args, parts) {
      if (!open.get(key)?.hasArgs) addArgs(key, args, parts);
    },
    end,
    restart() {
      for (const known of [open, written, begun]) known.clear();
      callsBefore = calls;
    },
    flush,
    get isEmpty() {
      return begun.size === 0 && written.size === 0;
    },
    get hasCalls() {
      return calls > callsBefore;
    },
  };
}

const at = (cursor: number | undefined) => (cursor === undefined ? undefined : { cursor });
const given = <M>(providerMetadata: M | undefined) => providerMetadata && { providerMetadata };
const listOf = (value: unknown): JsonFields[] => (Array.isArray(value) ? value.map(fieldsOf) : []);
