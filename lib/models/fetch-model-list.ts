import { readBytes } from "./byte-stream.ts";
import { connectionError } from "./connection-error.ts";
import { createEndpointClient } from "./endpoint-client.ts";
import type { WireName } from "./endpoint-model.ts";
import { createIdleWatchdog } from "./idle-watchdog.ts";
import { ModelError } from "./model-error.ts";
import { hostOf, type OpenAiEndpoint, openAiUrl } from "./openai.ts";
import { badResponse, providerError } from "./provider-error.ts";
import { type ListedModel, readModelList } from "./read-model-list.ts";
import { retryAfterSeconds } from "./retry-after.ts";
import { bytesOf } from "./streamed-response.ts";

/** Where a list of models is asked for, and as whom. */
export interface ListEndpoint extends OpenAiEndpoint {
  wire: WireName;
}

const maxListBytes = 16 * 1024 * 1024;
/** Of an endpoint that has no list, or does not show it. A wrong key is 401. */
const withoutList: ReadonlySet<number> = new Set([403, 404, 405, 410, 501]);

/** The models that an endpoint lists, in its order; at least one. Throws `ModelError`. */
export async function fetchModelList(endpoint: ListEndpoint, timeoutMs: number): Promise<ListedModel[]> {
  const host = hostOf(endpoint);
  const connection = new AbortController();
  const watchdog = createIdleWatchdog(host, () => connection.abort());
  watchdog.limit(timeoutMs);
  try {
    const response = await requestList(endpoint, connection.signal);
    if (!response.ok) throw await rejection(host, response);
    const bytes = await readBytes(bytesOf(response), maxListBytes);
    const models = readModelList(new TextDecoder().decode(bytes));
    if (!models) throw badResponse(host, "answered with something that is no list of models");
    if (models.length === 0) throw noModelError(host, "lists no models");
    return models;
  } catch (error) {
    if (watchdog.error) throw timeoutError(host, timeoutMs);
    throw error instanceof ModelError ? error : connectionError(host, error);
  } finally {
    watchdog.stop();
  }
}

function requestList({ wire, ...endpoint }: ListEndpoint, signal: AbortSignal): Promise<Response> {
  const isAnthropic = wire === "messages";
  const asked = { ...endpoint, baseUrl: endpoint.baseUrl ?? openAiUrl };
  const { url, send } = createEndpointClient(asked, isAnthropic ? "anthropic" : "bearer");
  // Anthropic gives twenty at a time, a thousand if asked.
  const address = isAnthropic ? `${url}/models?limit=1000` : `${url}/models`;
  return send(address, { method: "GET", signal, redirect: "manual" });
}

async function rejection(host: string, response: Response): Promise<ModelError> {
  const { status } = response;
  if (withoutList.has(status)) return noModelError(host, "does not list its models", status);
  const wait = retryAfterSeconds(response.headers);
  return providerError(
    { host, model: "" },
    {
      status,
      body: await response.text(),
      ...(wait !== undefined && { retryAfterSeconds: wait }),
    },
  );
}

const noModelError = (host: string, words: string, status?: number): ModelError =>
  new ModelError("model-not-found", `${host} ${words}: name a model in the server's settings.`, {
    retryable: false,
    facts: { host, reason: "unlisted", ...(status !== undefined && { status }) },
  });

const timeoutError = (host: string, ms: number): ModelError =>
  new ModelError("timeout", `${host} did not list its models within ${ms / 1000} s.`, {
    retryable: true,
    facts: { host, reason: "start" },
  });
