import type { Outcome } from "../agents/producer.ts";
import { ModelError } from "../models/model-error.ts";
import { UnknownModelError } from "../models/unknown-model-error.ts";
import { expiredReason } from "../protocol/codes.ts";
import { minRatedMs } from "../protocol/limits.ts";
import type { TerminalBody, Timings } from "../protocol/run-event.ts";
import type { RunState } from "../protocol/run-state.ts";
import { StorageError } from "../storage/storage-error.ts";
import type { DrivenRun } from "./driven-run.ts";
import type { Close } from "./log-writer.ts";
import type { RunContext } from "./run-context.ts";

type CloseContext = Pick<RunContext, "clock" | "log">;

/** How a run ends: by its stop, whatever else came of it (I6), else as its producer did. */
export function closeRun(context: CloseContext, driven: DrivenRun, state: RunState, outcome: Outcome): Close {
  const total = state.total && { total: state.total };
  const ended = driven.stop ? ({ type: "aborted" } as const) : outcome;
  switch (ended.type) {
    case "aborted":
    case "waiting": {
      const { by = "owner", reason } = driven.stop ?? {};
      const timings = timingsOf(context, driven, state);
      return {
        event: { type: "abort", by, ...(reason !== undefined && { reason }), ...total, timings },
        reason: reason === expiredReason ? unanswered : stopped,
        status: "stopped",
      };
    }
    case "finished": {
      const { finishReason } = ended;
      return {
        event: { type: "finish", finishReason, ...total, timings: timingsOf(context, driven, state) },
        reason: { code: "unanswered", errorText: "the run ended before this was done" },
        status: "finished",
      };
    }
    case "interrupted": {
      const { reason, errorText } = ended;
      return {
        event: { type: "interrupted", reason, errorText },
        reason: { code: "interrupted", errorText },
        status: "interrupted",
      };
    }
    case "failed":
      return {
        event: { type: "error", ...errorFields(context, driven.run.runId, ended.failure), ...total },
        reason: { code: "failed", errorText: "the run failed before this was done" },
        status: "failed",
      };
    default:
      return ended satisfies never;
  }
}

const stopped = { code: "stopped", errorText: "the run was stopped before this was done" };
const unanswered = { code: "stopped", errorText: "nobody decided in time, so this was not done" };

type ErrorFields = Omit<Extract<TerminalBody, { type: "error" }>, "type" | "total">;

/** What the `error` event says of a failure; the server's log says it too. */
function errorFields(context: CloseContext, runId: string, failure: unknown): ErrorFields {
  if (failure instanceof ModelError) return modelErrorOf(context, runId, failure);
  if (failure instanceof StorageError) return storageErrorOf(context, runId, failure);
  // It was there when the run was started: the server has another configuration now.
  if (failure instanceof UnknownModelError) {
    logFailure(context, runId, { code: "model-not-found", error: failure.message });
    return { code: "model-not-found", errorText: failure.message, retryable: false };
  }
  logFailure(context, runId, { code: "unexpected", error: String(failure) });
  const errorText = "the run failed for a reason of the server's own";
  return { code: "unexpected", errorText, retryable: true };
}

/** A store that stayed away for too long while the history was read is no fault of what is stored. */
function storageErrorOf(
  context: CloseContext,
  runId: string,
  { code: kind, message }: StorageError,
): ErrorFields {
  const codes = { "too-large": "too-large", damaged: "record-damaged" } as const;
  const code = kind === "too-large" || kind === "damaged" ? codes[kind] : "unexpected";
  logFailure(context, runId, { code, error: message });
  return { code, errorText: message, retryable: code === "unexpected" };
}

function modelErrorOf(context: CloseContext, runId: string, failure: ModelError) {
  const { code, message: errorText, retryable, facts } = failure;
  const { host, status, reason, retryAfterMs, limitTokens, askedTokens, steps } = facts;
  const known = {
    ...(host !== undefined && { host }),
    ...(status !== undefined && { status }),
    ...(reason !== undefined && { reason }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...(limitTokens !== undefined && { limitTokens }),
    ...(askedTokens !== undefined && { askedTokens }),
    ...(steps && { steps: [...steps] }),
  };
  const cause = failure.cause instanceof Error ? { cause: failure.cause.message } : {};
  // What a person wrote is theirs to correct, and no line of a log; what a step throws may hold it.
  if (code === "workflow-failed") logFailure(context, runId, { code, ...known });
  else if (code !== "bad-schema" && code !== "bad-input")
    logFailure(context, runId, { code, error: errorText, ...known, ...cause });
  return { code, errorText, retryable, ...known };
}

/** The page shows the run's id beside the failure: it is what the line is found by. */
const logFailure = ({ log }: CloseContext, runId: string, facts: Readonly<Record<string, unknown>>): void =>
  log({ level: "error", message: "a run failed", runId, ...facts });

/** Durations of the monotonic clock; only what lies before this holder's claim is of the wall clock. */
function timingsOf({ clock }: CloseContext, driven: DrivenRun, state: RunState): Timings {
  const { run, beforeMs, claimedAt, firstTextAt } = driven;
  const hereMs = clock.now() - claimedAt;
  const ttftMs = firstTextAt === undefined || beforeMs > 0 ? undefined : firstTextAt - claimedAt;
  const writingMs = hereMs - (ttftMs ?? 0);
  const tokens = state.total?.outputTokens;
  return {
    queuedMs: Math.max(0, state.startedAt - run.createdAt),
    durationMs: Math.round(beforeMs + hereMs),
    ...(ttftMs !== undefined && { ttftMs: Math.round(ttftMs) }),
    ...(tokens !== undefined &&
      ttftMs !== undefined &&
      writingMs >= minRatedMs && { outputTokensPerSecond: Math.round((tokens / writingMs) * 10_000) / 10 }),
  };
}
