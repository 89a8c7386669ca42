import { listLiveRuns } from "../../runs/list-live-runs.ts";
import { jsonResponse } from "../json-response.ts";
import { forVisitors } from "../route.ts";

export const runsRoute = {
  /** The visitor's runs that have not ended, and how far they are (protocol 3.5). */
  GET: forVisitors(async ({ userId }, { context, held }) =>
    jsonResponse({ runs: await listLiveRuns(context, userId) }, held),
  ),
};
