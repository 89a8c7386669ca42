import type { ActionOf, ConversationAction } from "#lib/client/conversation/conversation-action.ts";
import { type ConversationState, initialConversation } from "#lib/client/conversation/conversation-state.ts";
import { conversationTransition } from "#lib/client/conversation/conversation-transition.ts";
import type { Problem } from "#lib/client/problem.ts";
import type { ConversationView } from "#lib/protocol/conversation-view.ts";
import { fold } from "#lib/protocol/fold.ts";
import type { Message } from "#lib/protocol/message.ts";
import { emptyRun, type RunState } from "#lib/protocol/run-state.ts";
import { finish, firstTs, ids, type Line, logWith, text, uuid } from "./event-builders.ts";

/** Conversations as they come about: each situation is what its actions lead to. */

const at = firstTs;
/** The run of the question that is asked in most situations, and others. */
export const [r0, r1, r2, r3] = [uuid(10), ids.run, uuid(11), uuid(12)];

/** A run's fold after a script. */
export const runOf = (runId: string, ...lines: Line[]): RunState =>
  logWith({ runId }, ...lines).reduce(fold, emptyRun(runId));

export const half = runOf(r1, text("half"));
export const more = runOf(r1, text("half"), text(" and more"));
export const whole = runOf(r1, text("half"), text(" and more"), finish());

/** A question and its answer of an earlier run. */
export const savedMessages: readonly Message[] = [
  { id: "u0", parentId: null, runId: r0, role: "user", createdAt: at, text: "before" },
  {
    id: "a0",
    parentId: "u0",
    runId: r0,
    role: "assistant",
    createdAt: at,
    agent: "assistant",
    model: "demo",
    parts: [{ type: "text", id: "text-1", text: "answered", stepId: ids.step, startedAt: at, endedAt: at }],
    ending: { type: "finish", finishReason: "stop" },
  },
];

/** What the server has: the saved messages, and the run that is live. */
export const viewOf = (messages: readonly Message[], live?: RunState): ConversationView => ({
  conversation: { id: "c", title: "title", createdAt: at, updatedAt: at },
  messages,
  ...(live && {
    activeRun: { runId: live.runId, epoch: live.epoch, seq: live.seq, status: "running", state: live },
  }),
});

/** What a page is rendered with of a conversation that is too long for it. */
export const shortView = (live?: RunState): ConversationView => ({
  ...viewOf(savedMessages, live),
  rest: "answer",
});

export const problem = (status: number, code: Problem["code"] = "unexpected"): Problem => ({
  status,
  code,
  detail: "",
});

export const sent = (runId = r1, words = "question"): ActionOf<"sent"> => ({
  type: "sent",
  runId,
  text: words,
  at,
});
export const opened = { type: "opened", isVisible: true } as const;
const stopRequested = { type: "stop-requested" } as const;
const hidden = { type: "presence-changed", presence: "hidden" } as const;
export const fired = (timer: ActionOf<"timer-fired">["timer"]): ActionOf<"timer-fired"> => ({
  type: "timer-fired",
  timer,
  at,
});
export const waiting = { type: "waiting", attempt: 1, inMs: 250 } as const;

/** The state that actions lead to. */
export const after = (
  first: ConversationState,
  ...actions: readonly ConversationAction[]
): ConversationState => actions.reduce((state, action) => conversationTransition(state, action).state, first);

const created = initialConversation("c", null);
const empty = after(created, opened);
const sending = after(empty, sent());
const accepted = after(sending, { type: "acknowledged", runId: r1 });
const writing = after(accepted, { type: "events-applied", run: half });
const stopping = after(writing, stopRequested);
const settled = after(initialConversation("c", viewOf(savedMessages)), opened);

