import { fieldsOf } from "../fields-of.ts";
import type { ModelRequest } from "../model-request.ts";
import { createOpenAiClient, type OpenAiEndpoint, sdkRejection, toModelError } from "../openai.ts";
import type { RequestContext } from "../provider-error.ts";
import type { ProviderWire } from "../provider-wire.ts";
import { refusedField } from "../refused-field.ts";
import { bytesOf } from "../streamed-response.ts";
import { createResponsesReader, forgotten } from "./responses-reader.ts";
import {
  type DispensableField,
  dispensableFields,
  keepsAnswer,
  type ResponsesRequest,
  responsesRequest,
} from "./responses-request.ts";

/**
 * The Responses wire, OpenAI's own and that of some other servers. What an endpoint refuses and a request can
 * do without is left out from then on.
 */
export function createResponsesWire(endpoint: OpenAiEndpoint, context: RequestContext): ProviderWire {
  const client = createOpenAiClient(endpoint);
  const { host, model } = context;
  let refused: ReadonlySet<DispensableField> = new Set();

  async function create(request: ModelRequest, signal: AbortSignal): Promise<Response> {
    let without = refused;
    for (;;) {
      const body = responsesRequest(request, { model, host, refused: without });
      try {
        const response = await client.post("/responses", { body, signal }).asResponse();
        refused = without;
        return response;
      } catch (error) {
        const field = fieldRefused(error, body);
        if (!field || without.has(field)) throw error;
        without = new Set([...without, field]);
      }
    }
  }

  async function resume(
    { responseId, cursor }: NonNullable<ModelRequest["resume"]>,
    signal: AbortSignal,
  ): Promise<Response> {
    try {
      const query = { stream: true, ...(cursor !== undefined && { starting_after: cursor }) };
      return await client.get(responsePath(responseId), { query, signal }).asResponse();
    } catch (error) {
      throw isFinal(sdkRejection(error)?.status) ? forgotten(host) : error;
    }
  }

  return {
    send: (request, signal) => (request.resume ? resume(request.resume, signal) : create(request, signal)),
    createReader: (request) => createResponsesReader(request, { context, isKept: keepsAnswer(refused) }),
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

function fieldRefused(error: unknown, sent: ResponsesRequest): DispensableField | undefined {
  const rejection = sdkRejection(error);
  if (!rejection || ![400, 422, 501].includes(rejection.status)) return undefined;
  const field = refusedField(rejection.body, sent, dispensableFields);
  if (field) return field;
  const hasThoughts = sent.input.some((item) => fieldsOf(item)["type"] === "reasoning");
  return hasThoughts && /encrypted|reasoning/i.test(rejection.body) ? "thoughts" : undefined;
}
