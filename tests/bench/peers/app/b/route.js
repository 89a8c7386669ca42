import OpenAI from "openai";

export const dynamic = "force-dynamic";

const encoder = new TextEncoder();

/** b: what one writes by hand: the openai SDK, one frame of our own a delta, nothing stored. */
export async function POST(request) {
  const { messages } = await request.json();
  const client = new OpenAI();
  const stream = await client.chat.completions.create(
    { model: "bench", messages, stream: true, stream_options: { include_usage: true } },
    { signal: request.signal },
  );
  const body = new ReadableStream({
    async start(controller) {
      try {
        for await (const chunk of stream) {
          const delta = chunk.choices[0]?.delta?.content;
          if (delta) controller.enqueue(encoder.encode(`data: ${JSON.stringify({ delta })}\n\n`));
        }
        controller.enqueue(encoder.encode("data: [DONE]\n\n"));
        controller.close();
      } catch (error) {
        controller.error(error);
      }
    },
    cancel: () => stream.controller.abort(),
  });
  return new Response(body, {
    headers: {
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-store, no-transform",
    },
  });
}
