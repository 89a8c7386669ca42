import type { ClientEnvironment } from "../environment.ts";
import { fetchJson, type JsonResult } from "../fetch-json.ts";

/** Makes a conversation that goes on from event `seq` of a run (protocol 3.13). */
export const postFork = (
  { fetch, newId }: Pick<ClientEnvironment, "fetch" | "newId">,
  runId: string,
  seq: number,
): Promise<JsonResult<{ conversationId: string; runId: string }>> =>
  fetchJson(fetch, `/api/runs/${runId}/fork`, {
    method: "POST",
    body: { conversationId: newId(), runId: newId(), seq },
  });
