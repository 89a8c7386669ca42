import { randomUUID } from "node:crypto";
import { decodeEvent } from "#lib/protocol/decode-event.ts";
import { fold } from "#lib/protocol/fold.ts";
import type { RunEvent } from "#lib/protocol/run-event.ts";
import { emptyRun, type RunState } from "#lib/protocol/run-state.ts";
import { createSseDecoder } from "#lib/wire/sse-decoder.ts";

/** A visitor over HTTP: a cookie from the page, then the API. */
export interface ApiClient {
  cookie: string;
  request(path: string, init?: RequestInit): Promise<Response>;
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Response>;
  /** Asks a question and resolves with the open stream. */
  ask(text: string, ids?: { runId?: string; conversationId?: string }): Promise<StartedStream>;
}

export interface StartedStream {
  runId: string;
  conversationId: string;
  response: Response;
}

/** A visitor of the server at `url`: a new one, or the one whose cookie is given. */
export async function apiClient(url: string, known?: string): Promise<ApiClient> {
  const cookie = known ?? (await newCookie(url));
  const request: ApiClient["request"] = (path, init = {}) => {
    const headers = new Headers(init.headers);
    if (!headers.has("cookie")) headers.set("cookie", cookie);
    return fetch(url + path, { ...init, headers });
  };
  const post: ApiClient["post"] = (path, body, headers = {}) =>
    request(path, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: typeof body === "string" ? body : JSON.stringify(body),
    });
  return {
    cookie,
    request,
    post,
    async ask(text, { runId = randomUUID(), conversationId = randomUUID() } = {}) {
      const response = await post(`/api/conversations/${conversationId}/runs`, { runId, message: { text } });
      return { runId, conversationId, response };
    },
  };
}

async function newCookie(url: string): Promise<string> {
  const page = await fetch(url);
  await page.body?.cancel();
  return (page.headers.get("set-cookie") ?? "").split(";", 1)[0] ?? "";
}

/** The events of a stream as they come. */
export async function* eventsOf(response: Response): AsyncGenerator<RunEvent> {
  if (!response.body) return;
  const decoder = createSseDecoder();
  for await (const chunk of response.body) {
    for (const item of decoder.push(chunk)) if (item.kind === "event") yield decodeEvent(item.data);
  }
}

/** Reads a stream to its end and folds it. */
export async function foldOf(response: Response): Promise<RunState> {
  let state: RunState | undefined;
  for await (const event of eventsOf(response)) state = fold(state ?? emptyRun(event.runId), event);
  if (!state) throw new Error(`no events: ${response.status}`);
  return state;
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
