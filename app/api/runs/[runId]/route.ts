import { found, idParam } from "#lib/http/params.ts";
import { route } from "#lib/http/route.ts";
import { readRun } from "#lib/runs/read-run.ts";
import { server } from "#lib/server.ts";

/** Where a run stands and what it cost so far (protocol 3.5). */
export const GET = (request: Request, { params }: RouteContext<"/api/runs/[runId]">) =>
  route(request, server().api, async ({ userId }) => {
    const runId = idParam("runId", (await params).runId);
    return Response.json(found(await readRun(server().context, runId, userId)));
  });
