import { after } from "next/server";
import { found, idParam } from "#lib/http/params.ts";
import { ProblemError } from "#lib/http/problem.ts";
import { route } from "#lib/http/route.ts";
import { eventStreamHeaders } from "#lib/http/stream-response.ts";
import { streamRun } from "#lib/http/stream-run.ts";
import { findRun } from "#lib/runs/find-run.ts";
import { readCursor } from "#lib/runs/read-cursor.ts";
import { server } from "#lib/server.ts";
import { createFrameEncoder } from "#lib/wire/frames.ts";

/** A run's events after the cursor, then live (protocol 3.2). */
export const GET = (request: Request, { params }: RouteContext<"/api/runs/[runId]/events">) =>
  route(request, server().api, async ({ userId, session }) => {
    const { context, endOf } = server();
    const runId = idParam("runId", (await params).runId);
    const wasLive = context.live.get(runId) !== undefined;
    const run = found(await findRun(context, runId, userId));
    const live = context.live.get(runId);
    // Met without an owner, it is run by this request: the host waits for it. No other reader's request is to
    // be kept until the run ends.
    if (live && !wasLive) after(live.done);
    const from = new URL(request.url).searchParams.get("after");
    const cursor = readCursor(runId, request.headers.get("last-event-id"), from);
    if (!cursor)
      throw new ProblemError(400, "bad_field", "after: give <epoch>:<seq> of this run", {
        fields: { field: "after" },
      });
    if (request.method === "HEAD") return new Response(null, { headers: eventStreamHeaders });
    const encoder = createFrameEncoder(runId, context.random);
    return streamRun(context, { run, after: cursor, encoder, until: endOf(session) });
  });
