import { ModelError } from "../models/model.ts";
import { UnknownModelError } from "../models/unknown-model-error.ts";
import type { Timings } from "../protocol/run-event.ts";
import type { RunState } from "../protocol/run-state.ts";
import type { RunMeta } from "../storage/run-store.ts";
import type { DrivenRun, Outcome } from "./driven-run.ts";
import type { RunContext } from "./run-context.ts";
import type { Close } from "./write-log.ts";

/** How a run ends: the stop wins over everything, then what the writing came to. */
export function closeRun(context: RunContext, owned: DrivenRun, state: RunState, outcome: Outcome): Close {
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
  if ("interrupted" in outcome) {
    const { reason, errorText } = outcome.interrupted;
    return {
      event: { type: "interrupted", reason, errorText },
      reason: { code: "interrupted", errorText },
      status: "interrupted",
    };
  }
  return {
    event: { type: "error", ...wordsOf(context, owned, outcome.failure), ...total },
    reason: { code: "failed", errorText: "the run failed before this was done" },
    status: "failed",
  };
}

function wordsOf(context: RunContext, { run }: DrivenRun, failure: unknown) {
  if (failure instanceof ModelError) return modelErrorOf(context, run, failure);
  // It was there when the run was asked for: the server has another configuration now.
  if (failure instanceof UnknownModelError) {
    logFailure(context, run, { code: "model-not-found", error: failure.message });
    return { code: "model-not-found", errorText: failure.message, retryable: false };
  }
  logFailure(context, run, { code: "unexpected", error: String(failure) });
  const errorText = "the run failed for a reason of the server's own";
  return { code: "unexpected", errorText, retryable: true };
}

function modelErrorOf(context: RunContext, run: RunMeta, failure: ModelError) {
  const { code, message: errorText, retryable, facts } = failure;
  const { host, status, reason, retryAfterMs } = facts;
  const known = {
    ...(host !== undefined && { host }),
    ...(status !== undefined && { status }),
    ...(reason !== undefined && { reason }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  };
  const cause = failure.cause instanceof Error ? { cause: failure.cause.message } : {};
  logFailure(context, run, { code, error: errorText, ...known, ...cause });
  return { code, errorText, retryable, ...known };
}

/** The page shows the run's id beside the failure: it is what the line is found by. */
const logFailure = (context: RunContext, run: RunMeta, facts: Readonly<Record<string, unknown>>): void =>
  context.log({ level: "error", message: "a run failed", runId: run.runId, ...facts });

/** Durations of the monotonic clock; only what lies before this owner's claim is of the clock on the wall. */
function timingsOf({ clock }: RunContext, owned: DrivenRun, state: RunState): Timings {
  const { run, beforeMs, claimedAt, firstDeltaAt } = owned;
  const hereMs = clock.now() - claimedAt;
  const ttftMs = firstDeltaAt === undefined || beforeMs > 0 ? undefined : firstDeltaAt - claimedAt;
  const writingMs = hereMs - (ttftMs ?? 0);
  const tokens = state.total?.outputTokens;
  return {
    queuedMs: Math.max(0, state.startedAt - run.createdAt),
    durationMs: Math.round(beforeMs + hereMs),
    ...(ttftMs !== undefined && { ttftMs: Math.round(ttftMs) }),
    ...(tokens !== undefined &&
      ttftMs !== undefined &&
      writingMs > 0 && { outputTokensPerSecond: Math.round((tokens / writingMs) * 10_000) / 10 }),
  };
}
