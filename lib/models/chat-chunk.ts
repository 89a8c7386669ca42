import { z } from "zod";

/*
 * One `chat.completion.chunk`, as loosely as real providers write it: every field may be absent or null, what we do
 * not read is dropped. A field of another type than here is a malformed answer.
 */

const text = z.string().nullish();

/** An absent, null or absurd figure is unknown; a wrong figure must not cost the answer. */
const tokens = z.number().int().nonnegative().nullish().catch(undefined);

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
export type ContentPart = z.infer<typeof contentPart>;

const message = z.object({
  content: z.union([z.string(), z.array(contentPart)]).nullish(),
  reasoning_content: text,
  reasoning: text,
  refusal: text,
  tool_calls: z.array(toolCallDelta).nullish(),
});
export type MessageDelta = z.infer<typeof message>;

/** `message` stands where `delta` should in the answer of a gateway that does not stream. */
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
