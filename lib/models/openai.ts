import OpenAI from "openai";
import { z } from "zod";
import { createChatParts } from "./chat-parts.ts";
import { chatRequest } from "./chat-request.ts";
import { readBytes } from "./chunks.ts";
import { endpointAddress } from "./endpoint-address.ts";
import { boundError, chunksOf, httpFetch } from "./http-fetch.ts";
import { type Model, ModelError, type ModelPart } from "./model.ts";
import type { ModelRequest } from "./model-request.ts";
import { type Asked, connectionError, providerError, retryAfterSeconds } from "./provider-error.ts";
import { readAnswer } from "./read-answer.ts";
import { createSilence } from "./silence.ts";
import { callIdSeed } from "./tool-call-parts.ts";

/** Where to ask, and as whom. */
export interface OpenAiEndpoint {
  /** Absent: what the address says, or a placeholder for servers that want none. */
  apiKey?: string;
  /** Absent: OpenAI's own. May hold a user and a password. */
  baseUrl?: string;
  fetch?: typeof fetch;
}

export interface OpenAiModelOptions extends OpenAiEndpoint {
  id: string;
  /** From the request to the first frame; comments do not count. */
  firstByteMs: number;
  /** From one frame to the next. */
  idleMs: number;
  /** Of one answer. */
  maxBytes: number;
  /** Of one answer, from the request to its end; absent: no limit but silence. */
  maxMs?: number;
  demo?: boolean;
}

const openAiUrl = "https://api.openai.com/v1";
/** Protocol 1.6: no text waits longer for its neighbours. */
const defaultCoalesceMs = 25;
/** Of an endpoint's list of models. */
const maxListBytes = 16 * 1024 * 1024;
const modelPage = z.object({ data: z.array(z.object({ id: z.string() })) });

/**
 * A model behind an OpenAI-compatible chat completions endpoint. Asks once: retries are the caller's, who can
 * show them. Usage is reported as it comes. Redirects are refused: they would carry the conversation
 * elsewhere.
 */
export function createOpenAiModel(options: OpenAiModelOptions): Model {
  const client = createClient(options, options.firstByteMs);
  const asked = { host: hostOf(options), model: options.id };
  const demo = options.demo ?? false;
  const maxTokensField = options.baseUrl === undefined ? "max_completion_tokens" : "max_tokens";

  async function* stream(request: ModelRequest, signal: AbortSignal): AsyncGenerator<ModelPart> {
    if (signal.aborted) return;
    const connection = new AbortController();
    const close = () => connection.abort();
    signal.addEventListener("abort", close, { once: true });
    const silence = createSilence(asked.host, close);
    silence.expect(options.firstByteMs);
    if (options.maxMs !== undefined) silence.allow(options.maxMs);
    try {
      const response = await client.chat.completions
        .create(chatRequest(request, { model: options.id, maxTokensField }), { signal: connection.signal })
        .asResponse();
      const parts = createChatParts(callIdSeed(request.messages), demo ? "estimated" : "provider");
      const answer = readAnswer(chunksOf(response), {
        ...options,
        coalesceMs: request.coalesceMs ?? defaultCoalesceMs,
        asked,
        parts,
        silence,
        signal,
      });
      for (let said = await answer.next(); said; said = await answer.next())
        for (const part of said) {
          if (signal.aborted) return;
          yield part;
        }
    } catch (error) {
      if (!signal.aborted)
        throw silence.broken && !(error instanceof ModelError) ? silence.error() : errorOf(asked, error);
    } finally {
      silence.end();
      signal.removeEventListener("abort", close);
      close();
    }
  }

  return { id: options.id, demo, stream };
}

/** The ids that an endpoint lists, in its order. Throws `ModelError`. */
export async function listOpenAiModels(endpoint: OpenAiEndpoint, timeoutMs: number): Promise<string[]> {
  const asked = { host: hostOf(endpoint), model: "" };
  const connection = new AbortController();
  const silence = createSilence(asked.host, () => connection.abort());
  silence.expect(timeoutMs);
  try {
    const response = await createClient(endpoint, timeoutMs)
      .models.list({ signal: connection.signal })
      .asResponse();
    const body = await readBytes(chunksOf(response), maxListBytes);
    const listed = modelPage.safeParse(JSON.parse(new TextDecoder().decode(body)));
    if (!listed.success) throw new SyntaxError("no list of models");
    return listed.data.data.map((model) => model.id);
  } catch (error) {
    if (error instanceof SyntaxError)
      throw new ModelError(
        "bad-response",
        `${asked.host} answered with something that is no list of models.`,
        { retryable: false, facts: { host: asked.host } },
      );
    throw silence.broken ? silence.error() : errorOf(asked, error);
  } finally {
    silence.end();
  }
}

/** `host:port` of an endpoint, for people. */
export const hostOf = ({ baseUrl }: OpenAiEndpoint): string => new URL(baseUrl ?? openAiUrl).host;

/**
 * Every option that the SDK would else read from the environment is given: lib/config.ts alone reads that.
 */
function createClient(endpoint: OpenAiEndpoint, timeoutMs: number): OpenAI {
  const { url: baseURL, authorization } = endpointAddress(endpoint.baseUrl ?? openAiUrl, endpoint.apiKey);
  const headers = headersOf(authorization);
  return new OpenAI({
    apiKey: "in the header",
    baseURL,
    adminAPIKey: null,
    organization: null,
    project: null,
    webhookSecret: null,
    logLevel: "off",
    maxRetries: 0,
    timeout: timeoutMs,
    fetch: async (url, init = {}) =>
      endpoint.fetch
        ? boundError(await endpoint.fetch(url, { ...init, headers, redirect: "manual" }))
        : httpFetch(url, init, headers),
  });
}

/** All that is sent. The SDK's own tell of this machine, and take in whatever OPENAI_CUSTOM_HEADERS holds. */
const headersOf = (authorization: string): Record<string, string> => ({
  accept: "application/json",
  authorization,
  "content-type": "application/json",
  "user-agent": "Rivulet",
});

function errorOf(asked: Asked, error: unknown): ModelError {
  if (error instanceof ModelError) return error;
  if (error instanceof OpenAI.APIConnectionTimeoutError)
    return new ModelError("timeout", `${asked.host} did not answer in time.`, {
      retryable: true,
      facts: { host: asked.host, reason: "start" },
    });
  if (error instanceof OpenAI.APIConnectionError) return connectionError(asked.host, error);
  if (error instanceof OpenAI.APIError && error.status !== undefined)
    return providerError(asked, {
      status: error.status,
      body: `${error.message} ${JSON.stringify(error.error ?? "")}`,
      retryAfterSeconds: error.headers && retryAfterSeconds(error.headers),
    });
  return new ModelError("provider-failed", `The request to ${asked.host} failed.`, {
    retryable: true,
    facts: { host: asked.host },
    cause: new Error(error instanceof Error ? error.name : "unknown"),
  });
}
