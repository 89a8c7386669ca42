import { isHighSurrogate } from "../../protocol/surrogates.ts";
import { asText, asWords } from "../as-text.ts";
import { fieldsInList, fieldsOf, type JsonFields } from "../fields-of.ts";
import { hostedPage, hostedPages, sourcePart } from "../hosted-search.ts";
import type { ModelPart } from "../model.ts";
import { behind, type OutputContent, outputContents } from "./output-contents.ts";
import { phaseMetadata, reasoningMetadata } from "./reasoning-item.ts";
import { createResponsesCalls, type ResponsesCalls } from "./responses-calls.ts";
import { createWrittenTexts, type TextKey, type WrittenType } from "./written-texts.ts";

/**
 * The output items of one answer as parts; each method adds to `parts` what it reads. `key` is of the item.
 * `cursor`: of the frame that is read, where the answer is kept.
 */
export interface ResponsesItems extends Pick<ResponsesCalls, "addArgs" | "addWholeArgs"> {
  begin(key: string, item: JsonFields, parts: ModelPart[]): void;
  /** More of a text of that item. */
  write(textKey: TextKey, type: WrittenType, delta: unknown, parts: ModelPart[], cursor?: number): void;
  /** The whole of a text of that item: what of it has not come in deltas. */
  writeWhole(textKey: TextKey, type: WrittenType, text: unknown, parts: ModelPart[], cursor?: number): void;
  /** The same of a content, as it stands in its item. */
  writePart(textKey: TextKey, content: JsonFields, parts: ModelPart[], cursor?: number): void;
  /** A page that the text of an item is from. */
  addSource(annotation: unknown, parts: ModelPart[]): void;
  /** Another summary of the same thought. */
  breakThought(parts: ModelPart[], cursor?: number): void;
  /** The item as a whole: what of it has not come yet, and its end. */
  end(key: string, item: JsonFields, parts: ModelPart[], cursor?: number): void;
  /** All items of a response, at its end: adds what of them has not come. */
  addMissing(output: unknown, parts: ModelPart[]): void;
  /** A further response begins in the same stream. */
  restart(): void;
  /** What was held back. */
  flush(parts: ModelPart[]): void;
  readonly hasCalls: boolean;
}

export interface ResponsesItemsOptions {
  host: string;
  /** For a call without an id. */
  makeId(call: number): string;
  /** The beginning of the answer was read before, by another: what is not known here began there. */
  isResumed: boolean;
}

