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
import { learnFrom, noLessons } from "./messages-lessons.ts";
import { createMessagesReader } from "./messages-reader.ts";
import { type MessagesRequest, messagesRequest } from "./messages-request.ts";

export const anthropicUrl = "https://api.anthropic.com";

/** An answer must have a limit on this wire. Models that allow less say so, and are asked with that. */
const defaultMaxTokens = 32_000;

/**
 * The Messages wire, which Anthropic speaks and many servers have beside another one. What an endpoint
 * refuses and can be done without is left out from then on.
 */
export function createMessagesWire(
  endpoint: OpenAiEndpoint & { maxTokens?: number },
  context: RequestContext,
): ProviderWire {
  const { maxTokens = defaultMaxTokens } = endpoint;
  const { host, model } = context;
  const { url, headers } = messagesAddress(endpoint);
  let lessons = noLessons;

  async function send(request: ModelRequest, signal: AbortSignal): Promise<Response> {
    let learned = lessons;
    for (;;) {
      const body = messagesRequest(request, { model, host, maxTokens, lessons: learned });
      const response = await post(body, signal);
      if (response.ok) {
        // What was left out in vain is not remembered.
        lessons = learned;
        return response;
      }
      const text = await response.text();
      const more = isAboutFields(response) ? learnFrom(text, body, learned) : undefined;
      if (!more) throw rejected(response, text);
      learned = more;
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
    createReader: (request) => createMessagesReader(request, context),
    toModelError: (error) => (error instanceof ModelError ? error : connectionError(host, error)),
  };
}

const isAboutFields = ({ status }: Response): boolean => [400, 422, 501].includes(status);

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
