import { runAgent } from "../agents/run-agent.ts";
import { unlessAborted } from "../async/unless-aborted.ts";
import { modelInput } from "../history/model-input.ts";
import type { ModelMessage } from "../models/model-message.ts";
import type { EventBody } from "../protocol/run-event.ts";
import { newestStep, type RunState } from "../protocol/run-state.ts";
import { pathTo } from "../protocol/shown-path.ts";
import type { RunMeta } from "../storage/run-store.ts";
import type { DrivenRun, Outcome } from "./driven-run.ts";
import type { RunContext } from "./run-context.ts";
import { startEvent } from "./start-event.ts";
import type { LogWriter } from "./write-log.ts";

/** Continuations in a row without a finished step (protocol 5.3). */
const maxContinuations = 2;
/**
 * Attempts at one step, hand-overs included: an answer longer than a host's time limit must not be asked for
 * for ever.
 */
const maxAttempts = 6;

/**
 * Writes a run from where its log stands to the model's end: a run that never began from its start, an
 * unfinished step once more, a finished one not at all. Never rejects: what went wrong is the outcome.
 */
export async function writeAnswer(
  context: RunContext,
  owned: DrivenRun,
  writer: LogWriter,
): Promise<Outcome> {
  const { run, abort } = owned;
  const step = newestStep(writer.state);
  if (step?.finishReason !== undefined) return { finishReason: step.finishReason };
  try {
    // Asking an endpoint for its models may take a while; a stop does not wait for that.
    const model = await unlessAborted(context.pickModel(run.model), abort.signal);
    // A run that is stopped before it began has a start in its log all the same.
    if (writer.state.seq === 0) void writer.push(startEvent(run, model?.id ?? run.model ?? ""));
    if (!model || abort.signal.aborted) return "aborted";
    const givenUp = giveUp(run, writer.state);
    if (givenUp) return { interrupted: givenUp };
    const agent = context.agent(run.agent);
    if (!agent) throw new Error(`no agent named ${run.agent}`);
    const messages = await history(context, run);
    // Deleted a moment ago: its stop is on the way.
    if (!messages) return "aborted";
    const { total } = writer.state;
    const { coalesceMs } = context.storage;
    const resume = step && { ...step, retries: step.retries ?? 0, waitMs: waitLeft(context, writer.state) };
    const events = runAgent({
      agent,
      model,
      messages,
      signal: abort.signal,
      newId: context.newId,
      random: context.random,
      sleep: context.clock.sleep,
      beforeAsking: async () => {
        if (!writer.mayStart()) await writer.renew();
      },
      ...(resume && { resume }),
      ...(total && { spent: total }),
      ...(coalesceMs !== undefined && { coalesceMs }),
    });
    return await pump(context, owned, writer, events);
  } catch (failure) {
    return abort.signal.aborted ? "aborted" : { failure };
  }
}

function giveUp(run: RunMeta, state: RunState): { reason: string; errorText: string } | undefined {
  const step = newestStep(state);
  if (run.continuations > maxContinuations) {
    return {
      reason: "owner-gone",
      errorText: "the server was restarted several times while this was written",
    };
  }
  if (step && step.attempt >= maxAttempts) {
    return { reason: "time-limit", errorText: "the answer takes longer than this server may run" };
  }
  return undefined;
}

/**
 * What is left of a wait that an owner before had begun, by clocks that may differ: never longer than it was.
 */
function waitLeft({ clock }: RunContext, { retry }: RunState): number {
  if (!retry) return 0;
  return Math.min(retry.inMs, Math.max(0, retry.at + retry.inMs - clock.wall()));
}

async function history(context: RunContext, run: RunMeta): Promise<ModelMessage[] | undefined> {
  const { conversations, runs } = context.storage;
  const read = (userId: string) => conversations.get(run.conversationId, userId);
  // Its owner may have joined another since the claim.
  const snapshot = (await read(run.userId)) ?? (await read((await runs.run(run.runId))?.userId ?? ""));
  if (!snapshot) return undefined;
  const { messages } = snapshot;
  const continues = run.parentRunId !== undefined && messages.some(({ id }) => id === run.messageId);
  return modelInput(pathTo(messages, continues ? run.messageId : run.userMessageId), { continues });
}

async function pump(
  context: RunContext,
  owned: DrivenRun,
  writer: LogWriter,
  events: ReturnType<typeof runAgent>,
): Promise<Outcome> {
  try {
    for (;;) {
      const { done, value } = await events.next();
      if (done) return value === null ? "aborted" : { finishReason: value };
      if (value.type === "text-delta" || value.type === "reasoning-delta") {
        owned.firstDeltaAt ??= context.clock.now();
      }
      if (value.type === "retry") logRetry(context, owned.run, value);
      const full = writer.push(value);
      if (full) await full;
      if (owned.abort.signal.aborted) return "aborted";
    }
  } finally {
    await events.return(null);
  }
}

function logRetry(
  { log }: RunContext,
  { runId }: RunMeta,
  retry: Extract<EventBody, { type: "retry" }>,
): void {
  const { attempt, of, inMs, reason } = retry;
  log({ level: "warn", message: "the model is asked again", runId, reason, attempt, of, inMs });
}
