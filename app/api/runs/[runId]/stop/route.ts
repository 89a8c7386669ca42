import { z } from "zod";
import { found, idParam } from "#lib/http/params.ts";
import { readJson } from "#lib/http/read-json.ts";
import { route } from "#lib/http/route.ts";
import { isEnded } from "#lib/protocol/run-status.ts";
import { findRun } from "#lib/runs/find-run.ts";
import { stopRun } from "#lib/runs/stop-run.ts";
import { server } from "#lib/server.ts";

const stopRequest = z.strictObject({ reason: z.string().max(200).optional() });

/**
 * Stops a run from any tab, device and process (protocol 3.3): 202 while it is stopping, 200 when it is over.
 */
export const POST = (request: Request, { params }: RouteContext<"/api/runs/[runId]/stop">) =>
  route(request, server().api, async ({ userId }) => {
    const { context } = server();
    const runId = idParam("runId", (await params).runId);
    const { reason } = await readJson(request, stopRequest, { optional: true });
    found(await findRun(context, runId, userId));
    const { status } = found(await stopRun(context, runId, "user", reason));
    return Response.json({ runId, status }, { status: isEnded(status) ? 200 : 202 });
  });
