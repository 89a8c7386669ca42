import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import type { DemoReply } from "./demo-script.ts";
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
  tools: z.array(z.object({ function: z.object({ name: z.string() }) })).optional(),
  tool_choice: z.unknown().optional(),
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
  { model, messages, response_format: format, tools = [], tool_choice: choice }: DemoRequest,
  pace: number,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const chunk = (choices: unknown[], more: object = {}) =>
    frame({ id: "chatcmpl-demo", object: "chat.completion.chunk", created: 0, model, choices, ...more });
  const names = choice === "none" ? [] : tools.map((tool) => tool.function.name);
  const reply = pickReply(messages, format?.json_schema, names);
  const deltas = scheduleReply(reply);
  for (const { waitMs, field, text } of deltas) {
    const ms = waitMs / pace;
    if (ms > 0) await sleep(ms, undefined, { signal });
    signal?.throwIfAborted();
    yield chunk([{ index: 0, delta: { [field]: text }, finish_reason: null }]);
  }
  if (reply.breaksAt !== undefined) throw new TypeError("terminated");
  if (reply.call) yield chunk([{ index: 0, delta: callDelta(reply.call, messages), finish_reason: null }]);
  yield chunk([{ index: 0, delta: {}, finish_reason: reply.call ? "tool_calls" : "stop" }]);
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

/** Named by how many there were before it. */
function callDelta({ name, input }: NonNullable<DemoReply["call"]>, messages: DemoRequest["messages"]) {
  const id = `demo_${messages.filter(({ role }) => role === "tool").length}`;
  const called = { name, arguments: JSON.stringify(input) };
  return { tool_calls: [{ index: 0, id, type: "function", function: called }] };
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
