import OpenAI from "openai";
import { isRecord } from "../protocol/is-record.ts";
import { connectionError } from "./connection-error.ts";
import { type AskedEndpoint, createEndpointClient } from "./endpoint-client.ts";
import { ModelError } from "./model-error.ts";
import { providerError, type RequestContext } from "./provider-error.ts";
import { retryAfterSeconds } from "./retry-after.ts";

/*
 * The one door to the `openai` package: it makes requests and reads rejections. The bytes of an answer come
 * past it (`bytesOf`), and what they mean is the wires' business (`chat/`, `responses/`).
 */

/** Absent: OpenAI's own address. */
export type OpenAiEndpoint = Omit<AskedEndpoint, "baseUrl"> & Partial<Pick<AskedEndpoint, "baseUrl">>;

export const openAiUrl = "https://api.openai.com/v1";
/** As long as a timer can be: the watchdog's are the only time limits. */
const noTimeoutMs = 2 ** 31 - 1;

/** `host:port` of an endpoint, for people. */
export const hostOf = ({ baseUrl }: OpenAiEndpoint): string => new URL(baseUrl ?? openAiUrl).host;

/**
 * Every option that the SDK would else read from the environment is given: lib/config.ts alone reads that.
 */
export function createOpenAiClient(endpoint: OpenAiEndpoint): OpenAI {
  const { url: baseURL, send } = createEndpointClient(
    { ...endpoint, baseUrl: endpoint.baseUrl ?? openAiUrl },
    "bearer",
  );
  return new OpenAI({
    apiKey: "in the header",
    baseURL,
    adminAPIKey: null,
    organization: null,
    project: null,
    webhookSecret: null,
    logLevel: "off",
    maxRetries: 0,
    timeout: noTimeoutMs,
    // The SDK's headers tell of this machine, and take in whatever OPENAI_CUSTOM_HEADERS holds.
    fetch: async (url, init = {}) => withWholeBody(await send(url, init)),
  });
}

/** Of the body of a rejection the SDK keeps its `error`, and nothing of a list: it is given all in that. */
async function withWholeBody(response: Response): Promise<Response> {
  if (response.ok) return response;
  const body = await response.text();
  if (body === "") return response;
  const { status, headers } = response;
  return new Response(JSON.stringify({ error: { body } }), { status, headers });
}

/** The status that the endpoint answered, if that is why the SDK threw. */
export const sdkStatus = (error: unknown): number | undefined =>
  error instanceof OpenAI.APIError ? error.status : undefined;

/** What a rejection of the SDK's means. */
export function toModelError(context: RequestContext, error: unknown): ModelError {
  const { host } = context;
  if (error instanceof ModelError) return error;
  if (error instanceof OpenAI.APIConnectionError) return connectionError(host, error);
  if (error instanceof OpenAI.APIError && error.status !== undefined) {
    const wait = error.headers && retryAfterSeconds(error.headers);
    return providerError(context, {
      status: error.status,
      body: rejectionBody(error),
      ...(wait !== undefined && { retryAfterSeconds: wait }),
    });
  }
  return new ModelError("provider-failed", `The request to ${host} failed.`, {
    retryable: true,
    facts: { host },
    cause: new Error(error instanceof Error ? error.name : "unknown"),
  });
}

function rejectionBody({ error }: { error?: unknown }): string {
  return isRecord(error) && typeof error["body"] === "string" ? error["body"] : "";
}
