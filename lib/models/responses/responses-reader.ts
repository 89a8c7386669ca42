import { isRecord } from "../../protocol/is-record.ts";
import type { FinishReason } from "../../protocol/run-event.ts";
import { asText } from "../as-text.ts";
import { callIdSeed } from "../call-id-seed.ts";
import { createEndWatch } from "../end-watch.ts";
import { fieldsOf, type JsonFields } from "../fields-of.ts";
import { finishReasonOf } from "../finish-reason.ts";
import type { ModelPart } from "../model.ts";
import { ModelError } from "../model-error.ts";
import { createModelNameReader } from "../model-name-reader.ts";
import type { ModelRequest } from "../model-request.ts";
import { mayHoldText, parseFrame } from "../parse-frame.ts";
import { parseLeniently } from "../parse-leniently.ts";
import { badResponse, gaveUp, providerError, type RequestContext } from "../provider-error.ts";
import type { AnswerReader } from "../provider-wire.ts";
import { rejectionOf } from "../rejection-of.ts";
import { createResponsesItems } from "./responses-items.ts";
import { responsesUsage } from "./responses-usage.ts";
import type { WrittenType } from "./written-texts.ts";

export interface ResponsesReaderOptions {
  context: RequestContext;
  /** The endpoint was asked to keep the answer. */
  isKept: boolean;
}

/**
 * Reads an answer of the Responses wire, an event a frame. Fields of other types than expected, items and
 * events that are not known are passed over: they never cost the text beside them. Where the endpoint keeps
 * the answer, its id is the first part, and texts say how far it has been read.
 */
export function createResponsesReader(
  { messages, resume }: ModelRequest,
  { context, isKept }: ResponsesReaderOptions,
): AnswerReader {
  const { host } = context;
  const seed = callIdSeed(messages);
  const items = createResponsesItems({
    host,
    makeId: (call) => `call_${seed}_${call}`,
    isResumed: resume?.cursor !== undefined,
  });
  let responseId = resume?.responseId;
  const modelName = createModelNameReader();
  /** For endpoints that say of no event which item it is of. */
  let newestKey = "";
  const ending = createEndWatch();
  let finish: FinishReason = "other";

  function readFrame(data: string, event: string, parts: ModelPart[]): void {
    for (const json of parseFrame(data, event, { host, isFinished: ending.isEnded }))
      readJson(json, event, parts);
  }

  function readJson(json: JsonFields, event: string, parts: ModelPart[]): void {
    const type = asText(json["type"]) || event;
    const rejection = rejectionOf(json, type);
    if (rejection && !ending.isEnded) throw providerError(context, rejection);
    if (rejection) return;
    if (type.startsWith("response.")) readEvent(type.slice("response.".length), json, parts);
    else if (type === "message" && !ending.isEnded && mayHoldText(json))
      throw badResponse(host, "sent a frame that is no part of a response");
  }

  function readEvent(type: string, json: JsonFields, parts: ModelPart[]): void {
    switch (type) {
      case "created":
        return begin(fieldsOf(json["response"]), parts);
      case "completed":
      case "done":
      case "incomplete":
      case "failed":
      case "cancelled":
        return end(type, fieldsOf(json["response"]), parts);
    }
    const start = parts.length;
    readItemEvent(type, json, parts);
    ending.noteMore(parts, start);
  }

  function readItemEvent(type: string, json: JsonFields, parts: ModelPart[]): void {
    const key = keyOf(json);
    const cursor = cursorOf(json);
    const textKey = { key, ...contentOf(json) };
    const [name = "", change] = type.split(".");
    const written = textEvents.get(name);
    if (written && change === "delta") return items.write(textKey, written, json["delta"], parts, cursor);
    if (written && change === "done")
      return items.writeWhole(textKey, written, json["text"] ?? json["refusal"], parts, cursor);
    switch (type) {
      case "reasoning_summary_part.added":
        if (Number(json["summary_index"]) > 0) items.breakThought(parts, cursor);
        return;
      case "content_part.delta":
        return items.write(textKey, contentType(json["delta"]), json["delta"], parts, cursor);
      case "content_part.done":
        return items.writePart(textKey, fieldsOf(json["part"]), parts, cursor);
      case "output_text.annotation.added":
        return items.addSource(json["annotation"], parts);
      case "function_call_arguments.delta":
        return items.addArgs(key, json["delta"], parts);
      case "function_call_arguments.done":
        return items.addWholeArgs(key, json["arguments"], parts);
      case "output_item.added":
        newestKey = key;
        return items.begin(key, fieldsOf(json["item"]), parts);
      case "output_item.done":
        return items.end(key, fieldsOf(json["item"]), parts, cursor);
    }
  }

  function keyOf({ output_index, item_id, item }: JsonFields): string {
    // Some gateways give an item another id with every event.
    if (typeof output_index === "number") return String(output_index);
    return asText(item_id) || asText(fieldsOf(item)["id"]) || newestKey;
  }

  const cursorOf = ({ sequence_number }: JsonFields): number | undefined =>
    responseId !== undefined && typeof sequence_number === "number" ? sequence_number : undefined;

  function begin(response: JsonFields, parts: ModelPart[]): void {
    // One that follows another in the same answer goes on with it.
    if (ending.begin(response)) items.restart();
    modelName.read(response["model"], parts);
    const id = asText(response["id"]);
    if (!isKept || id === "" || id === responseId || response["background"] === false) return;
    responseId = id;
    parts.push({ type: "response", responseId });
  }

  function end(type: string, response: JsonFields, parts: ModelPart[]): void {
    // Some endpoints stream nothing but the end. What was read before cannot be told from what was not.
    if (resume?.cursor === undefined) items.addMissing(outputItems(response) ?? [], parts);
    items.flush(parts);
    const usage = responsesUsage(response["usage"]);
    if (usage) parts.push({ type: "usage", usage });
    const status = asText(response["status"]) || type;
    // What is complete is no failure any more.
    if (ending.isEnded) return;
    if (type === "failed" || status === "failed")
      throw providerError(context, { status: undefined, body: JSON.stringify(response["error"] ?? {}) });
    if (type === "cancelled" || status === "cancelled") throw cancelled(host);
    if (type === "incomplete" || status === "incomplete") finish = incompleteFinish(response);
    else finish = items.hasCalls || hasCall(response["output"]) ? "tool-calls" : "stop";
    ending.end();
  }

  function incompleteFinish({ incomplete_details }: JsonFields): FinishReason {
    const reason = finishReasonOf(asText(fieldsOf(incomplete_details)["reason"]));
    if (reason === "failed") throw gaveUp(host);
    return reason;
  }

  function readDocument(body: string, parts: ModelPart[]): void {
    const json = parseLeniently(body);
    if (!isRecord(json)) throw badResponse(host, "answered with something that is no response");
    const rejection = json["object"] === "response" ? undefined : rejectionOf(json);
    if (rejection) throw providerError(context, rejection);
    if (!outputItems(json)) throw badResponse(host, "answered with something that is no response");
    // What was read of it before cannot be told from what was not.
    if (resume?.cursor !== undefined) throw forgotten(host);
    begin(json, parts);
    const status = asText(json["status"]);
    if (status === "" || finalStatuses.has(status)) end(status, json, parts);
  }

  return {
    readFrame,
    readDocument,
    isComplete: (data) => parseLeniently(data) !== undefined,
    end(parts, isCut = false) {
      items.flush(parts);
      if (ending.isEnded && !isCut) parts.push({ type: "finish", reason: finish });
    },
    get isFinished() {
      return ending.isEnded;
    },
    // Several responses may follow each other in one answer: only its connection ends it.
    isDone: false,
    get responseId() {
      return responseId;
    },
  };
}

