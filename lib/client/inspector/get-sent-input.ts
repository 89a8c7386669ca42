import type { SentInput } from "../../protocol/sent-input.ts";
import type { ClientEnvironment } from "../environment.ts";
import { fetchJson, type JsonResult } from "../fetch-json.ts";

/** What the model of a run was sent in the newest request up to event `seq` (protocol 3.13). */
export const getSentInput = (
  { fetch }: Pick<ClientEnvironment, "fetch">,
  runId: string,
  seq: number,
  signal: AbortSignal,
): Promise<JsonResult<SentInput>> => fetchJson(fetch, `/api/runs/${runId}/input?seq=${seq}`, { signal });
