import type { FinishReason, Usage } from "../../protocol/run-event.ts";
import { createSurrogateBuffer } from "../../protocol/surrogates.ts";
import type { ModelPart } from "../model.ts";
import type { ChatChunk, ChatContentPart, MessageDelta, UsageReport } from "./chat-chunk.ts";
import { createChatToolCalls } from "./chat-tool-calls.ts";

/** Each method adds to `parts` what it finds. */
export interface ChatParts {
  read(chunk: ChatChunk, parts: ModelPart[]): void;
  /** A chunk that is text and nothing else. */
  readText(text: string, parts: ModelPart[]): void;
  /** Not a chunk but the whole answer, which some gateways give to a streaming request. */
  readWhole(completion: ChatChunk, parts: ModelPart[]): void;
  /** What was held back, then `finish` if a finish reason was read. */
  end(parts: ModelPart[]): void;
  /** A finish reason was read: what is still to come is usage at most. */
  readonly isFinished: boolean;
}

/**
 * Turns the chunks of one answer into parts, choice 0 only. Reasoning is `reasoning_content`, else
 * `reasoning`, never both of one chunk; the last finish reason counts; `x_groq.usage` counts where there is
 * no other. `seed` makes the ids of tool calls whose provider gives none: the same for the same request.
 */
export function createChatParts(seed: string, usageSource: Usage["source"]): ChatParts {
  const texts = {
    reasoning: createSurrogateBuffer(),
    text: createSurrogateBuffer(),
    refusal: createSurrogateBuffer(),
  };
  const toolCalls = createChatToolCalls((index) => `call_${seed}_${index}`);
  let finishReason: string | undefined;
  let hasOwnUsage = false;

  function readChunk(chunk: ChatChunk, parts: ModelPart[], isWhole: boolean): void {
    const choice = chunk.choices?.find(({ index }) => (index ?? 0) === 0);
    const message = choice?.delta ?? (isWhole ? choice?.message : undefined);
    finishReason = choice?.finish_reason || finishReason;
    if (message) readMessage(message, parts);
    readUsage(chunk, parts);
  }

  function readMessage(message: MessageDelta, parts: ModelPart[]): void {
    addText("reasoning", message.reasoning_content || message.reasoning || "", parts);
    readContent(message.content ?? "", parts);
    addText("refusal", message.refusal ?? "", parts);
    for (const call of message.tool_calls ?? []) toolCalls.read(call, parts);
  }

  function readContent(content: string | readonly ChatContentPart[], parts: ModelPart[]): void {
    if (typeof content === "string") return addText("text", content, parts);
    for (const part of content) {
      if (part.type === "text") addText("text", part.text ?? "", parts);
      else if (part.type === "thinking") addText("reasoning", thinkingOf(part), parts);
    }
  }

  function readUsage(chunk: ChatChunk, parts: ModelPart[]): void {
    const report = chunk.usage ?? (hasOwnUsage ? undefined : chunk.x_groq?.usage);
    const usage = report && usageOf(report, usageSource);
    // A report that nothing can be read from must not wipe out the one before.
    if (!usage || Object.keys(usage).length === 1) return;
    hasOwnUsage ||= chunk.usage !== undefined && chunk.usage !== null;
    parts.push({ type: "usage", usage });
  }

  function addText(type: keyof typeof texts, text: string, parts: ModelPart[]): void {
    const delta = texts[type].push(text);
    if (delta !== "") parts.push({ type, delta });
  }

  return {
    read: (chunk, parts) => readChunk(chunk, parts, chunk.object === "chat.completion"),
    readText: (text, parts) => addText("text", text, parts),
    readWhole: (completion, parts) => readChunk(completion, parts, true),
    end(parts) {
      for (const type of ["reasoning", "text", "refusal"] as const) {
        const delta = texts[type].flush();
        if (delta !== "") parts.push({ type, delta });
      }
      toolCalls.end(parts);
      if (finishReason !== undefined) parts.push({ type: "finish", reason: finishReasonOf(finishReason) });
    },
    get isFinished() {
      return finishReason !== undefined;
    },
  };
}

function thinkingOf({ thinking }: ChatContentPart): string {
  if (typeof thinking === "string") return thinking;
  return (thinking ?? []).map(({ text }) => text ?? "").join("");
}

function usageOf(report: UsageReport, source: Usage["source"]): Usage {
  const figures = {
    inputTokens: report.prompt_tokens,
    outputTokens: report.completion_tokens,
    reasoningTokens: report.completion_tokens_details?.reasoning_tokens,
    // OpenAI's place, then DeepSeek's, then Together's.
    cachedInputTokens:
      report.prompt_tokens_details?.cached_tokens ?? report.prompt_cache_hit_tokens ?? report.cached_tokens,
  };
  return {
    ...Object.fromEntries(
      Object.entries(figures).filter(([, count]) => count !== undefined && count !== null),
    ),
    source,
  };
}

function finishReasonOf(reason: string): FinishReason {
  switch (reason) {
    case "stop":
    case "length":
      return reason;
    case "content_filter":
      return "content-filter";
    case "tool_calls":
    case "function_call":
      return "tool-calls";
    default:
      return "other";
  }
}