/** The texts whose deltas and wholes come as events; the shorter names are older. */
const textEvents: ReadonlyMap<string, WrittenType> = new Map([
  ["output_text", "text"],
  ["text", "text"],
  ["refusal", "refusal"],
  ["reasoning_text", "reasoning"],
  ["reasoning_summary_text", "reasoning"],
  ["reasoning_summary", "reasoning"],
  ["reasoning", "reasoning"],
]);

/** Of a delta as OpenRouter writes it. */
function contentType(delta: unknown): WrittenType {
  const type = asText(fieldsOf(delta)["type"]);
  if (type.startsWith("reasoning")) return "reasoning";
  return type === "refusal" ? "refusal" : "text";
}

function contentOf({ content_index, summary_index }: JsonFields): { content?: number } {
  const content = content_index ?? summary_index;
  return typeof content === "number" ? { content } : {};
}

/** Some endpoints have the text alone. */
function outputItems({ output, output_text }: JsonFields): readonly unknown[] | undefined {
  if (typeof output_text !== "string" || (Array.isArray(output) && output.length > 0))
    return Array.isArray(output) ? output : undefined;
  return [{ type: "message", content: [{ type: "output_text", text: output_text }] }];
}

/** One that was read before, where only the rest was asked for. */
const hasCall = (output: unknown): boolean =>
  Array.isArray(output) && output.some((item) => fieldsOf(item)["type"] === "function_call");

const finalStatuses: ReadonlySet<string> = new Set(["completed", "incomplete", "failed", "cancelled"]);

/** The endpoint no longer has the answer, or cannot give its rest. */
export const forgotten = (host: string): ModelError =>
  new ModelError("cut-off", `${host} no longer has the rest of the answer.`, {
    retryable: true,
    facts: { host, reason: "forgotten" },
  });

const cancelled = (host: string): ModelError =>
  new ModelError("cut-off", `The answer was cancelled at ${host}.`, { retryable: true, facts: { host } });
