import { readBytes } from "./byte-stream.ts";
import { connectionError } from "./connection-error.ts";
import { endpointAddress } from "./endpoint-address.ts";
import type { WireName } from "./endpoint-model.ts";
import { httpFetch } from "./http-fetch.ts";
import { createIdleWatchdog } from "./idle-watchdog.ts";
import { ModelError } from "./model-error.ts";
import { hostOf, openAiUrl } from "./openai.ts";
import { badResponse, providerError } from "./provider-error.ts";
import { type ListedModel, readModelList } from "./read-model-list.ts";
import { retryAfterSeconds } from "./retry-after.ts";
import { bytesOf, withBoundedError } from "./streamed-response.ts";

/** Where a list of models is asked for, and as whom. */
export interface ListEndpoint {
  wire: WireName;
  apiKey?: string;
  baseUrl?: string;
  headers?: Readonly<Record<string, string>>;
  fetch?: typeof fetch;
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

async function requestList(endpoint: ListEndpoint, signal: AbortSignal): Promise<Response> {
  const { wire, baseUrl = openAiUrl, apiKey, headers: own, fetch } = endpoint;
  const { url, authorization } = endpointAddress(baseUrl, apiKey);
  const address = new URL(url);
  address.pathname = `${address.pathname.replace(/\/+$/, "")}/models`;
  // Anthropic gives twenty at a time, a thousand if asked.
  if (wire === "messages") address.searchParams.set("limit", "1000");
  const headers = {
    accept: "application/json",
    "user-agent": "Rivulet",
    ...(wire === "messages" && !authorization.startsWith("Basic ")
      ? { "x-api-key": apiKey ?? "no-key", "anthropic-version": "2023-06-01" }
      : { authorization }),
    ...Object.fromEntries(Object.entries(own ?? {}).map(([name, value]) => [name.toLowerCase(), value])),
  };
  const init: RequestInit = { method: "GET", signal, redirect: "manual" };
  return fetch
    ? withBoundedError(await fetch(address, { ...init, headers }))
    : httpFetch(address, init, headers);
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
