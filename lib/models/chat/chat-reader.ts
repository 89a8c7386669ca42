import { isRecord } from "../../protocol/is-record.ts";
import type { ModelPart } from "../model.ts";
import type { ModelRequest } from "../model-request.ts";
import {
  badResponse,
  type ProviderRejection,
  providerError,
  type RequestContext,
} from "../provider-error.ts";
import type { AnswerReader } from "../provider-wire.ts";
import { tryParseJson } from "../try-parse-json.ts";
import { type ChatChunk, chatChunk, plainTextOf } from "./chat-chunk.ts";
import { createChatParts } from "./chat-parts.ts";
import { createChatTextFrames } from "./chat-text-frames.ts";
import { callIdSeed } from "./chat-tool-calls.ts";

export interface ChatReaderOptions {
  context: RequestContext;
  usageSource: "provider" | "estimated";
}

/** Reads an answer of the Chat Completions wire, a chunk a frame. */
export function createChatReader(
  { messages }: ModelRequest,
  { context, usageSource }: ChatReaderOptions,
): AnswerReader {
  const chat = createChatParts(callIdSeed(messages), usageSource);
  const textFrames = createChatTextFrames();
  let isDone = false;

  function readFrame(data: string, event: string, parts: ModelPart[]): void {
    if (data === done) {
      isDone = true;
      return;
    }
    const known = event === "message" ? textFrames.read(data) : undefined;
    if (known !== undefined) return chat.readText(known, parts);
    const json = parse(data, event);
    const text = plainTextOf(json);
    if (text === undefined) return chat.read(chunkOf(json), parts);
    textFrames.learn(data);
    chat.readText(text, parts);
  }

  function parse(text: string, event: string): unknown {
    const json = tryParseJson(text);
    if (json === undefined) throw badResponse(context.host, "sent a frame that is not JSON");
    const rejection = rejectionOf(json, event);
    if (rejection) throw providerError(context, rejection);
    return json;
  }

  function chunkOf(json: unknown): ChatChunk {
    const chunk = chatChunk.safeParse(json);
    if (!chunk.success) throw badResponse(context.host, "sent a chunk that is no chat completion");
    return chunk.data;
  }

  return {
    readFrame,
    readDocument: (body, parts) => chat.readWhole(chunkOf(parse(body, "message")), parts),
    isComplete: (data) => data.trim() === done || tryParseJson(data) !== undefined,
    end: chat.end,
    get isFinished() {
      return chat.isFinished;
    },
    get isDone() {
      return isDone;
    },
  };
}

const done = "[DONE]";

/** An error in place of a chunk: `event: error`, `{"error": …}` or vLLM's `{"object": "error"}`. */
function rejectionOf(json: unknown, event: string): ProviderRejection | undefined {
  if (!isRecord(json)) return undefined;
  const error = json["error"] ?? (event === "error" || json["object"] === "error" ? json : undefined);
  if (error === undefined) return undefined;
  const numbers = isRecord(error) ? [error["status_code"], error["status"], error["code"]] : [];
  const status = numbers.map(Number).find((each) => each >= 400 && each < 600);
  return { status, body: JSON.stringify(error) };
}
