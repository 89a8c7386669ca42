import type { HostedSearchOptions } from "../hosted-search.ts";
import type { ModelRequest } from "../model-request.ts";
import { createOpenAiClient, type OpenAiEndpoint, sdkStatus, toModelError } from "../openai.ts";
import type { RequestContext } from "../provider-error.ts";
import type { ProviderWire } from "../provider-wire.ts";
import { bytesOf } from "../streamed-response.ts";
import type { ThinkingOptions } from "../thinking-options.ts";
import { createResponsesReader, forgotten } from "./responses-reader.ts";
import { keepsAnswer, responsesRequest, sentResponsesFields } from "./responses-request.ts";

/** The Responses wire, OpenAI's own and that of some other servers. */
export function createResponsesWire(
  endpoint: OpenAiEndpoint & ThinkingOptions & HostedSearchOptions,
  context: RequestContext,
): ProviderWire {
  const client = createOpenAiClient(endpoint);
  const { host, model } = context;
  const { reasoningEffort, webSearch = false } = endpoint;
  const bodyOf = (request: ModelRequest, without: ReadonlySet<string>) =>
    responsesRequest(request, {
      ...{ model, host, without, webSearch },
      ...(reasoningEffort && { reasoningEffort }),
    });

  async function resume(
    { responseId, cursor }: NonNullable<ModelRequest["resume"]>,
    signal: AbortSignal,
  ): Promise<Response> {
    try {
      const query = { stream: true, ...(cursor !== undefined && { starting_after: cursor }) };
      return await client.get(responsePath(responseId), { query, signal }).asResponse();
    } catch (error) {
      throw isFinal(sdkStatus(error)) ? forgotten(host) : error;
    }
  }

  return {
    send(request, signal, without) {
      if (request.resume) return resume(request.resume, signal);
      return client.post("/responses", { body: bodyOf(request, without), signal }).asResponse();
    },
    sentFields: (request, without) => (request.resume ? [] : sentResponsesFields(bodyOf(request, without))),
    createReader(request, without) {
      const isKept = request.resume !== undefined || keepsAnswer(without);
      return createResponsesReader(request, { context, isKept });
    },
    toModelError: (error) => toModelError(context, error),
    async cancel(responseId) {
      const options = { timeout: cancelMs };
      bytesOf(await client.post(`${responsePath(responseId)}/cancel`, options).asResponse()).close();
    },
  };
}

const responsePath = (responseId: string): string => `/responses/${encodeURIComponent(responseId)}`;

/** Nobody waits for it. */
const cancelMs = 10_000;

/** A rejection that another attempt would not change; one of the key, or of too many requests, might pass. */
const isFinal = (status = 0): boolean =>
  status >= 400 && status < 500 && ![401, 403, 408, 425, 429].includes(status);
