import { type Choices, pickBy, unlessReplaced } from "../../protocol/choices.ts";
import type { ConversationView } from "../../protocol/conversation-view.ts";
import type { Message } from "../../protocol/message.ts";
import type { RunState } from "../../protocol/run-state.ts";
import { shownPath } from "../../protocol/shown-path.ts";
import type { Problem } from "../problem.ts";
import { acknowledge } from "./ask.ts";
import type { ActionOf } from "./conversation-action.ts";
import { andThen, type ConversationStep, getSnapshot, step } from "./conversation-effect.ts";
import type { ConversationPhase, ConversationState } from "./conversation-state.ts";
import { follow } from "./follow.ts";
import { isBegunAnew, noteRewrite, noteSavedRewrite } from "./note-rewrite.ts";
import { sendProblem } from "./pending-message.ts";
import { endRefused, settle } from "./settle.ts";
import { showVersion, withChoosing } from "./show-version.ts";
import { beginStop } from "./stop.ts";
import { furtherRun, judgeStream, missStream, noteDurability } from "./stream-check.ts";
import { withRunMessages } from "./turns.ts";

/** How long to wait before the log is tried again, when there was no useful snapshot. */
const resyncMs = 1000;

/**
 * The log of the run cannot be read on. What was shown of it stays until a snapshot says what is stored. A
 * run that has a log was accepted, even if this is the response to its POST.
 */
export const resync = (state: ConversationState, read: RunState): ConversationStep =>
  andThen(acknowledge({ ...state, run: furtherRun(state.run, read) }, read.runId), (next) => {
    if (!next.isOpen) return step(next);
    const following = { type: "resyncing", shownText: shownText(next, read.runId) } as const;
    return step({ ...next, following }, getSnapshot(next));
  });

export function applySnapshot(
  state: ConversationState,
  { view, settledRuns }: ActionOf<"snapshot-arrived">,
): ConversationStep {
  // It may lack the answer of the run that has ended since.
  if (settledRuns !== state.settledRuns) return step(state, getSnapshot(state));
  const messages = state.rest ? view.messages : mergeMessages(state.messages, view.messages);
  const next: ConversationState = {
    ...state,
    phase: "ready",
    title: view.conversation.title,
    messages,
    choices: choicesIn(state, view, messages),
    rest: undefined,
    queue: view.queue ?? state.queue,
  };
  const applied = andThen(acknowledgeKnown(next, view), (known) => applyRun(known, view));
  const hasArrived = isStopped(state) && !isStopped(applied.state);
  return hasArrived ? andThen(applied, beginStop) : applied;
}

/** Those of the server, and what it does not know of yet. */
function choicesIn(
  { choosing, pending, replaced }: ConversationState,
  { choices = {}, activeRun }: ConversationView,
  messages: readonly Message[],
): Choices {
  const known = withChoosing(choices, choosing, messages, activeRun?.state);
  const isHeld = pending?.intent.type === "retry" && replaced;
  return isHeld ? unlessReplaced(known, replaced.parentId ?? "", pending.runId) : known;
}

/** Nobody waits for the question any more. */
const isStopped = ({ pending }: ConversationState): boolean => sendProblem(pending)?.code === "stopped";

/** The server has a message whose response did not come: it is not unsent. */
function acknowledgeKnown(
  state: ConversationState,
  { activeRun, messages }: ConversationView,
): ConversationStep {
  const { pending, following } = state;
  if (!pending || pending.state === "accepted") return step(state);
  const isLive = activeRun?.runId === pending.runId;
  if (!isLive && !messages.some(({ runId }) => runId === pending.runId)) return step(state);
  return andThen(acknowledge(state, pending.runId), (next) => {
    const isWritten = isLive || following.type === "following";
    const known = isWritten ? next : { ...next, pending: undefined };
    return pending.state === "not-sent" ? showAsked(known, pending.runId) : step(known);
  });
}

/** A question that the server had after all is shown where it was asked, whatever was chosen meanwhile. */
function showAsked(state: ConversationState, runId: string): ConversationStep {
  const { messages, choices } = state;
  const question = messages.find((each) => each.role === "user" && each.runId === runId);
  if (!question || shownPath(messages, pickBy(choices)).includes(question)) return step(state);
  return showVersion(state, question.id);
}

