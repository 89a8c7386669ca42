import type { RunDrawing } from "../protocol/run-drawing.ts";
import type { ClientEnvironment } from "./environment.ts";
import { fetchJson, type JsonResult } from "./fetch-json.ts";

/** How the workflow of a run is drawn (protocol 3.13). */
export const getRunDrawing = (
  fetch: ClientEnvironment["fetch"],
  runId: string,
): Promise<JsonResult<RunDrawing>> => fetchJson(fetch, `/api/runs/${runId}/graph`);
