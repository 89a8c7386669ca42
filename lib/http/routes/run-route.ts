import { readRun } from "../../runs/read-run.ts";
import { jsonResponse } from "../json-response.ts";
import { found, idParam } from "../params.ts";
import { forVisitors } from "../route.ts";

export const runRoute = {
  /** Where a run stands and what it cost so far (protocol 3.5). */
  GET: forVisitors<"runId">(async ({ userId, params }, { context, held }) => {
    const runId = idParam(params, "runId");
    return jsonResponse(found(await readRun(context, runId, userId)), held);
  }),
};