function applyRun(state: ConversationState, view: ConversationView): ConversationStep {
  const { following } = state;
  const live = view.activeRun?.state;
  if (following.type === "resyncing") return endResync(state, live, following.shownText);
  if (following.type !== "following") return joinRun(state, live);
  if (live?.runId === following.runId)
    return advanceRun(noteDurability(state, view.activeRun?.durability ?? "ok"), live);
  const saved = view.messages
    .filter((each) => each.role === "assistant")
    .find(({ runId }) => runId === following.runId);
  if (!saved) return missStream(state, true);
  return andThen(step(noteSavedRewrite(state, saved), { type: "unfollow" }), (ended) =>
    andThen(settle(ended, undefined), (settled) => applyRun(settled, view)),
  );
}

/** The snapshot of the run that is followed counts where its stream has not come so far. */
function advanceRun(state: ConversationState, live: RunState): ConversationStep {
  const run = furtherRun(state.run, live);
  const isNews = run === live && live.seq > 0 && state.run?.seq !== live.seq;
  const known = step({ ...noteRewrite(state, run), run }, { type: "advance-run", run });
  return andThen(known, (next) => judgeStream(next, live.seq, isNews));
}

/** Follows the run of a snapshot, from its cursor or from that of the same run here if it is further. */
function joinRun(state: ConversationState, live: RunState | undefined): ConversationStep {
  if (!live || state.following.type === "following") return step(state);
  return followIfOpen(noteRewrite(state, live), furtherRun(state.run, live));
}

/**
 * Continues with what is stored. If that is less than was shown, the turn is marked as truncated, and as
 * rewritten if it was begun anew.
 */
function endResync(
  state: ConversationState,
  live: RunState | undefined,
  shownBefore: string,
): ConversationStep {
  const { run } = state;
  const saved = state.messages.find(({ id }) => id === run?.messageId);
  if (!live && !saved)
    return step(state, { type: "set-timer", timer: "resync", ms: resyncMs, endsEarly: true });
  const next = live ? followIfOpen(state, live) : settle(state, undefined);
  if (!run || shownText({ ...state, run: live }, run.runId).startsWith(shownBefore)) return next;
  const stored = live ?? (saved?.role === "assistant" ? saved : run);
  const truncatedRuns = new Set([...state.truncatedRuns, run.runId]);
  const rewrittenRuns = isBegunAnew(run, stored)
    ? new Set([...state.rewrittenRuns, run.runId])
    : state.rewrittenRuns;
  return { ...next, state: { ...next.state, truncatedRuns, rewrittenRuns } };
}

/** Tries the log again. */
export const retryResync = (state: ConversationState): ConversationStep =>
  state.following.type === "resyncing" && state.run ? follow(state, state.run) : step(state);

export function missSnapshot(state: ConversationState, problem: Problem): ConversationStep {
  const phase = phaseAfter(state, problem);
  const next = phase === state.phase ? state : { ...state, phase };
  if (state.following.type === "following")
    return missStream(isStoreAway(problem) ? noteDurability(next, "delayed") : next, problem.status !== 0);
  if (state.following.type !== "resyncing") return step(next);
  if (problem.code === "record_damaged" && state.run)
    return endRefused(next, { type: "refused", run: state.run, problem });
  return step(next, { type: "set-timer", timer: "resync", ms: resyncMs, endsEarly: true });
}

/** What cannot be read at present cannot be written either. */
const isStoreAway = ({ code }: Problem): boolean => code === "store_unavailable";

function phaseAfter({ phase, messages }: ConversationState, { status }: Problem): ConversationPhase {
  if (status === 401) return "no-session";
  return status === 404 && (phase === "loading" || messages.length > 0) ? "missing" : phase;
}

const followIfOpen = (state: ConversationState, run: RunState): ConversationStep =>
  state.isOpen ? follow(state, run) : step({ ...state, run, following: { type: "idle" } });

function shownText({ messages, run, pending }: ConversationState, runId: string): string {
  const answer = withRunMessages(messages, run, pending).findLast((message) => message.runId === runId);
  const parts = answer?.role === "assistant" ? answer.parts : [];
  return parts.flatMap((part) => ("text" in part ? [part.text] : [])).join("");
}

/**
 * The messages of a snapshot; those that are shown already stay the same objects. A saved message only
 * changes when it is continued, by another run.
 */
function mergeMessages(shown: readonly Message[], fresh: readonly Message[]): readonly Message[] {
  const byId = new Map(shown.map((message) => [message.id, message]));
  return fresh.map((message) => {
    const old = byId.get(message.id);
    return old && old.runId === message.runId && !endsUnread(old) ? old : message;
  });
}

/** Its end is the page's own word for it: see `endRefused`. */
const endsUnread = (message: Message): boolean =>
  message.role === "assistant" &&
  message.ending?.type === "error" &&
  message.ending.code === "record-damaged";
