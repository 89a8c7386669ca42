import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { convertToModelMessages, streamText } from "ai";

/** As the `ai` documentation has it. */
export async function askModel(messages) {
  const provider = createOpenAICompatible({
    name: "bench",
    baseURL: process.env.OPENAI_BASE_URL,
    apiKey: process.env.OPENAI_API_KEY,
    includeUsage: true,
  });
  return streamText({ model: provider("bench"), messages: await convertToModelMessages(messages) });
}
