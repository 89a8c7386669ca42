import { after } from "next/server";
import { createResumableStreamContext } from "resumable-stream/redis";
import { askModel } from "../own/ask-model.js";
import { saved } from "../own/saved.js";

export const dynamic = "force-dynamic";

/** d: c made resumable as the vercel/ai-chatbot template does it, one context a request. */
export async function POST(request) {
  const { id, messages } = await request.json();
  const result = await askModel(messages);
  return result.toUIMessageStreamResponse({
    originalMessages: messages,
    onEnd: ({ messages: all }) => void saved.set(id, all),
    async consumeSseStream({ stream }) {
      const context = createResumableStreamContext({ waitUntil: after });
      await context.createNewResumableStream(id, () => stream);
    },
  });
}
