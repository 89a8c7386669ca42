import { z } from "zod";
import { wellFormedValue } from "../../protocol/surrogates.ts";
import { findRun } from "../../runs/find-run.ts";
import { openRun } from "../../runs/open-run.ts";
import { readCursor } from "../../runs/read-cursor.ts";
import { sendEventIntoRun } from "../../runs/send-event-into-run.ts";
import { wellFormedString } from "../../runs/text-field.ts";
import type { DecideResult } from "../../storage/run-store.ts";
import { createFrameEncoder } from "../../wire/frames.ts";
import { clientAddress } from "../client-address.ts";
import { ownKeysOf } from "../own-keys-of.ts";
import { found, idParam } from "../params.ts";
import { notFound, ProblemError } from "../problem.ts";
import { readJson } from "../read-json.ts";
import { forVisitors } from "../route.ts";
import { eventStreamHeaders } from "../stream-response.ts";
import { streamRun } from "../stream-run.ts";

/** Of the data of an event, as JSON. */
const maxDataLength = 32_000;

const eventRequest = z.strictObject({
  name: wellFormedString.min(1).max(200),
  data: z
    .unknown()
    .overwrite(wellFormedValue)
    .refine((data) => data !== undefined && JSON.stringify(data).length <= maxDataLength, "is too long"),
});

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

  /** Sends an event from outside into a run that waits for it (protocol 3.15): 202 once it is recorded. */
  POST: forVisitors<"runId">(async (visitor, server) => {
    const { request, params, userId } = visitor;
    const { context } = server;
    const runId = idParam(params, "runId");
    const { name, data } = await readJson(request, eventRequest);
    const run = found(await findRun(context, runId, userId));
    const keys = ownKeysOf(visitor, server);
    const sent = found(await sendEventIntoRun(context, run, { name, data, ...(keys && { keys }) }));
    if (sent.kind === "unfit")
      throw new ProblemError(400, "bad_field", `data: ${sent.fault}`, { fields: { field: "data" } });
    if (sent.kind !== "decided") throw unsentEvent(sent.kind);
    if (sent.done) server.waitUntil(sent.done);
    return Response.json({ runId, name }, { status: 202 });
  }),
};

function unsentEvent(kind: Exclude<DecideResult["kind"], "decided"> | "not-awaited"): ProblemError {
  switch (kind) {
    case "not-awaited":
    case "changed":
      return new ProblemError(409, "not_awaited", "the run does not wait for such an event", {
        fields: { field: "name" },
      });
    case "decided-otherwise":
      return new ProblemError(409, "already_decided", "another event was taken before");
    case "over":
      return new ProblemError(409, "run_over", "the run is stopping or has ended");
    case "not-found":
      return notFound();
    default:
      return kind satisfies never;
  }
}
