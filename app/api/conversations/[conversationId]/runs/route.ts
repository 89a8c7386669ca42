import { after } from "next/server";
import { createdProblem } from "#lib/http/created-problem.ts";
import { idParam } from "#lib/http/params.ts";
import { ProblemError } from "#lib/http/problem.ts";
import { readJson } from "#lib/http/read-json.ts";
import { route } from "#lib/http/route.ts";
import { startBounds } from "#lib/http/start-bounds.ts";
import { streamRun } from "#lib/http/stream-run.ts";
import { newRun, runRequest } from "#lib/runs/run-request.ts";
import { startRun } from "#lib/runs/start-run.ts";
import { server } from "#lib/server.ts";
import { createFrameEncoder } from "#lib/wire/frames.ts";

/** Asks: starts a run, or attaches to the one of the same id (protocol 3.1). */
export const POST = (
  request: Request,
  { params }: RouteContext<"/api/conversations/[conversationId]/runs">,
) =>
  route(request, server().api, async ({ userId, session }) => {
    const { config, context, closing, endOf } = server();
    const conversationId = idParam("conversationId", (await params).conversationId);
    const body = await readJson(request, runRequest);
    if (closing.aborted)
      throw new ProblemError(503, "shutting_down", "the server is restarting", { retryAfter: 2 });
    const run = newRun(body, { conversationId, userId, newId: context.newId });
    const producer = await context.pickProducer(run);
    if (producer.unknown)
      throw new ProblemError(400, "bad_field", `${producer.unknown}: there is none of this name`, {
        fields: { field: producer.unknown },
      });
    const bounds = startBounds({
      headers: request.headers,
      userId,
      usesKey: producer.usesKey,
      limits: context.limits,
      trustedProxies: config.trustedProxies,
    });
    const started = await startRun(context, run, { bounds, producer });
    if (started.kind !== "created" && started.kind !== "exists") throw createdProblem(started);
    // The host waits for the run, not for its readers.
    if (started.done) after(started.done);
    const location = `/api/runs/${run.runId}/events`;
    if (wantsJson(request.headers.get("accept") ?? "")) {
      return Response.json({ runId: run.runId }, { status: 202, headers: { location } });
    }
    return streamRun(context, {
      run: started.run,
      after: { seq: 0 },
      encoder: createFrameEncoder(run.runId, context.random),
      until: endOf(session),
      headers: { location },
    });
  });

/** A client that takes both gets the stream: it has everything that the JSON would tell. */
const wantsJson = (accept: string): boolean =>
  accept.includes("application/json") && !accept.includes("text/event-stream");
