import { isRecord } from "../../protocol/is-record.ts";
import { callIdSeed } from "../call-id-seed.ts";
import { isPing } from "../is-ping.ts";
import type { ModelPart } from "../model.ts";
import type { ModelRequest } from "../model-request.ts";
import { parseLeniently } from "../parse-leniently.ts";
import { badResponse, gaveUp, providerError, type RequestContext } from "../provider-error.ts";
import type { AnswerReader } from "../provider-wire.ts";
import { rejectionOf } from "../rejection-of.ts";
import { readChatChunk, readChatHead } from "./chat-chunk.ts";
import { createChatParts } from "./chat-parts.ts";
import { createChatTextFrames } from "./chat-text-frames.ts";
import { plainTextOf } from "./plain-text-of.ts";

/*
 * Reads the frames of a Chat Completions answer. Owns what a frame is: a chunk, an error, the end, or
 * nothing.
 *
 * 1. What stands beside an error in its frame is kept, and the error is thrown behind it.
 * 2. After a finish reason that stands only usage can be lost: what cannot be read, and an error, are passed
 *    over.
 * 3. Before it, a frame of JSON that was cut is a fault, for it may have been text; what never was a chunk (a
 *    number, a ping) is passed over.
 */

export interface ChatReaderOptions {
  context: RequestContext;
  usageSource: "provider" | "estimated";
  /** The model's prompt opens a thought: its text begins inside of it. */
  startsThinking?: boolean;
}

export function createChatReader(
  { messages }: ModelRequest,
  { context, usageSource, startsThinking = false }: ChatReaderOptions,
): AnswerReader {
  const chat = createChatParts({ seed: callIdSeed(messages), usageSource, startsThinking });
  const textFrames = createChatTextFrames();
  let isDone = false;

  function readFrame(data: string, event: string, parts: ModelPart[]): void {
    const known = event === "message" ? textFrames.read(data) : undefined;
    if (known !== undefined) return chat.readText(known, parts);
    if (isEnd(data, event)) isDone = true;
    else if (data.startsWith(repeatedField)) readFrame(data.slice(repeatedField.length).trim(), event, parts);
    else readUnknown(data, event, parts);
  }

  function readUnknown(data: string, event: string, parts: ModelPart[]): void {
    const json = parseLeniently(data);
    if (json === undefined) return readUnparsed(data, event, parts);
    const text = event === "error" ? undefined : plainTextOf(json);
    if (text === undefined) return readJson(withNumbersAsText(json, data), event, parts);
    if (event === "message") textFrames.learn(data);
    const head = chat.needsHead ? readChatHead(json) : undefined;
    if (head) chat.readName(head.model, parts);
    chat.readText(text, parts, head?.id);
  }

  function readJson(json: unknown, event: string, parts: ModelPart[]): void {
    const isPassedOver = isFinished();
    for (const each of Array.isArray(json) ? json : [json]) {
      chat.read(readChatChunk(each), parts);
      const rejection = rejectionOf(each, event);
      if (rejection && !isPassedOver) throw providerError(context, rejection);
    }
  }

  /** A frame of several, without a line between them, is each of them. */
  function readUnparsed(data: string, event: string, parts: ModelPart[]): void {
    const frames = data.split(betweenFrames);
    const areFrames = frames.length > 1 && frames.every((each) => parseLeniently(each) !== undefined);
    if (!areFrames) return readWords(data, event);
    for (const each of frames) readFrame(each, event, parts);
  }

  /** 2, 3. */
  function readWords(data: string, event: string): void {
    const isNamed = event !== "message" && event !== "error";
    if (isFinished() || isNamed || isPing(data)) return;
    const rejection = /^[[{]/.test(data) ? undefined : rejectionOf(data, "error");
    throw rejection
      ? providerError(context, rejection)
      : badResponse(context.host, "sent a frame that is not JSON");
  }

  function readDocument(body: string, parts: ModelPart[]): void {
    const json = withNumbersAsText(parseLeniently(body), body);
    const chunks = Array.isArray(json) ? json : [json];
    readJson(json, "message", parts);
    if (!chunks.some((each) => isRecord(each) && typeof each["choices"] === "object"))
      throw badResponse(context.host, "answered with JSON that is no chat completion");
  }

  /** A finish reason that came with text may be one of many. */
  const isFinished = (): boolean => chat.isFinished && !chat.isProvisional;

  return {
    readFrame,
    readDocument,
    isComplete: (data) => isEnd(data.trim(), "message") || parseLeniently(data) !== undefined,
    end(parts, isCut = false) {
      if (!chat.end(parts, { isDone, isCut })) throw gaveUp(context.host);
    },
    get isFinished() {
      return chat.isFinished;
    },
    get isProvisional() {
      return chat.isProvisional;
    },
    get isDone() {
      return isDone;
    },
  };
}

/** `[DONE]`, and what some servers write in its place. */
const isEnd = (data: string, event: string): boolean =>
  (data.length <= 12 && /^"?\[?\s*done\s*]?"?$/i.test(data)) ||
  (event !== "message" && /^(done|end)$/i.test(event));

/** A gateway that frames what was framed. */
const repeatedField = "data:";

/** In a string the quote would be escaped. */
const betweenFrames = /(?<=\})\s*(?:data:\s*)?(?=\{")/;

/**
 * A number where a text belongs, as it was written: parsed, `1.50` would be shorter. In a string the quotes
 * of a name are escaped; the arguments of a call may have the same names.
 */
function withNumbersAsText(json: unknown, data: string): unknown {
  if (!numberForText.test(data) || data.includes('"tool_calls"')) return json;
  return parseLeniently(data.replaceAll(new RegExp(numberForText, "g"), '"$1":"$2"'));
}

const numberForText = /"(content|reasoning_content|reasoning|text)":\s*(-?\d[\d.eE+-]*)/;
