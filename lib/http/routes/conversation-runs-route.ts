import { askWithinBounds } from "../../runs/ask-within-bounds.ts";
import { newRun, runRequest } from "../../runs/run-request.ts";
import { unknownName } from "../../runs/unknown-name.ts";
import { createFrameEncoder } from "../../wire/frames.ts";
import { createdProblem } from "../created-problem.ts";
import { idParam } from "../params.ts";
import { ProblemError } from "../problem.ts";
import { readJson } from "../read-json.ts";
import { forVisitors } from "../route.ts";
import { startBounds } from "../start-bounds.ts";
import { streamRun } from "../stream-run.ts";

export const conversationRunsRoute = {
  /** Starts a run, or attaches to the one of the same id (protocol 3.1). */
  POST: forVisitors<"conversationId">(async ({ request, params, userId, session }, server) => {
    const { config, context, closing } = server;
    const conversationId = idParam(params, "conversationId");
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
    if (asked.done) server.waitUntil(asked.done);
    const location = `/api/runs/${run.runId}/events`;
    if (wantsJson(request.headers.get("accept") ?? "")) {
      return Response.json({ runId: run.runId }, { status: 202, headers: { location } });
    }
    return streamRun(context, {
      run: asked.run,
      after: { seq: 0 },
      encoder: createFrameEncoder(run.runId, context.random),
      until: server.endOf(session),
      headers: { location },
    });
  }),
};

/** A client that takes both gets the stream: it has everything that the JSON would say. */
const wantsJson = (accept: string): boolean =>
  accept.includes("application/json") && !accept.includes("text/event-stream");
