import type { ConversationList, ConversationView } from "../protocol/conversation-view.ts";
import { formatCursor } from "../protocol/cursor.ts";
import type { RunState } from "../protocol/run-state.ts";
import { type SentView, upgradeView } from "../protocol/upgrade-view.ts";
import type { ClientEnvironment } from "./environment.ts";
import { noConnection, type Problem, readProblem } from "./problem.ts";

/** The body of a new run, as the server takes it (protocol 3.1). */
export type RunBody = { runId: string; model?: string } & (
  | { message: { text: string }; parentMessageId: string | null }
  | { retry: string }
  | { continue: string }
);

export const postRun = (
  { fetch }: ClientEnvironment,
  conversationId: string,
  body: RunBody,
  signal: AbortSignal,
): Promise<Response> =>
  fetch(`/api/conversations/${conversationId}/runs`, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "text/event-stream" },
    body: JSON.stringify(body),
    signal,
  });

/** The cursor goes in the address: some proxies strip `Last-Event-ID`. */
export const getEvents = (
  { fetch }: ClientEnvironment,
  state: RunState,
  signal: AbortSignal,
): Promise<Response> => {
  return fetch(`/api/runs/${state.runId}/events?after=${formatCursor(state)}`, {
    headers: { accept: "text/event-stream" },
    cache: "no-store",
    signal,
  });
};

export const postStop = ({ fetch }: ClientEnvironment, runId: string): Promise<Response> =>
  fetch(`/api/runs/${runId}/stop`, { method: "POST" });

export async function getConversation(
  { fetch }: ClientEnvironment,
  id: string,
): Promise<JsonResult<ConversationView>> {
  const result = await fetchJson<SentView>(fetch, `/api/conversations/${id}`);
  return "value" in result ? { value: upgradeView(result.value) } : result;
}

export const getConversations = ({ fetch }: ClientEnvironment, cursor?: string) =>
  fetchJson<ConversationList>(
    fetch,
    `/api/conversations${cursor === undefined ? "" : `?cursor=${encodeURIComponent(cursor)}`}`,
  );

export type JsonResult<T> = { value: T } | { problem: Problem };

/**
 * The value of our own server's answer, of the type that its route gives; undefined for one without a body. A
 * refusal and a failed connection come back as a problem.
 */
export async function fetchJson<T>(
  fetch: ClientEnvironment["fetch"],
  url: string,
  { method = "GET", body }: { method?: string; body?: unknown } = {},
): Promise<JsonResult<T>> {
  const json = body !== undefined && {
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  };
  try {
    const response = await fetch(url, { method, cache: "no-store", ...json });
    if (!response.ok) return { problem: await readProblem(response) };
    const value: T = response.status === 204 ? undefined : await response.json();
    return { value };
  } catch {
    return { problem: noConnection };
  }
}
