import { openRun } from "../../runs/open-run.ts";
import { readCursor } from "../../runs/read-cursor.ts";
import { createFrameEncoder } from "../../wire/frames.ts";
import { clientAddress } from "../client-address.ts";
import { found, idParam } from "../params.ts";
import { ProblemError } from "../problem.ts";
import { forVisitors } from "../route.ts";
import { eventStreamHeaders } from "../stream-response.ts";
import { streamRun } from "../stream-run.ts";

export const runEventsRoute = {
  /** A run's events after the cursor, then live (protocol 3.2). */
  GET: forVisitors<"runId">(async ({ request, params, userId, session }, server) => {
    const { config, context } = server;
    const runId = idParam(params, "runId");
    const wasLive = context.live.get(runId) !== undefined;
    const from = new URL(request.url).searchParams.get("after");
    const cursor = readCursor(runId, request.headers.get("last-event-id"), from);
    const { run, read } = found(await openRun(context, runId, userId, cursor ?? { seq: 0 }));
    const live = context.live.get(runId);
    // Found without a holder, the run is driven by this request, so the host waits for it. No other reader's
    // request is kept open until the run ends.
    if (live && !wasLive) server.waitUntil(live.done);
    if (!cursor)
      throw new ProblemError(400, "bad_field", "after: give <epoch>:<seq> of this run", {
        fields: { field: "after" },
      });
    if (request.method === "HEAD") return new Response(null, { headers: eventStreamHeaders });
    const encoder = createFrameEncoder(runId, context.random);
    const closeStream = server.bounds.openStream(
      userId,
      clientAddress(request.headers, config.trustedProxies),
    );
    const until = server.endOf(session);
    const stream = { run, first: read, after: cursor, encoder, until, closeStream, log: context.log };
    return streamRun(context, stream).catch((error: unknown) => {
      closeStream();
      throw error;
    });
  }),
};
