import { createOpenAiClient, type OpenAiEndpoint, toModelError } from "../openai.ts";
import type { RequestContext } from "../provider-error.ts";
import type { ProviderWire } from "../provider-wire.ts";
import { type ChatReaderOptions, createChatReader } from "./chat-reader.ts";
import { chatRequest } from "./chat-request.ts";

interface ChatWireOptions {
  context: RequestContext;
  usageSource: ChatReaderOptions["usageSource"];
}

/** The Chat Completions wire, which nearly every server speaks. */
export function createChatWire(
  endpoint: OpenAiEndpoint,
  { context, usageSource }: ChatWireOptions,
): ProviderWire {
  const client = createOpenAiClient(endpoint);
  const maxTokensField = endpoint.baseUrl === undefined ? "max_completion_tokens" : "max_tokens";
  return {
    send: (request, signal) =>
      client.chat.completions
        .create(chatRequest(request, { model: context.model, maxTokensField }), { signal })
        .asResponse(),
    createReader: (request) => createChatReader(request, { context, usageSource }),
    toModelError: (error) => toModelError(context, error),
  };
}
