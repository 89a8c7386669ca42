import type { ConversationList, ConversationView } from "../protocol/conversation-view.ts";
import { formatCursor } from "../protocol/cursor.ts";
import type { RunState } from "../protocol/run-state.ts";
import { type SentView, upgradeView } from "../protocol/upgrade-view.ts";
import type { ClientEnvironment } from "./environment.ts";
import { fetchJson, type JsonResult } from "./fetch-json.ts";

/** The body of a new run, as the server takes it (protocol 3.1). */
export type RunBody = { runId: string; model?: string; agent?: string } & (
  | { message: { text: string }; parentMessageId: string | null; seen?: string | null }
  | { retry: string }
  | { continue: string; call?: string }
);

/** `asStream`: the response is the run's stream; else it only says that the server has it. */
export const postRun = (
  { fetch }: ClientEnvironment,
  conversationId: string,
  body: RunBody,
  { signal, asStream }: { signal: AbortSignal; asStream: boolean },
): Promise<Response> =>
  fetch(`/api/conversations/${conversationId}/runs`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      accept: asStream ? "text/event-stream" : "application/json",
    },
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

/** Whether the server has a run; false too where it could not be asked. */
export async function hasRun({ fetch }: ClientEnvironment, runId: string): Promise<boolean> {
  const result = await fetchJson<{ runId: string }>(fetch, `/api/runs/${runId}`);
  return "value" in result && result.value.runId === runId;
}

export const postStop = ({ fetch }: ClientEnvironment, runId: string): Promise<Response> =>
  fetch(`/api/runs/${runId}/stop`, { method: "POST", priority: "high" });

/**
 * Has the conversation read through that version of a message. False: the server may be told once more.
 */
export async function patchShown(
  { fetch }: ClientEnvironment,
  conversationId: string,
  shown: string,
): Promise<boolean> {
  const request = { method: "PATCH", body: { shown } };
  const result = await fetchJson(fetch, `/api/conversations/${conversationId}`, request);
  if ("value" in result) return true;
  const { status } = result.problem;
  return status >= 400 && status < 429 && status !== 408;
}

/** A line that died without a word must not end the asking. */
const snapshotTimeoutMs = 30_000;

export async function getConversation(
  { fetch }: ClientEnvironment,
  id: string,
): Promise<JsonResult<ConversationView>> {
  const result = await fetchJson<SentView>(fetch, `/api/conversations/${id}`, {
    signal: AbortSignal.timeout(snapshotTimeoutMs),
  });
  return "value" in result ? { value: upgradeView(result.value) } : result;
}

export const getConversations = ({ fetch }: ClientEnvironment, cursor?: string) =>
  fetchJson<ConversationList>(
    fetch,
    `/api/conversations${cursor === undefined ? "" : `?cursor=${encodeURIComponent(cursor)}`}`,
    // Every window asks for it all the time: where connections are scarce, whatever else is asked goes first.
    { priority: "low" },
  );
