import type { FinishReason, Usage } from "../protocol/run-event.ts";
import { createSurrogateBuffer } from "../protocol/surrogates.ts";
import type { ChatChunk, ContentPart, MessageDelta, UsageReport } from "./chat-chunk.ts";
import type { ModelPart } from "./model.ts";
import { createToolCallParts } from "./tool-call-parts.ts";

export interface ChatParts {
  /** `isWhole`: not a chunk but the whole answer, which some gateways give to a streaming request. */
  read(chunk: ChatChunk, options?: { isWhole?: boolean }): ModelPart[];
  /** A chunk that is text and nothing else. */
  readText(text: string): ModelPart[];
  /** What was held back, then `finish` if a finish reason was seen. */
  end(): ModelPart[];
  /** A finish reason was seen: what is still to come is usage at most. */
  readonly finished: boolean;
}

/**
 * Turns the chunks of one answer into parts, choice 0 only. Reasoning is `reasoning_content`, else
 * `reasoning`, never both of one chunk; the last finish reason counts; `x_groq.usage` counts where there is
 * no other. `seed` makes the ids of tool calls whose provider gives none: the same for the same request.
 */
export function createChatParts(seed: string, usageSource: Usage["source"]): ChatParts {
  const shown = {
    text: createSurrogateBuffer(),
    reasoning: createSurrogateBuffer(),
    refusal: createSurrogateBuffer(),
  };
  const toolCalls = createToolCallParts((index) => `call_${seed}_${index}`);
  let reason: string | undefined;
  let hasUsage = false;

  const delta = (type: keyof typeof shown, text: string): ModelPart[] => {
    const whole = shown[type].push(text);
    return whole === "" ? [] : [{ type, delta: whole }];
  };

  function read(chunk: ChatChunk, { isWhole = false } = {}): ModelPart[] {
    const choice = chunk.choices?.find((each) => (each.index ?? 0) === 0);
    const takesMessage = isWhole || chunk.object === "chat.completion";
    const said = choice?.delta ?? (takesMessage ? choice?.message : undefined);
    reason = choice?.finish_reason || reason;
    return [...(said ? message(said) : []), ...usage(chunk)];
  }

  function message(said: MessageDelta): ModelPart[] {
    return [
      ...delta("reasoning", said.reasoning_content || said.reasoning || ""),
      ...content(said.content ?? ""),
      ...delta("refusal", said.refusal ?? ""),
      ...(said.tool_calls ?? []).flatMap(toolCalls.read),
    ];
  }

  function content(said: string | readonly ContentPart[]): ModelPart[] {
    if (typeof said === "string") return delta("text", said);
    return said.flatMap((part) => {
      if (part.type === "text") return delta("text", part.text ?? "");
      return part.type === "thinking" ? delta("reasoning", thinkingOf(part)) : [];
    });
  }

  function usage(chunk: ChatChunk): ModelPart[] {
    const report = chunk.usage ?? (hasUsage ? undefined : chunk.x_groq?.usage);
    // A report that nothing can be read from must not wipe out the one before.
    if (!report || Object.keys(usageOf(report, usageSource)).length === 1) return [];
    hasUsage ||= chunk.usage !== undefined && chunk.usage !== null;
    return [{ type: "usage", usage: usageOf(report, usageSource) }];
  }

  function end(): ModelPart[] {
    const left: ModelPart[] = (["reasoning", "text", "refusal"] as const).flatMap((type) => {
      const rest = shown[type].flush();
      return rest === "" ? [] : [{ type, delta: rest }];
    });
    left.push(...toolCalls.end());
    if (reason !== undefined) left.push({ type: "finish", reason: finishReasonOf(reason) });
    return left;
  }

  return {
    read,
    readText: (text) => delta("text", text),
    end,
    get finished() {
      return reason !== undefined;
    },
  };
}

function thinkingOf(part: ContentPart): string {
  if (typeof part.thinking === "string") return part.thinking;
  return (part.thinking ?? []).map((each) => each.text ?? "").join("");
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
