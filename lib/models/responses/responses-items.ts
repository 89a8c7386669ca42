import { createSurrogateBuffer, isHighSurrogate, type SurrogateBuffer } from "../../protocol/surrogates.ts";
import { argumentsText } from "../arguments-text.ts";
import { asText, asWords } from "../as-text.ts";
import { fieldsOf, type JsonFields } from "../fields-of.ts";
import type { ModelPart } from "../model.ts";
import { phaseMetadata, reasoningMetadata } from "./reasoning-item.ts";
import { createWrittenTexts, type WrittenType } from "./written-texts.ts";

/** A text of an item; `content`: which of several. */
export interface TextKey {
  key: string;
  content?: number;
}

/**
 * The output items of one answer as parts; each method adds to `parts` what it reads. `key` is of the item.
 * `cursor`: of the frame that is read, where the answer is kept.
 */
export interface ResponsesItems {
  begin(key: string, item: JsonFields, parts: ModelPart[]): void;
  /** More of a text of that item. */
  write(textKey: TextKey, type: WrittenType, delta: unknown, parts: ModelPart[], cursor?: number): void;
  /** The whole of a text of that item, for endpoints that send no deltas. */
  writeWhole(textKey: TextKey, type: WrittenType, text: unknown, parts: ModelPart[], cursor?: number): void;
  /** Another summary of the same thought. */
  breakThought(parts: ModelPart[], cursor?: number): void;
  addArgs(key: string, delta: unknown, parts: ModelPart[]): void;
  addWholeArgs(key: string, args: unknown, parts: ModelPart[]): void;
  /** The item as a whole: what of it has not come yet, and its end. */
  end(key: string, item: JsonFields, parts: ModelPart[], cursor?: number): void;
  /** All items of a response, at its end: adds those that were never begun. */
  addMissing(output: unknown, parts: ModelPart[]): void;
  /** A further response begins in the same stream. */
  restart(): void;
  /** What was held back. */
  flush(parts: ModelPart[]): void;
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
  const written = createWrittenTexts();
  /** The items of which deltas have come, by type: endpoints that send them do so of all. */
  const streamed = new Set<string>();
  /** By their keys, and by their own ids. */
  const begun = new Set<string>();
  /** A delta that ends in half a character waits for the other half: its cursor would leave that out. */
  const held: Record<WrittenType, string> = { text: "", reasoning: "", refusal: "" };
  let calls = 0;
  let callsBefore = 0;

  function begin(key: string, item: JsonFields, parts: ModelPart[]): void {
    for (const name of [key, ...namesOf(item)]) begun.add(name);
    if (item["type"] !== "function_call" || open.has(key)) return;
    const index = calls++;
    open.set(key, { index, args: createSurrogateBuffer(), hasArgs: false });
    const toolCallId = asText(item["call_id"]) || asText(item["id"]) || makeId(index);
    parts.push({ type: "tool-call-start", index, toolCallId, toolName: asText(item["name"]) });
  }

  function write(textKey: TextKey, type: WrittenType, delta: unknown, parts: ModelPart[], cursor?: number) {
    const added = asWords(delta);
    const text = held[type] + added;
    if (text === "") return;
    written.add(textKey.key, type, textKey.content, added.length);
    held[type] = isHighSurrogate(text.charCodeAt(text.length - 1)) ? text : "";
    if (held[type] === "") parts.push({ type, delta: text.toWellFormed(), ...at(cursor) });
  }

  function addArgs(key: string, delta: unknown, parts: ModelPart[]): void {
    const call = open.get(key);
    // Of a call that began before: its end has them all.
    const text = call?.args.push(asWords(delta)) ?? "";
    if (!call || text === "") return;
    call.hasArgs = true;
    parts.push({ type: "tool-call-delta", index: call.index, delta: text });
  }

  function end(key: string, item: JsonFields, parts: ModelPart[], cursor?: number): void {
    switch (item["type"]) {
      case "message": {
        if (isWholeHere(key)) writeContent(key, item, parts);
        flush(parts);
        return void parts.push({ type: "text-end", ...given(phaseMetadata(host, item)), ...at(cursor) });
      }
      case "reasoning": {
        if (isWholeHere(key)) writeThought(key, item, parts);
        flush(parts);
        const metadata = given(reasoningMetadata(host, item));
        return void parts.push({ type: "reasoning-end", ...metadata, ...at(cursor) });
      }
      case "function_call":
        begin(key, item, parts);
        return endCall(key, item, parts);
    }
  }

  /** What of it has not come is missing, and was not read before. */
  const isWholeHere = (key: string): boolean => begun.has(key) || !isResumed;

