import { connectionError } from "../connection-error.ts";
import { createEndpointClient } from "../endpoint-client.ts";
import type { HostedSearchOptions } from "../hosted-search.ts";
import { ModelError } from "../model-error.ts";
import type { ModelRequest } from "../model-request.ts";
import type { OpenAiEndpoint } from "../openai.ts";
import { providerError, type RequestContext } from "../provider-error.ts";
import type { ProviderWire } from "../provider-wire.ts";
import { retryAfterSeconds } from "../retry-after.ts";
import type { ThinkingOptions } from "../thinking-options.ts";
import { allowedTokens } from "./allowed-tokens.ts";
import { createMessagesReader } from "./messages-reader.ts";
import { type MessagesRequest, messagesRequest, sentMessagesFields } from "./messages-request.ts";

export const anthropicUrl = "https://api.anthropic.com";

/** An answer must have a limit on this wire. Models that allow less say so, and are asked with that. */
const defaultMaxTokens = 32_000;

/**
 * The Messages wire, which Anthropic speaks and many servers have beside another one.
 */
export function createMessagesWire(
  endpoint: OpenAiEndpoint & ThinkingOptions & HostedSearchOptions & { maxTokens?: number },
  context: RequestContext,
): ProviderWire {
  const { maxTokens = defaultMaxTokens, reasoningEffort, thinkingTokens, webSearch = false } = endpoint;
  const { host, model } = context;
  const client = createEndpointClient(
    { ...endpoint, baseUrl: endpoint.baseUrl ?? anthropicUrl },
    "anthropic",
  );
  const address = messagesAddress(client.url);
  /** By the model, for any answer. */
  let allowed = Infinity;
  const bodyOf = (request: ModelRequest, without: ReadonlySet<string>, max = allowed) =>
    messagesRequest(request, {
      ...{ model, host, maxTokens, allowedTokens: max, without, webSearch },
      ...(reasoningEffort && { reasoningEffort }),
      ...(thinkingTokens !== undefined && { thinkingTokens }),
    });

  async function send(
    request: ModelRequest,
    signal: AbortSignal,
    without: ReadonlySet<string>,
  ): Promise<Response> {
    let max = allowed;
    for (;;) {
      const body = bodyOf(request, without, max);
      const response = await post(body, signal);
      if (response.ok) return response;
      const text = await response.text();
      const fewer = response.status === 400 ? allowedTokens(text, body.max_tokens) : undefined;
      if (fewer === undefined) throw rejected(response, text);
      max = fewer.tokens;
      if (fewer.isLasting) allowed = max;
    }
  }

  const post = (body: MessagesRequest, signal: AbortSignal): Promise<Response> =>
    client.send(address, { method: "POST", body: JSON.stringify(body), signal });

  function rejected({ status, headers: given }: Response, body: string): ModelError {
    const wait = retryAfterSeconds(given);
    return providerError(context, {
      status,
      body,
      ...(wait !== undefined && { retryAfterSeconds: wait }),
    });
  }

  return {
    send,
    sentFields: (request, without) => sentMessagesFields(bodyOf(request, without)),
    createReader: (request) => createMessagesReader(request, context),
    toModelError: (error) => (error instanceof ModelError ? error : connectionError(host, error)),
  };
}

/** With the version in it or without, as the SDKs of this wire take it. */
function messagesAddress(url: string): string {
  if (url.endsWith("/messages")) return url;
  return /\/v\d+$/.test(url) ? `${url}/messages` : `${url}/v1/messages`;
}