/** The states that a conversation can be in, as far as they differ for its actions. */
export const situations = {
  created,
  empty,
  settled,
  loading: after(initialConversation("c", undefined), opened),
  sending,
  accepted,
  writing,
  lost: after(writing, { type: "connection-changed", connection: waiting, at: 1000 }),
  stopping,
  queued: after(stopping, sent(r2, "next")),
  paused: after(writing, hidden, fired("hide")),
  resyncing: after(writing, { type: "snapshot-needed", run: half }),
  "not sent": after(sending, { type: "refused", run: emptyRun(r1), problem: problem(503) }),
  "not sent, another run": after(
    settled,
    sent(),
    { type: "refused", run: emptyRun(r1), problem: problem(409, "conversation_busy") },
    { type: "snapshot-arrived", view: viewOf(savedMessages, runOf(r3, text("elsewhere"))), settledRuns: 0 },
  ),
  "not sent, stale": after(
    empty,
    sent(),
    { type: "refused", run: emptyRun(r1), problem: problem(409, "stale_parent") },
    { type: "snapshot-arrived", view: viewOf(savedMessages), settledRuns: 0 },
  ),
  missing: after(settled, { type: "snapshot-failed", problem: problem(404) }),
  "missing and closed": after(
    settled,
    { type: "snapshot-failed", problem: problem(404) },
    { type: "closed" },
  ),
  "logged out": after(writing, { type: "refused", run: half, problem: problem(401) }),
  "closed while sending": after(sending, { type: "closed" }),
  "closed while writing": after(writing, { type: "closed" }),
} satisfies Record<string, ConversationState>;

export type Situation = keyof typeof situations;

/**
 * An action of each type or more, as it comes in the situations above. A type that is not here does not
 * compile.
 */
const samples: { [Type in ConversationAction["type"]]: readonly ActionOf<Type>[] } = {
  opened: [opened],
  closed: [{ type: "closed" }],
  sent: [sent(r3, "another")],
  "asked-again": (["retry", "continue"] as const).map((how) => ({ type: "asked-again", how, runId: r3, at })),
  "version-chosen": [{ type: "version-chosen", messageId: "a0" }],
  "choice-answered": [{ type: "choice-answered", messageId: "a0", isSettled: true }],
  undone: [{ type: "undone" }],
  resent: [{ type: "resent" }],
  "agent-chosen": [{ type: "agent-chosen", agent: "another" }],
  "model-chosen": [{ type: "model-chosen", model: "another" }],
  discarded: [{ type: "discarded" }],
  "stop-requested": [stopRequested],
  "stop-answered": [true, false].map((isTaken) => ({ type: "stop-answered", runId: r1, isTaken })),
  "reconnect-requested": [{ type: "reconnect-requested" }],
  "refresh-requested": [{ type: "refresh-requested" }],
  acknowledged: [{ type: "acknowledged", runId: r1 }],
  "events-applied": [{ type: "events-applied", run: more }],
  "connection-changed": [
    { type: "connection-changed", connection: { type: "connecting" }, at: 1500 },
    { type: "connection-changed", connection: { type: "live" }, at: 2000 },
    { type: "connection-changed", connection: waiting, at: 1500 },
  ],
  "durability-changed": [{ type: "durability-changed", durability: "delayed" }],
  "run-ended": [{ type: "run-ended", run: whole }],
  "snapshot-needed": [{ type: "snapshot-needed", run: half }],
  refused: [401, 503].map((status) => ({ type: "refused", run: half, problem: problem(status) })),
  "snapshot-arrived": [
    { type: "snapshot-arrived", view: viewOf(savedMessages), settledRuns: 0 },
    { type: "snapshot-arrived", view: viewOf(savedMessages, half), settledRuns: 0 },
  ],
  "snapshot-failed": [401, 404, 503].map((status) => ({
    type: "snapshot-failed",
    problem: problem(status),
  })),
  "presence-changed": (["visible", "hidden", "focus", "online", "offline"] as const).map((presence) => ({
    type: "presence-changed",
    presence,
  })),
  "timer-fired": (["hide", "poll", "stop", "resync", "check", "undo", "choose"] as const).map(fired),
};

export const sampleActions: readonly ConversationAction[] = Object.values(samples).flat();