  /** Some endpoints send no deltas, or not of all. */
  function writeContent(key: string, { content }: JsonFields, parts: ModelPart[]): void {
    const all = [...listOf(content).entries()].flatMap(([index, each]) => {
      const [type, text] = readOutputContent(each);
      return type === undefined ? [] : [{ type, text, index }];
    });
    const lengthOf = (type: WrittenType): number =>
      all.reduce((length, each) => length + (each.type === type ? each.text.length : 0), 0);
    // Where as much has come, contents were only numbered otherwise.
    const missing = all.filter(
      ({ type, index }) =>
        written.lengthOf(type, key) < lengthOf(type) && written.isMissing(key, type, index),
    );
    for (const { type, text, index } of missing) write({ key, content: index }, type, text, parts);
  }

  function writeThought(key: string, { summary, content }: JsonFields, parts: ModelPart[]): void {
    if (!written.isMissing(key, "reasoning", undefined)) return;
    for (const each of [...listOf(summary), ...listOf(content)])
      write({ key }, "reasoning", each["text"], parts);
  }

  function endCall(key: string, item: JsonFields, parts: ModelPart[]): void {
    const call = open.get(key);
    if (!call) return;
    open.delete(key);
    const rest = call.args.flush();
    const text = call.hasArgs ? rest : argumentsText(item["arguments"]) || "{}";
    if (text !== "") parts.push({ type: "tool-call-delta", index: call.index, delta: text });
    parts.push({ type: "tool-call-end", index: call.index });
  }

  function addMissing(output: unknown, parts: ModelPart[]): void {
    const items = listOf(output);
    const isFirst = begun.size === 0 && written.isEmpty;
    for (const [index, item] of items.entries()) {
      if (!isFirst && !isMissing(index, item, items)) continue;
      begin(`whole ${index}`, item, parts);
      end(`whole ${index}`, item, parts);
    }
  }

  /** Where as much has come, it is only named or numbered otherwise. Thoughts would come too late. */
  function isMissing(index: number, item: JsonFields, all: readonly JsonFields[]): boolean {
    const names = namesOf(item);
    const isKnown = (name: string): boolean => begun.has(name) || written.has(name);
    if (names.some(isKnown)) return false;
    if (item["type"] === "function_call")
      return calls - callsBefore < callsIn(all) && (names.length > 0 || !isKnown(String(index)));
    const length = written.lengthOf("text") + written.lengthOf("refusal");
    return item["type"] === "message" && !isKnown(String(index)) && !isKnown("") && length < lengthIn(all);
  }

  function flush(parts: ModelPart[]): void {
    for (const type of ["reasoning", "text", "refusal"] as const) {
      if (held[type] !== "") parts.push({ type, delta: held[type].toWellFormed() });
      held[type] = "";
    }
  }

  return {
    begin,
    write(textKey, type, delta, parts, cursor) {
      streamed.add(`${type} ${textKey.key}`);
      write(textKey, type, delta, parts, cursor);
    },
    writeWhole(textKey, type, text, parts, cursor) {
      if (!isWholeHere(textKey.key) || streamed.has(`${type} ${textKey.key}`)) return;
      if (written.isMissing(textKey.key, type, textKey.content)) write(textKey, type, text, parts, cursor);
    },
    breakThought: (parts, cursor) => void parts.push({ type: "reasoning-end", ...at(cursor) }),
    addArgs,
    addWholeArgs(key, args, parts) {
      if (!open.get(key)?.hasArgs) addArgs(key, argumentsText(args), parts);
    },
    end,
    addMissing,
    restart() {
      for (const known of [open, written, streamed, begun]) known.clear();
      callsBefore = calls;
    },
    flush,
    get hasCalls() {
      return calls > callsBefore;
    },
  };
}

const at = (cursor: number | undefined) => (cursor === undefined ? undefined : { cursor });
const given = <M>(providerMetadata: M | undefined) => providerMetadata && { providerMetadata };
/** The text of a content, if it is one. */
function readOutputContent(content: JsonFields): [type: "text" | "refusal" | undefined, text: string] {
  if (content["type"] === "output_text") return ["text", asText(content["text"])];
  if (content["type"] === "refusal") return ["refusal", asText(content["refusal"])];
  return [undefined, ""];
}

/** Its own, of those it has. */
const namesOf = (item: JsonFields): string[] =>
  [asText(item["id"]), asText(item["call_id"])].filter((name) => name !== "");

const callsIn = (items: readonly JsonFields[]): number =>
  items.filter(({ type }) => type === "function_call").length;

const lengthIn = (items: readonly JsonFields[]): number =>
  items
    .flatMap(({ type, content }) => (type === "message" ? listOf(content) : []))
    .reduce((length, content) => length + readOutputContent(content)[1].length, 0);

const listOf = (value: unknown): JsonFields[] => (Array.isArray(value) ? value.map(fieldsOf) : []);
