import type { RunDrawing } from "../protocol/run-drawing.ts";
import type { WorkflowListing, WorkflowView } from "../protocol/workflow-listing.ts";
import type { ClientEnvironment } from "./environment.ts";
import { fetchJson, type JsonResult } from "./fetch-json.ts";

/** How the workflow of a run is drawn (protocol 3.13). */
export const getRunDrawing = (
  fetch: ClientEnvironment["fetch"],
  runId: string,
): Promise<JsonResult<RunDrawing>> => fetchJson(fetch, `/api/runs/${runId}/graph`);

/** The workflows of this server (protocol 3.7). */
export const getWorkflows = (
  fetch: ClientEnvironment["fetch"],
  signal: AbortSignal,
): Promise<JsonResult<{ workflows: readonly WorkflowListing[] }>> =>
  fetchJson(fetch, "/api/workflows", { signal });

/** One of them, and the newest run of it. */
export const getWorkflow = (
  fetch: ClientEnvironment["fetch"],
  name: string,
  signal: AbortSignal,
): Promise<JsonResult<WorkflowView>> =>
  fetchJson(fetch, `/api/workflows?name=${encodeURIComponent(name)}`, { signal });
