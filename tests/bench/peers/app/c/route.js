import { askModel } from "../own/ask-model.js";
import { saved } from "../own/saved.js";

export const dynamic = "force-dynamic";

/** c: `ai`, its own stream format, and the answer saved when it is over. */
export async function POST(request) {
  const { id, messages, hasTool } = await request.json();
  const result = await askModel(messages, hasTool);
  return result.toUIMessageStreamResponse({
    originalMessages: messages,
    onEnd: ({ messages: all }) => void saved.set(id, all),
  });
}
