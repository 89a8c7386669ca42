import { messageBodyBytes } from "../../door/message-body-bytes.ts";
import { isOwnKeyModel, ownKeyModel } from "../../protocol/own-key-model.ts";
import { unreadLog } from "../../runs/follow-run.ts";
import { mayRetryCall } from "../../runs/may-retry-call.ts";
import { newRun, type RunRequest, runRequest } from "../../runs/run-request.ts";
import { startRun } from "../../runs/start-run.ts";
import type { NewRun } from "../../storage/run-store.ts";
import { createFrameEncoder } from "../../wire/frames.ts";
import type { ApiServer } from "../api-server.ts";
import { clientAddress } from "../client-address.ts";
import { ownKeysOf } from "../own-keys-of.ts";
import { idParam } from "../params.ts";
import { ProblemError } from "../problem.ts";
import { queueQuestion } from "../queue-question.ts";
import { readJson } from "../read-json.ts";
import { forVisitors } from "../route.ts";
import { startBounds } from "../start-bounds.ts";
import { startProblem } from "../start-problem.ts";
import { streamRun } from "../stream-run.ts";

export const conversationRunsRoute = {
  /** Starts a run, or attaches to the one of the same id (protocol 3.1). */
  POST: forVisitors<"conversationId">(async (visitor, server) => {
    const { request, params, userId, session } = visitor;
    const { config, context, closing } = server;
    const conversationId = idParam(params, "conversationId");
    const body = await readJson(request, ...bodyWithin(config));
    if (closing.aborted)
      throw new ProblemError(503, "shutting_down", "the server is restarting", { retryAfter: 2 });
    const asked = newRun(body, { conversationId, userId, newId: context.newId });
    const producer = await context.pickProducer({ ...asked, keys: ownKeysOf(visitor, server) });
    await checkNames(context, asked, { body, producer });
    const run = producer.usesOwnKey ? { ...asked, model: ownKeyModel(producer.model) } : asked;
    const bounds = startBounds({
      headers: request.headers,
      userId,
      usesKey: producer.usesKey,
      limits: context.limits,
      trustedProxies: config.trustedProxies,
    });
    const instead = body.stop === undefined ? {} : { instead: body.stop };
    const queue = async () =>
      body.queue && queueQuestion(server, run, { isNext: body.queue === "now", ...instead, bounds });
    const queued = await queue();
    if (queued) return queued;
    const takesJson = wantsJson(request.headers.get("accept") ?? "");
    // Refused before anything is begun.
    const address = clientAddress(request.headers, config.trustedProxies);
    const closeStream = takesJson ? undefined : server.bounds.openStream(userId, address);
    const begun = await beginRun(server, run.runId, address).catch((error: unknown) => {
      closeStream?.();
      throw error;
    });
    let driven: Promise<void> | undefined;
    try {
      const started = await startRun(context, run, {
        bounds,
        producer: { ...producer, ...(body.call !== undefined && { retriedCall: body.call }) },
      });
      // Another question was first by a moment.
      const late = started.kind === "busy" && (await queue());
      if (late) closeStream?.();
      if (late) return late;
      if (started.kind !== "created" && started.kind !== "exists") throw startProblem(started);
      server.listWatch.notify(userId);
      // The host waits for the run, not for its readers.
      driven = started.done;
      if (driven) server.waitUntil(driven);
      const location = `/api/runs/${run.runId}/events`;
      if (!closeStream) return Response.json({ runId: run.runId }, { status: 202, headers: { location } });
      return await streamRun(context, {
        run: started.run,
        first: unreadLog(started.run),
        after: { seq: 0 },
        encoder: createFrameEncoder(run.runId, context.random),
        until: server.endOf(session),
        closeStream,
        log: context.log,
        headers: { location },
      });
    } catch (error) {
      closeStream?.();
      throw error;
    } finally {
      begun(driven);
    }
  }),
};

const bodyWithin = ({ maxMessageLength }: ApiServer["config"]) =>
  [runRequest(maxMessageLength), { maxBytes: messageBodyBytes(maxMessageLength) }] as const;

type Picked = Awaited<ReturnType<ApiServer["context"]["pickProducer"]>>;

/** Throws a problem that names what a body names and is not there. */
async function checkNames(
  context: ApiServer["context"],
  asked: NewRun,
  { body, producer }: { body: RunRequest; producer: Picked },
): Promise<void> {
  const unknown = isOwnKeyModel(asked.model ?? "") ? "model" : unknownName(body, producer);
  if (unknown)
    throw new ProblemError(400, "bad_field", `${unknown}: there is none of this name`, {
      fields: { field: unknown },
    });
  if (body.call !== undefined && !(await mayRetryCall(context, asked, body.call)))
    throw new ProblemError(400, "bad_field", "call: no call of that answer can be made once more", {
      fields: { field: "call" },
    });
}

/** What a body names and is not there. */
const unknownName = ({ workflow }: RunRequest, { unknown, isWorkflow }: Picked): string | undefined =>
  workflow !== undefined && unknown !== "model" && !isWorkflow ? "workflow" : unknown;

/** Whoever returns to a run that is there begins none, and is never refused for the sake of others. */
async function beginRun(
  { context, bounds }: ApiServer,
  runId: string,
  address: string | undefined,
): Promise<(over?: Promise<unknown>) => void> {
  if (context.live.get(runId)) return () => undefined;
  try {
    return bounds.beginRun(context.live.size, address);
  } catch (error) {
    if (await context.storage.runs.run(runId)) return () => undefined;
    throw error;
  }
}

/** A client that accepts both gets the stream, which contains all that the JSON would. */
const wantsJson = (accept: string): boolean =>
  accept.includes("application/json") && !accept.includes("text/event-stream");
