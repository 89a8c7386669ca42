import type { ModelRequest } from "../model-request.ts";
import { createOpenAiClient, type OpenAiEndpoint, toModelError } from "../openai.ts";
import type { ProviderWire } from "../provider-wire.ts";
import { type ChatReaderOptions, createChatReader } from "./chat-reader.ts";
import { chatRequest } from "./chat-request.ts";
import { leaveOut, sentFields } from "./leave-out.ts";

/** The Chat Completions wire, which nearly every server speaks. */
export function createChatWire(endpoint: OpenAiEndpoint, options: ChatReaderOptions): ProviderWire {
  const { context } = options;
  const client = createOpenAiClient(endpoint);
  const maxTokensField = endpoint.baseUrl === undefined ? "max_completion_tokens" : "max_tokens";
  const bodyOf = (request: ModelRequest, without: ReadonlySet<string>) =>
    leaveOut(chatRequest(request, { model: context.model, maxTokensField }), without);
  return {
    send: (request, signal, without) =>
      client.chat.completions.create(bodyOf(request, without), { signal }).asResponse(),
    sentFields: (request, without) => sentFields(bodyOf(request, without)),
    createReader: (request) => createChatReader(request, options),
    toModelError: (error) => toModelError(context, error),
  };
}
