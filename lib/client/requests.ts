import type { ConversationList, ConversationView } from "../protocol/conversation-view.ts";
import { formatCursor } from "../protocol/cursor.ts";
import type { RunState } from "../protocol/run-state.ts";
import { type SentView, upgradeView } from "../protocol/upgrade-view.ts";
import type { Environment } from "./environment.ts";
import { noConnection, type Problem, readProblem } from "./problem.ts";

/** The body of a new run, as the server takes it (protocol 3.1). */
export type RunBody = { runId: string; model?: string } & (
  | { message: { text: string }; parentMessageId: string | null }
  | { retry: string }
  | { continue: string }
);

export const postRun = (
  { fetch }: Environment,
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
  { fetch }: Environment,
  state: RunState,
  signal: AbortSignal,
): Promise<Response> => {
  return fetch(`/api/runs/${state.runId}/events?after=${formatCursor(state)}`, {
    headers: { accept: "text/event-stream" },
    cache: "no-store",
    signal,
  });
};

export const postStop = ({ fetch }: Environment, runId: string): Promise<Response> =>
  fetch(`/api/runs/${runId}/stop`, { method: "POST" });

export async function getConversation(
  environment: Environment,
  id: string,
): Promise<Answered<ConversationView>> {
  const answer = await getJson<SentView>(environment, `/api/conversations/${id}`);
  return "value" in answer ? { value: upgradeView(answer.value) } : answer;
}

export const getConversations = (environment: Environment, cursor?: string) =>
  getJson<ConversationList>(
    environment,
    `/api/conversations${cursor === undefined ? "" : `?cursor=${encodeURIComponent(cursor)}`}`,
  );

export type Answered<T> = { value: T } | { problem: Problem };

const getJson = <T>({ fetch }: Environment, url: string): Promise<Answered<T>> =>
  answered<T>(() => fetch(url, { cache: "no-store" }));

/**
 * The value of our own server's answer, of the type that its route gives; undefined for one without a body.
 */
export async function answered<T>(ask: () => Promise<Response>): Promise<Answered<T>> {
  try {
    const response = await ask();
    if (!response.ok) return { problem: await readProblem(response) };
    const value: T = response.status === 204 ? undefined : await response.json();
    return { value };
  } catch {
    return { problem: noConnection };
  }
}
