import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { convertToModelMessages, jsonSchema, streamText, tool } from "ai";

/** For whoever else is to carry it out. */
const write = tool({
  description: "Writes a text.",
  inputSchema: jsonSchema({ type: "object", properties: { text: { type: "string" } }, required: ["text"] }),
});

/** As the `ai` documentation has it. */
export async function askModel(messages, hasTool) {
  const provider = createOpenAICompatible({
    name: "bench",
    baseURL: process.env.OPENAI_BASE_URL,
    apiKey: process.env.OPENAI_API_KEY,
    includeUsage: true,
  });
  return streamText({
    model: provider("bench"),
    messages: await convertToModelMessages(messages),
    ...(hasTool && { tools: { write } }),
  });
}
