import { runAgent } from "../agents/run-agent.ts";
import { emptyRun, type RunState } from "../events/fold.ts";
import type { FinishReason, Timings } from "../events/run-event.ts";
import { pathTo } from "../events/shown-path.ts";
import { modelInput } from "../history/model-input.ts";
import { ModelError } from "../models/model.ts";
import type { Lease, RunMeta, StopRequest } from "../storage/storage.ts";
import type { RunContext } from "./run-context.ts";
import { startEvent } from "./start-event.ts";
import { type Close, type LogWriter, writeLog } from "./write-log.ts";

/** What the owner knows of its run while it runs it. */
interface Owned {
  run: RunMeta;
  startedAt: number;
  firstDeltaAt?: number;
  stop?: StopRequest;
  suspended: boolean;
  /** Ends the model call: a stop, a hand-over, or the lease lost. */
  abort: AbortController;
}

/**
 * Claims a run that nobody began and runs it to its end. Resolves when the run is over, handed over or lost to another
 * owner; false if somebody else was faster. Rejects only for a fault of ours.
 */
export async function ownRun(context: RunContext, run: RunMeta): Promise<boolean> {
  const { storage, leaseMs, owner, clock } = context;
  const claim = await storage.runs.claim(run.runId, context.newId(), run.epoch, leaseMs, owner);
  if (!claim) return false;
  const owned: Owned = {
    run: claim.run,
    startedAt: clock.now(),
    suspended: false,
    abort: new AbortController(),
  };
  const lease: Lease = { runId: claim.runId, epoch: claim.epoch, token: claim.token };
  const writer = openWriter(context, owned, lease);
  const done = carry(context, owned, lease, writer).finally(() => context.live.remove(run.runId));
  context.live.add(run.runId, { saving: "ok", done, ...controls(owned) });
  if (claim.stop) controls(owned).stop(claim.stop);
  await done;
  return true;
}

function controls(owned: Owned) {
  return {
    stop(request: StopRequest) {
      owned.stop ??= request;
      owned.abort.abort();
    },
    suspend() {
      owned.suspended = true;
      owned.abort.abort();
    },
  };
}

function openWriter(context: RunContext, owned: Owned, lease: Lease): LogWriter {
  const { runId } = owned.run;
  return writeLog({
    store: context.storage.runs,
    clock: context.clock,
    lease,
    leaseMs: context.leaseMs,
    heartbeatMs: context.heartbeatMs,
    state: emptyRun(runId),
    onStop: controls(owned).stop,
    onLost(reason) {
      context.log({ level: "warn", message: "a run's lease was lost", runId, reason });
      context.live.setSaving(runId, "unsaved");
      owned.abort.abort();
    },
    onSaving: (saving) => context.live.setSaving(runId, saving),
  });
}

async function carry(context: RunContext, owned: Owned, lease: Lease, writer: LogWriter): Promise<void> {
  const bell = new AbortController();
  void listenForStop(context, owned.run.runId, writer, bell.signal);
  try {
    const outcome = await write(context, owned, writer);
    if (owned.suspended && !owned.stop) await handOver(context, lease, writer);
    else await writer.end((state) => closing(context, owned, state, outcome));
  } finally {
    bell.abort();
  }
}

/** A ring that is not the echo of our own append may be a stop from another process. */
async function listenForStop(
  context: RunContext,
  runId: string,
  writer: LogWriter,
  signal: AbortSignal,
): Promise<void> {
  for await (const _ of context.storage.runs.bell(runId, signal)) {
    const run = await context.storage.runs.run(runId).catch(() => null);
    if (run?.stop) await writer.renew();
  }
}

type Outcome = { finishReason: FinishReason } | { failure: unknown } | "aborted";

async function write(context: RunContext, owned: Owned, writer: LogWriter): Promise<Outcome> {
  const { run } = owned;
  try {
    const model = await context.pickModel(run.model);
    const agent = context.agent(run.agent);
    if (!agent) throw new Error(`no agent named ${run.agent}`);
    void writer.push(startEvent(run, model.id));
    const messages = await history(context, run);
    if (owned.abort.signal.aborted) return "aborted";
    const events = runAgent({ agent, model, messages, signal: owned.abort.signal, newId: context.newId });
    return await pump(context, owned, writer, events);
  } catch (failure) {
    return owned.abort.signal.aborted ? "aborted" : { failure };
  }
}

async function history(context: RunContext, run: RunMeta) {
  const snapshot = await context.storage.conversations.get(run.conversationId, run.ownerId);
  return modelInput(pathTo(snapshot?.messages ?? [], run.userMessageId));
}

async function pump(
  context: RunContext,
  owned: Owned,
  writer: LogWriter,
  events: ReturnType<typeof runAgent>,
): Promise<Outcome> {
  try {
    for (;;) {
      const { done, value } = await events.next();
      if (done) return value === null ? "aborted" : { finishReason: value };
      if (value.type === "text-delta" || value.type === "reasoning-delta")
        owned.firstDeltaAt ??= context.clock.now();
      await writer.push(value);
      if (owned.abort.signal.aborted) return "aborted";
    }
  } finally {
    await events.return(null);
  }
}

/** The process is going away: the next owner goes on from the log. */
async function handOver(context: RunContext, lease: Lease, writer: LogWriter): Promise<void> {
  if (await writer.pause()) await context.storage.runs.suspend(lease, "queued");
}

function closing(context: RunContext, owned: Owned, state: RunState, outcome: Outcome): Close {
  const total = state.total && { total: state.total };
  const timings = timingsOf(context, owned, state);
  if (owned.stop || outcome === "aborted") {
    const { by = "owner", reason } = owned.stop ?? {};
    return {
      event: { type: "abort", by, ...(reason !== undefined && { reason }), ...total, timings },
      reason: { code: "stopped", errorText: "the run was stopped before this was done" },
      status: "stopped",
    };
  }
  if ("finishReason" in outcome) {
    return {
      event: { type: "finish", finishReason: outcome.finishReason, ...total, timings },
      reason: { code: "unanswered", errorText: "the run ended before this was done" },
      status: "finished",
    };
  }
  return failed(context, owned, outcome.failure, total);
}

function failed(
  context: RunContext,
  { run }: Owned,
  failure: unknown,
  total: Pick<RunState, "total"> | undefined,
): Close {
  const expected = failure instanceof ModelError;
  if (!expected)
    context.log({ level: "error", message: "a run failed", runId: run.runId, error: String(failure) });
  const { code, message, retryable } = expected
    ? failure
    : { code: "unexpected", message: "the run failed for a reason of the server's own", retryable: true };
  return {
    event: { type: "error", code, errorText: message, retryable, ...total },
    reason: { code: "failed", errorText: "the run failed before this was done" },
    status: "failed",
  };
}

/** Durations of the monotonic clock; only the wait in the queue spans two processes, by the store's clock. */
function timingsOf(context: RunContext, { run, startedAt, firstDeltaAt }: Owned, state: RunState): Timings {
  const durationMs = context.clock.now() - startedAt;
  const ttftMs = firstDeltaAt === undefined ? undefined : firstDeltaAt - startedAt;
  const writing = durationMs - (ttftMs ?? 0);
  const tokens = state.total?.outputTokens;
  return {
    queuedMs: Math.max(0, state.startedAt - run.createdAt),
    durationMs: Math.round(durationMs),
    ...(ttftMs !== undefined && { ttftMs: Math.round(ttftMs) }),
    ...(tokens !== undefined &&
      ttftMs !== undefined &&
      writing > 0 && {
        outputTokensPerSecond: Math.round((tokens / writing) * 10_000) / 10,
      }),
  };
}
