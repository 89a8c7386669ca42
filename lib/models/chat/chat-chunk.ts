import { z } from "zod";
import { isRecord } from "../../protocol/is-record.ts";
import { maxTokensOfRequest } from "../known-usage.ts";

/*
 * One `chat.completion.chunk`, as loosely as real providers write it: every field may be absent or null, and
 * what is not read is dropped. A field of another type than here is a malformed answer.
 */

const text = z.string().nullish();

/** An absent, null or absurd figure is unknown; a wrong figure must not cost the answer. */
const tokens = z.number().int().nonnegative().max(maxTokensOfRequest).nullish().catch(undefined);

const usageReport = z
  .object({
    prompt_tokens: tokens,
    completion_tokens: tokens,
    completion_tokens_details: z.object({ reasoning_tokens: tokens }).nullish().catch(undefined),
    prompt_tokens_details: z.object({ cached_tokens: tokens }).nullish().catch(undefined),
    prompt_cache_hit_tokens: tokens,
    cached_tokens: tokens,
  })
  .nullish()
  .catch(undefined);
export type UsageReport = NonNullable<z.infer<typeof usageReport>>;

const toolCallDelta = z.object({
  index: z.number().int().nonnegative().nullish(),
  id: text,
  function: z.object({ name: text, arguments: text }).nullish(),
});
export type ToolCallDelta = z.infer<typeof toolCallDelta>;

/** Mistral sends a list of parts where others send a string. */
const contentPart = z.object({
  type: z.string(),
  text: text,
  thinking: z.union([z.string(), z.array(z.object({ text: text }))]).nullish(),
});
export type ChatContentPart = z.infer<typeof contentPart>;

const message = z.object({
  content: z.union([z.string(), z.array(contentPart)]).nullish(),
  reasoning_content: text,
  reasoning: text,
  refusal: text,
  tool_calls: z.array(toolCallDelta).nullish(),
});
export type MessageDelta = z.infer<typeof message>;

/** A gateway that does not stream sends a `message` in place of the `delta`. */
export const chatChunk = z.object({
  id: text,
  object: text,
  choices: z
    .array(
      z.object({
        index: z.number().nullish(),
        delta: message.nullish(),
        message: message.nullish().catch(undefined),
        finish_reason: text,
      }),
    )
    .nullish(),
  usage: usageReport,
  x_groq: z.object({ usage: usageReport }).nullish().catch(undefined),
});
export type ChatChunk = z.infer<typeof chatChunk>;

/**
 * The text of a chunk that holds nothing else, as nearly every chunk does: the schema costs several times
 * what parsing the JSON costs. Undefined wherever the schema might find more, or something to reject.
 */
export function plainTextOf(json: unknown): string | undefined {
  if (!isRecord(json) || !isText(json["id"]) || !isText(json["object"])) return undefined;
  if (isThere(json["usage"]) || isThere(json["x_groq"])) return undefined;
  const { choices } = json;
  if (!Array.isArray(choices) || choices.length !== 1) return undefined;
  const choice: unknown = choices[0];
  if (!isRecord(choice) || (choice["index"] ?? 0) !== 0) return undefined;
  if (isThere(choice["finish_reason"]) || isThere(choice["message"])) return undefined;
  const { delta } = choice;
  if (!isRecord(delta) || typeof delta["content"] !== "string") return undefined;
  return otherFields.some((field) => isThere(delta[field])) ? undefined : delta["content"];
}

/** What a delta may hold beside its text. */
const otherFields = ["reasoning_content", "reasoning", "refusal", "tool_calls"] as const;

const isThere = (value: unknown): boolean => value !== undefined && value !== null;
const isText = (value: unknown): boolean => !isThere(value) || typeof value === "string";
