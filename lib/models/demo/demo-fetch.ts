import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { pickReply } from "./pick-reply.ts";
import { scheduleReply, tokensOf } from "./schedule-reply.ts";

/** A string, the list of its parts, or null beside tool calls. */
const content = z
  .union([z.string(), z.array(z.object({ text: z.string().optional() }))])
  .nullable()
  .transform((sent) =>
    typeof sent === "string" ? sent : (sent ?? []).map(({ text = "" }) => text).join(""),
  );

const jsonSchema = z.object({ name: z.string(), schema: z.unknown() });
const demoRequest = z.object({
  model: z.string(),
  messages: z.array(z.object({ role: z.enum(["system", "user", "assistant", "tool"]), content })),
  response_format: z.object({ json_schema: jsonSchema.optional() }).optional(),
});
type DemoRequest = z.infer<typeof demoRequest>;

/**
 * An OpenAI-compatible endpoint inside this process, which answers scripts. `pace` 1 is the speed of a real
 * model, 20 is twenty times that, Infinity does not wait at all. An aborted request ends its stream at once.
 */
export const createDemoFetch =
  (pace: number): typeof fetch =>
  async (_url, init) => {
    const request = demoRequest.parse(JSON.parse(z.string().parse(init?.body)));
    const frames = streamReply(request, pace, init?.signal ?? undefined);
    return new Response(streamOf(frames), { headers: { "content-type": "text/event-stream" } });
  };

async function* streamReply(
  { model, messages, response_format: format }: DemoRequest,
  pace: number,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const chunk = (choices: unknown[], more: object = {}) =>
    frame({ id: "chatcmpl-demo", object: "chat.completion.chunk", created: 0, model, choices, ...more });
  const reply = pickReply(messages, format?.json_schema);
  const deltas = scheduleReply(reply);
  for (const { waitMs, field, text } of deltas) {
    const ms = waitMs / pace;
    if (ms > 0) await sleep(ms, undefined, { signal });
    signal?.throwIfAborted();
    yield chunk([{ index: 0, delta: { [field]: text }, finish_reason: null }]);
  }
  if (reply.breaksAt !== undefined) throw new TypeError("terminated");
  yield chunk([{ index: 0, delta: {}, finish_reason: "stop" }]);
  const promptTokens = messages.reduce((sum, { content }) => sum + tokensOf(content).length, 0);
  yield chunk([], {
    usage: {
      prompt_tokens: promptTokens,
      completion_tokens: deltas.length,
      total_tokens: promptTokens + deltas.length,
    },
  });
  yield encoder.encode("data: [DONE]\n\n");
}

/** Pulled: a frame is waited for only when somebody reads. */
function streamOf(frames: AsyncGenerator<Uint8Array>): ReadableStream<Uint8Array> {
  return new ReadableStream(
    {
      async pull(controller) {
        const { done, value } = await frames.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      async cancel() {
        await frames.return(undefined);
      },
    },
    { highWaterMark: 0 },
  );
}

const encoder = new TextEncoder();
const frame = (json: unknown): Uint8Array => encoder.encode(`data: ${JSON.stringify(json)}\n\n`);
