import { after } from "next/server";
import { createdProblem } from "#lib/http/created-problem.ts";
import { idParam } from "#lib/http/params.ts";
import { ProblemError } from "#lib/http/problem.ts";
import { readJson } from "#lib/http/read-json.ts";
import { route } from "#lib/http/route.ts";
import { startBounds } from "#lib/http/start-bounds.ts";
import { streamRun } from "#lib/http/stream-run.ts";
import { askWithinBounds } from "#lib/runs/ask-within-bounds.ts";
import { newRun, runRequest } from "#lib/runs/run-request.ts";
import { unknownName } from "#lib/runs/unknown-name.ts";
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
    const unknown = await unknownName(context, body);
    if (unknown)
      throw new ProblemError(400, "bad_field", `${unknown}: there is none of this name`, {
        fields: { field: unknown },
      });
    const bounds = startBounds({
      headers: request.headers,
      userId,
      usesKey: !(await context.pickModel(body.model)).demo,
      limits: context.limits,
      trustedProxies: config.trustedProxies,
    });
    const run = newRun(body, { conversationId, userId, newId: context.newId });
    const asked = await askWithinBounds(context, run, bounds);
    if (asked.kind !== "created" && asked.kind !== "exists") throw createdProblem(asked);
    // The host waits for the run, not for its readers.
    if (asked.done) after(asked.done);
    const location = `/api/runs/${run.runId}/events`;
    if (wantsJson(request.headers.get("accept") ?? "")) {
      return Response.json({ runId: run.runId }, { status: 202, headers: { location } });
    }
    return streamRun(context, {
      run: asked.run,
      after: { seq: 0 },
      encoder: createFrameEncoder(run.runId, context.random),
      until: endOf(session),
      headers: { location },
    });
  });

/** A client that takes both gets the stream: it has everything that the JSON would tell. */
const wantsJson = (accept: string): boolean =>
  accept.includes("application/json") && !accept.includes("text/event-stream");