/** Of the provider's own tools only its web search is told of; what is not known here is left out. */
export function createResponsesItems({ host, makeId, isResumed }: ResponsesItemsOptions): ResponsesItems {
  const calls = createResponsesCalls(makeId);
  const written = createWrittenTexts();
  /** The items of which deltas have come, by type: endpoints that send them do so of all. */
  const streamed = new Set<string>();
  /** By their keys, and by their own ids. */
  const begun = new Set<string>();
  /** A delta that ends in half a character waits for the other half: its cursor would leave that out. */
  const held: Record<WrittenType, string> = { text: "", reasoning: "", refusal: "" };

  function begin(key: string, item: JsonFields, parts: ModelPart[]): void {
    const callId = item["type"] === "web_search_call" ? asText(item["id"]) : "";
    const isSearch = callId !== "" && !begun.has(callId);
    for (const name of [key, ...namesOf(item)]) begun.add(name);
    if (item["type"] === "function_call") calls.begin(key, item, parts);
    if (!isSearch) return;
    flush(parts);
    parts.push({ type: "hosted-call-start", callId, toolName: "web_search" });
  }

  /** It says what it was when it is done. */
  function endSearch(key: string, item: JsonFields, parts: ModelPart[]): void {
    const callId = asText(item["id"]);
    if (callId === "") return;
    begin(key, item, parts);
    const action = fieldsOf(item["action"]);
    const { input, pages } = searchOf(action);
    parts.push({ type: "hosted-call-input", callId, input });
    const isFailed = item["status"] === "failed";
    const output = { by: host, results: pages };
    parts.push({
      ...{ type: "hosted-call-end", callId },
      ...(isFailed && { errorText: `the web search of ${host} failed` }),
      ...(!isFailed && pages.length > 0 && { output }),
    });
  }

  function write(textKey: TextKey, type: WrittenType, delta: unknown, parts: ModelPart[], cursor?: number) {
    const added = asWords(delta);
    const text = held[type] + added;
    if (text === "") return;
    written.add(textKey, type, added);
    held[type] = isHighSurrogate(text.charCodeAt(text.length - 1)) ? text : "";
    if (held[type] === "") parts.push({ type, delta: text.toWellFormed(), ...at(cursor) });
  }

  /** Some endpoints send no deltas, or not of all. */
  function writeWhole(
    textKey: TextKey,
    type: WrittenType,
    text: unknown,
    parts: ModelPart[],
    cursor?: number,
  ): void {
    const { key } = textKey;
    // Not known by its key: the end of the item tells whether it has come.
    if (!isWholeHere(key) || (!written.has(key) && streamed.size > 0)) return;
    const whole = asWords(text);
    const isNew = !streamed.has(`${type} ${key}`) && written.isMissing(textKey, type);
    write(textKey, type, isNew ? whole : (written.restOf(textKey, type, whole) ?? ""), parts, cursor);
  }

  function end(key: string, item: JsonFields, parts: ModelPart[], cursor?: number): void {
    switch (item["type"]) {
      case "message": {
        if (isWholeHere(key)) writeContent(key, item, parts);
        for (const { annotations } of fieldsInList(item["content"]))
          for (const annotation of fieldsInList(annotations)) addSource(annotation, parts);
        flush(parts);
        written.endItem();
        return void parts.push({ type: "text-end", ...given(phaseMetadata(host, item)), ...at(cursor) });
      }
      case "reasoning": {
        if (isWholeHere(key)) writeThought(key, item, parts);
        flush(parts);
        written.endItem();
        const metadata = given(reasoningMetadata(host, item));
        return void parts.push({ type: "reasoning-end", ...metadata, ...at(cursor) });
      }
      case "function_call":
        begin(key, item, parts);
        return calls.end(key, item, parts);
      case "web_search_call":
        return endSearch(key, item, parts);
    }
  }

  function addSource(annotation: unknown, parts: ModelPart[]): void {
    const fields = fieldsOf(annotation);
    const page = fields["type"] === "url_citation" ? hostedPage(fields) : undefined;
    if (page) parts.push(sourcePart(page));
  }

  /** What of it has not come is missing, and was not read before. */
  const isWholeHere = (key: string): boolean => begun.has(key) || !isResumed;

  function writeContent(key: string, { content }: JsonFields, parts: ModelPart[]): void {
    const contents = outputContents(content);
    for (const type of ["text", "refusal"] as const)
      for (const { text, index } of missingOf(key, type, contents))
        write({ key, content: index }, type, text, parts);
  }

  function missingOf(key: string, type: WrittenType, contents: readonly OutputContent[]): OutputContent[] {
    const ofType = contents.filter((each) => each.type === type);
    const whole = ofType.map(({ text }) => text).join("");
    const rest = written.restOfAll(key, type, whole);
    if (rest !== undefined) return behind(ofType, whole.length - rest.length);
    // Where as much has come, contents were only numbered otherwise.
    if (written.lengthOf(type, key) >= whole.length) return [];
    return ofType.filter(({ index }) => written.isMissing({ key, content: index }, type));
  }

  function writeThought(key: string, { summary, content }: JsonFields, parts: ModelPart[]): void {
    const texts = [...fieldsInList(summary), ...fieldsInList(content)].map(({ text }) => asWords(text));
    const isKnown = written.has(key);
    if (!isKnown && written.restOfAll(key, "reasoning", texts.join("")) !== texts.join("")) return;
    for (const [index, text] of texts.entries())
      if (isKnown) writeWhole({ key, content: index }, "reasoning", text, parts);
      else write({ key, content: index }, "reasoning", text, parts);
  }

  function addMissing(output: unknown, parts: ModelPart[]): void {
    const items = fieldsInList(output);
    const isFirst = begun.size === 0 && written.isEmpty;
    for (const [index, item] of items.entries()) {
      if (isFirst || isMissing(index, item, items)) {
        begin(`whole ${index}`, item, parts);
        end(`whole ${index}`, item, parts);
      } else if (item["type"] === "message") writeRest(index, item, parts);
      else calls.endOpen(item, parts);
    }
  }

  /** Of an item that has come, as far as it is known for the same. */
  function writeRest(index: number, item: JsonFields, parts: ModelPart[]): void {
    const key = [String(index), ...namesOf(item)].find((name) => written.has(name)) ?? "";
    const contents = outputContents(item["content"]);
    for (const type of ["text", "refusal"] as const) {
      const whole = contents.map((each) => (each.type === type ? each.text : "")).join("");
      if (written.lengthOf(type, key) > 0)
        write({ key }, type, written.restOfAll(key, type, whole) ?? "", parts);
    }
  }

  /** Where as much has come, it is only named or numbered otherwise. Thoughts would come too late. */
  function isMissing(index: number, item: JsonFields, all: readonly JsonFields[]): boolean {
    const names = namesOf(item);
    const isKnown = (name: string): boolean => begun.has(name) || written.has(name);
    if (names.some(isKnown)) return false;
    if (item["type"] === "function_call")
      return calls.count < callsIn(all) && (names.length > 0 || !isKnown(String(index)));
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
    writeWhole,
    writePart(textKey, content, parts, cursor) {
      for (const { type, text } of outputContents([content])) writeWhole(textKey, type, text, parts, cursor);
    },
    addSource,
    breakThought: (parts, cursor) => void parts.push({ type: "reasoning-end", ...at(cursor) }),
    addArgs: calls.addArgs,
    addWholeArgs: calls.addWholeArgs,
    end,
    addMissing,
    restart() {
      for (const known of [written, streamed, begun]) known.clear();
      calls.restart();
    },
    flush,
    get hasCalls() {
      return calls.count > 0;
    },
  };
}

const at = (cursor: number | undefined) => (cursor === undefined ? undefined : { cursor });
const given = <M>(providerMetadata: M | undefined) => providerMetadata && { providerMetadata };

/** Its own, of those it has. */
const namesOf = (item: JsonFields): string[] =>
  [asText(item["id"]), asText(item["call_id"])].filter((name) => name !== "");

const callsIn = (items: readonly JsonFields[]): number =>
  items.filter(({ type }) => type === "function_call").length;

const lengthIn = (items: readonly JsonFields[]): number =>
  items
    .flatMap(({ type, content }) => (type === "message" ? outputContents(content) : []))
    .reduce((length, { text }) => length + text.length, 0);

/** What was searched for or opened, and what was found. */
function searchOf(action: JsonFields) {
  const { query, queries, url, pattern, sources } = action;
  const words = asText(query) || (Array.isArray(queries) ? queries.map(asText).join(" · ") : "");
  const opened = hostedPage({ url });
  return {
    input: {
      ...(words !== "" && { query: words }),
      ...opened,
      ...(asText(pattern) !== "" && { pattern: asText(pattern) }),
    },
    pages: hostedPages(sources ?? (opened ? [opened] : [])),
  };
}
