import { type ClosingReason, closingEvents } from "../protocol/closing-events.ts";
import { forkedReason } from "../protocol/codes.ts";
import { continueMessage } from "../protocol/continue-message.ts";
import { fold } from "../protocol/fold.ts";
import type { AssistantMessage, Message } from "../protocol/message.ts";
import { messageOf } from "../protocol/message-of.ts";
import type { EventBody, RunEvent } from "../protocol/run-event.ts";
import type { RunFixture } from "../protocol/run-fixture.ts";
import { emptyRun, type RunState } from "../protocol/run-state.ts";
import { endedStatus } from "../protocol/run-status.ts";
import { mergeDeltas } from "../runs/merge-deltas.ts";
import type { ArchivedConversation, ArchivedRun } from "../storage/archive/archive.ts";
import { encodeEntry } from "../storage/core/encode-entry.ts";
import { encodeStored } from "../storage/core/stored-json.ts";
import type { RunMeta } from "../storage/run-store.ts";

/*
 * A conversation that goes on from the middle of a run. Owns its messages and its one run; who may have it,
 * and how it is stored, is decided elsewhere.
 *
 * 1. Its messages are those that led to the run, and the answer as it was folded up to the last event given.
 *    They keep their ids, which are of their conversation.
 * 2. Its run has a log of its own: those events, adjacent deltas as one, and what closes the answer where it
 *    had not ended. So it folds to a history that a provider accepts (docs/protocol.md 1.5), and the answer
 *    can be asked for again, continued and inspected like any other.
 * 3. Runs of earlier answers stay where they are.
 */

export interface ForkOptions {
  /** The run that is forked. */
  run: RunMeta;
  title: string;
  conversationId: string;
  runId: string;
  /** Says what was forked, for whoever asks again under the same ids. */
  bodyHash: string;
  /** Wall clock, ms. */
  now: number;
}

/** Linear in the events, which begin with the first of the run. */
export function forkedConversation(
  { messages, events }: RunFixture,
  options: ForkOptions,
): ArchivedConversation {
  const { run, title, conversationId, runId, now } = options;
  const { log, state } = forkedLog(events, options);
  const question = messages.findLastIndex(({ role }) => role === "user");
  const kept = messages[question + 1];
  const answer = continueMessage(kept?.role === "assistant" ? kept : undefined, messageOf(state));
  const earlier = linked(messages.slice(0, question + 1));
  const asked = earlier.map((message, at) => (at === question ? { ...message, runId } : message));
  return {
    id: conversationId,
    userId: run.userId,
    title: title.toWellFormed(),
    titleIsCustom: 0,
    createdAt: now,
    updatedAt: now,
    activeRunId: null,
    deletedAt: null,
    ...{ queue: null, queueVersion: 0, queueDue: 0 },
    choices: null,
    messages: [...asked, answerTo(asked, answer)].map((message) => ({
      id: message.id,
      json: encodeStored(message),
    })),
    runs: [forkedRun(options, log, state)],
  };
}

/** Each message names the one before it: in place of one that is left out stands another. */
const linked = (messages: readonly Message[]): Message[] =>
  messages.map((message, at) => ({ ...message, parentId: messages[at - 1]?.id ?? null }));

const answerTo = (asked: readonly Message[], answer: AssistantMessage): AssistantMessage => ({
  ...answer,
  parentId: asked.at(-1)?.id ?? null,
});

/** The log of the new run, what was written and its end, and its fold. */
function forkedLog(events: readonly RunEvent[], options: ForkOptions): { log: RunEvent[]; state: RunState } {
  const { runId, now } = options;
  const log: RunEvent[] = [];
  for (const event of events) {
    const last = log.at(-1);
    const merged = last?.epoch === event.epoch ? mergeDeltas(last, event) : undefined;
    if (last && merged) log[log.length - 1] = { ...envelopeOf(last), ...merged };
    else log.push({ ...forked(event, options), runId, seq: log.length + 1 });
  }
  const state = log.reduce(fold, emptyRun(runId));
  if (state.ending) return { log, state };
  const { epoch, lastAt } = state;
  const ts = Math.max(now, lastAt);
  const end = [...closingEvents(state, forkedBefore), abortOf(state)].map(
    (body, at): RunEvent => ({ runId, epoch, seq: log.length + 1 + at, ts, ...body }),
  );
  return { log: [...log, ...end], state: end.reduce(fold, state) };
}

const envelopeOf = ({ runId, epoch, seq, ts }: RunEvent) => ({ runId, epoch, seq, ts });

const forked = (event: RunEvent, { conversationId }: ForkOptions): RunEvent =>
  event.type === "start" ? { ...event, conversationId } : event;

const forkedBefore: ClosingReason = {
  code: "stopped",
  errorText: "the conversation goes on from before this was done",
};

const abortOf = ({ startedAt, lastAt, total }: RunState): EventBody => ({
  type: "abort",
  by: "user",
  reason: forkedReason,
  ...(total && { total }),
  timings: { queuedMs: 0, durationMs: Math.max(0, lastAt - startedAt) },
});

function forkedRun(
  { run, conversationId, runId, bodyHash, now }: ForkOptions,
  log: readonly RunEvent[],
  state: RunState,
): ArchivedRun {
  const { userId, messageId, userMessageId, parentRunId, agent, model } = run;
  return {
    ...{ runId, conversationId, userId, bodyHash, messageId, userMessageId, agent },
    parentRunId: parentRunId ?? null,
    model: model ?? null,
    status: endedStatus(state.ending?.type ?? "abort"),
    epoch: state.epoch,
    head: state.seq,
    createdAt: now,
    ...{ leaseUntil: 0, token: null, suspendedToken: null },
    ...{ holderHost: null, holderBoot: null, holderPid: null, holderStartedAt: null },
    ...{ stopBy: null, stopReason: null, stopAt: null },
    ...{ continuations: 0, unread: 0, fold: null, inbox: [] },
    entries: log.map(encodeEntry),
  };
}
