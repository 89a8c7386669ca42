import { isRecord } from "../../protocol/is-record.ts";
import type { Usage } from "../../protocol/run-event.ts";
import { asText } from "../as-text.ts";
import { callIdSeed } from "../call-id-seed.ts";
import { createEndWatch } from "../end-watch.ts";
import { fieldsOf, type JsonFields } from "../fields-of.ts";
import { finishReasonOf, type GivenFinishReason } from "../finish-reason.ts";
import type { ModelPart } from "../model.ts";
import { createModelNameReader } from "../model-name-reader.ts";
import type { ModelRequest } from "../model-request.ts";
import { mayHoldText, parseFrame } from "../parse-frame.ts";
import { parseLeniently } from "../parse-leniently.ts";
import { badResponse, gaveUp, providerError, type RequestContext } from "../provider-error.ts";
import type { AnswerReader } from "../provider-wire.ts";
import { rejectionOf } from "../rejection-of.ts";
import { createMessagesBlocks } from "./messages-blocks.ts";
import { createMessagesUsage } from "./messages-usage.ts";

/**
 * Reads an answer of the Messages wire, an event a frame. Fields of other types than expected, blocks and
 * events that are not known are passed over: they never cost the text beside them.
 */
export function createMessagesReader({ messages }: ModelRequest, context: RequestContext): AnswerReader {
  const { host } = context;
  const seed = callIdSeed(messages);
  const blocks = createMessagesBlocks(host, (call) => `toolu_${seed}_${call}`);
  const usage = createMessagesUsage();
  const modelName = createModelNameReader();
  /** The block that is written, for endpoints that count none. */
  let newest = 0;
  /** What the first message began with: the answer, if nothing else comes. */
  let given: readonly unknown[] | undefined;
  const ending = createEndWatch();
  let stopReason: string | undefined;

  function readFrame(data: string, event: string, parts: ModelPart[]): void {
    for (const json of parseFrame(data, event, { host, isFinished: ending.isEnded }))
      readJson(json, event, parts);
  }

  function readJson(json: JsonFields, event: string, parts: ModelPart[]): void {
    const type = typeof json["type"] === "string" ? json["type"] : event;
    const rejection = rejectionOf(json, type);
    if (rejection && !ending.isEnded) throw providerError(context, rejection);
    if (!rejection) readEvent(type, json, parts);
  }

  function readEvent(type: string, json: JsonFields, parts: ModelPart[]): void {
    const start = parts.length;
    readKnown(type, json, parts);
    ending.noteMore(parts, start);
  }

  function readKnown(type: string, json: JsonFields, parts: ModelPart[]): void {
    const index = typeof json["index"] === "number" ? json["index"] : newest;
    switch (type) {
      case "content_block_delta":
        given = [];
        return blocks.delta(index, textOrFields(json["delta"]), parts);
      case "content_block_start":
        newest = index;
        given = [];
        return blocks.start(index, fieldsOf(json["content_block"]), parts);
      case "content_block_stop":
        return blocks.stop(index, parts);
      case "message_start":
        return begin(fieldsOf(json["message"]), parts);
      case "message_delta":
        stopReason = asText(fieldsOf(json["delta"])["stop_reason"]) || stopReason;
        if (stopReason !== undefined) ending.end();
        return addUsageReport(usage.read(json["usage"]), parts);
      case "message_stop":
        addUsageReport(usage.read(json["usage"]), parts);
        return ending.end();
      case "message":
        // With event names and no types there is no telling what else it would be.
        if (!ending.isEnded && mayHoldText(json))
          throw badResponse(host, "sent a frame that is no part of a message");
    }
  }

  /** One that follows another in the same answer goes on with it. */
  function begin(message: JsonFields, parts: ModelPart[]): void {
    blocks.stopAll(parts);
    if (ending.begin(message)) stopReason = undefined;
    given ??= contentBlocks(message["content"]);
    modelName.read(message["model"], parts);
    addUsageReport(usage.begin(message["usage"]), parts);
  }

  function readBlocks(content: readonly unknown[], parts: ModelPart[]): void {
    for (const [index, block] of content.entries()) {
      blocks.start(index, fieldsOf(block), parts);
      blocks.stop(index, parts);
    }
  }

  function readDocument(body: string, parts: ModelPart[]): void {
    const json = parseLeniently(body);
    if (!isRecord(json)) throw badResponse(host, "answered with something that is no message");
    const rejection = rejectionOf(json);
    if (rejection) throw providerError(context, rejection);
    const content = contentBlocks(json["content"]);
    if (!content) throw badResponse(host, "answered with something that is no message");
    modelName.read(json["model"], parts);
    readBlocks(content, parts);
    addUsageReport(usage.read(json["usage"]), parts);
    stopReason = asText(json["stop_reason"]);
    ending.end();
  }

  return {
    readFrame,
    readDocument,
    isComplete: (data) => parseLeniently(data) !== undefined,
    end(parts, isCut = false) {
      readBlocks(given ?? [], parts);
      if (!ending.isEnded || isCut) return blocks.flush(parts);
      blocks.stopAll(parts);
      const reason = messagesFinish(stopReason);
      if (reason === "failed") throw gaveUp(host);
      parts.push({ type: "finish", reason });
    },
    get isFinished() {
      return ending.isEnded;
    },
    // Several messages may follow each other in one answer: only its connection ends it.
    isDone: false,
  };
}

/** Its text alone is all of it. */
function contentBlocks(content: unknown): readonly unknown[] | undefined {
  if (typeof content === "string") return [{ type: "text", text: content }];
  return Array.isArray(content) ? content : undefined;
}

/** It may be its text itself. */
const textOrFields = (delta: unknown): JsonFields =>
  fieldsOf(typeof delta === "string" ? { text: delta } : delta);

const addUsageReport = (usage: Usage | undefined, parts: ModelPart[]): void => {
  if (usage) parts.push({ type: "usage", usage });
};

function messagesFinish(reason: string | undefined): GivenFinishReason {
  // An endpoint that gives no reason for its end.
  if (reason === undefined || reason === "") return "stop";
  // The provider's own tools took long: the answer can be continued.
  return reason === "pause_turn" ? "length" : finishReasonOf(reason);
}
