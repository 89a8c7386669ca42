import { z } from "zod";
import { isEnded } from "../../protocol/run-status.ts";
import { findRun } from "../../runs/find-run.ts";
import { stopRun } from "../../runs/stop-run.ts";
import { wellFormedString } from "../../runs/text-field.ts";
import type { RunMeta } from "../../storage/run-store.ts";
import { found, idParam } from "../params.ts";
import { readJson } from "../read-json.ts";
import { forVisitors } from "../route.ts";

const stopRequest = z.strictObject({ reason: wellFormedString.max(200).optional() });

export const stopRoute = {
  /**
   * Stops a run from any tab, device and process (protocol 3.3): 202 while it is stopping, 200 once it has
   * ended.
   */
  POST: forVisitors<"runId">(async ({ request, params, userId }, { context }) => {
    const runId = idParam(params, "runId");
    const { reason } = await readJson(request, stopRequest, { optional: true });
    // Whose a run is that is driven here is known: a stop need not ask the store twice.
    if (context.live.get(runId)?.userId !== userId) found(await findRun(context, runId, userId));
    const { status } = found(await stopRun(context, runId, "user", reason).then(unlessDeleted));
    return Response.json({ runId, status }, { status: isEnded(status) ? 200 : 202 });
  }),
};

const unlessDeleted = (run: RunMeta | null): RunMeta | null => (run?.deleted ? null : run);
