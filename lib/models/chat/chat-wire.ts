import type { ModelRequest } from "../model-request.ts";
import { createOpenAiClient, type OpenAiEndpoint, toModelError } from "../openai.ts";
import type { ProviderWire } from "../provider-wire.ts";
import type { ThinkingOptions } from "../thinking-options.ts";
import { type ChatReaderOptions, createChatReader } from "./chat-reader.ts";
import { chatRequest } from "./chat-request.ts";
import { leaveOut, sentFields } from "./leave-out.ts";

/** The Chat Completions wire, which nearly every server speaks. */
export function createChatWire(
  endpoint: OpenAiEndpoint & ThinkingOptions,
  options: ChatReaderOptions,
): ProviderWire {
  const { context } = options;
  const client = createOpenAiClient(endpoint);
  const { reasoningEffort } = endpoint;
  const requestOptions = {
    model: context.model,
    maxTokensField: endpoint.baseUrl === undefined ? "max_completion_tokens" : "max_tokens",
    ...(reasoningEffort && { reasoningEffort }),
  } as const;
  const bodyOf = (request: ModelRequest, without: ReadonlySet<string>) =>
    leaveOut(chatRequest(request, requestOptions), without);
  return {
    send: (request, signal, without) =>
      client.chat.completions.create(bodyOf(request, without), { signal }).asResponse(),
    sentFields: (request, without) => sentFields(bodyOf(request, without)),
    createReader: (request) => createChatReader(request, options),
    toModelError: (error) => toModelError(context, error),
  };
}
