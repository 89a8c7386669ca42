import type { ModelPart } from "../model.ts";
import type { ModelRequest } from "../model-request.ts";
import { badResponse, providerError, type RequestContext } from "../provider-error.ts";
import type { AnswerReader } from "../provider-wire.ts";
import { rejectionOf } from "../rejection-of.ts";
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
    const rejection = rejectionOf(json ?? (event === "error" ? text : undefined), event);
    if (json === undefined && !rejection) throw badResponse(context.host, "sent a frame that is not JSON");
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
