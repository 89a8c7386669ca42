import { connectionError } from "../connection-error.ts";
import { endpointAddress } from "../endpoint-address.ts";
import { httpFetch } from "../http-fetch.ts";
import { ModelError } from "../model-error.ts";
import type { ModelRequest } from "../model-request.ts";
import type { OpenAiEndpoint } from "../openai.ts";
import { providerError, type RequestContext } from "../provider-error.ts";
import type { ProviderWire } from "../provider-wire.ts";
import { retryAfterSeconds } from "../retry-after.ts";
import { withBoundedError } from "../streamed-response.ts";
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
  endpoint: OpenAiEndpoint & { maxTokens?: number },
  context: RequestContext,
): ProviderWire {
  const { maxTokens = defaultMaxTokens } = endpoint;
  const { host, model } = context;
  const { url, headers } = messagesAddress(endpoint);
  /** By the model, for any answer. */
  let allowed = Infinity;
  const bodyOf = (request: ModelRequest, without: ReadonlySet<string>, max = allowed) =>
    messagesRequest(request, { model, host, maxTokens, allowedTokens: max, without });

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

  async function post(body: MessagesRequest, signal: AbortSignal): Promise<Response> {
    const init = { method: "POST", body: JSON.stringify(body), signal };
    return endpoint.fetch
      ? withBoundedError(await endpoint.fetch(url, { ...init, headers, redirect: "manual" }))
      : httpFetch(url, init, headers);
  }

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

/** `baseUrl` with or without the version, as the SDKs of this wire take it. */
function messagesAddress({ baseUrl = anthropicUrl, apiKey, headers = {} }: OpenAiEndpoint) {
  const { url, authorization } = endpointAddress(baseUrl, undefined);
  const address = new URL(url);
  const path = address.pathname.replace(/\/+$/, "");
  if (/\/v\d+$/.test(path)) address.pathname = `${path}/messages`;
  else if (!path.endsWith("/messages")) address.pathname = `${path}/v1/messages`;
  const isNamed = authorization.startsWith("Basic ");
  return {
    url: address.href,
    headers: {
      accept: "application/json",
      "anthropic-version": "2023-06-01",
      "content-type": "application/json",
      "user-agent": "Rivulet",
      ...(isNamed && { authorization }),
      ...(apiKey !== undefined && { "x-api-key": apiKey }),
      ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
    },
  };
}
