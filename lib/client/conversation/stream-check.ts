/**
 * Whether the stream of the followed run keeps up with the log, and what is done where it does not: a proxy
 * may hold streams back, in blocks or until they end, while it answers short requests at once; and a window
 * has no stream where the other windows have all there are (stream-slots.ts). This file owns
 * when a snapshot is asked for while a run is followed, and what it says of the stream. It does not own what
 * else a snapshot changes (snapshot.ts) nor the connection itself (follow-log.ts).
 *
 * 1. A stream that brings events is never asked about: a look costs nothing per event.
 * 2. No byte is not no connection: only a short request that fails says that.
 * 3. Held back is a stream that has not brought by the next snapshot what the one before had, or that had no
 *    byte for 25 s while snapshots came.
 * 4. It is held back until it has brought something new, and all that the newest snapshot has.
 * 5. A page that is not seen asks nothing.
 */
import type { RunState } from "../../protocol/run-state.ts";
import type { ConnectionState } from "../read-connection.ts";
import type { ActionOf } from "./conversation-action.ts";
import { type ConversationEffect, type ConversationStep, getSnapshot, step } from "./conversation-effect.ts";
import type { ConversationState, FollowedRun, StreamCheck } from "./conversation-state.ts";

/** After a stream was opened, and between two looks at one that brings events. */
export const firstCheckMs = 2000;
/** Between two snapshots in place of the stream, and at most, while they bring nothing new. */
const pollMs = 1000;
const maxPollMs = 5000;
/** While a run is being stopped, and at first where there is no stream. */
const soonMs = 150;
/** At most, while the stream and the snapshots say the same. */
const maxCheckMs = 30_000;

export const newCheck: StreamCheck = {
  streamedSeq: 0,
  lookedSeq: 0,
  polledSeq: 0,
  heldBackAt: undefined,
  isAnswered: false,
  waitMs: firstCheckMs,
};

/** Looks at the stream, and asks for a snapshot if it has brought nothing since the last look. */
export function checkStream(state: ConversationState): ConversationStep {
  const { following } = state;
  if (following.type !== "following") return step(state);
  const { check } = following;
  const hasMoved = check.streamedSeq !== check.lookedSeq;
  const looked = { ...check, lookedSeq: check.streamedSeq };
  if (state.isVisible && (!hasMoved || isPolled(state, following)))
    return step(withCheck(state, following, looked), getSnapshot(state));
  const unasked = { ...looked, waitMs: firstCheckMs };
  return step(withCheck(state, following, unasked), setCheck(firstCheckMs));
}

/** What a snapshot that has the followed run up to `seq` says of its stream. `isNews`: it was further. */
export function judgeStream(state: ConversationState, seq: number, isNews: boolean): ConversationStep {
  const { following } = state;
  if (following.type !== "following") return step(state);
  const { check, connection } = following;
  // What is not open holds nothing back.
  const isOpen = connection.type !== "crowded";
  const heldBackAt = isOpen ? heldBackBy(check, seq) : undefined;
  const polledSeq = isOpen ? (isNews ? seq : check.polledSeq) : 0;
  const judged = { ...check, heldBackAt, polledSeq, isAnswered: true };
  const found = heldBackAt === undefined ? following : { ...following, lostAt: undefined };
  return waitForNext(withCheck(state, found, judged), isNews);
}

/** A snapshot came that does not have the followed run, or none. Without an answer there is no connection. */
export function missStream(state: ConversationState, isAnswered: boolean): ConversationStep {
  const { following } = state;
  if (following.type !== "following") return step(state);
  const { check } = following;
  const missed = isAnswered ? check : { ...check, heldBackAt: undefined };
  return waitForNext(withCheck(state, following, { ...missed, isAnswered }), false);
}

/** Whether a connection that ended was held back, and not lost. */
export const isHeldBack = ({ check }: FollowedRun, connection: ConnectionState): boolean =>
  check.heldBackAt !== undefined ||
  (connection.type === "waiting" && connection.isSilent === true && check.isAnswered);

/** The stream is held back: from now on snapshots are read in its place. */
export function holdBack(state: ConversationState): ConversationStep {
  const { following } = state;
  if (following.type !== "following" || following.check.heldBackAt !== undefined) return step(state);
  const found = { ...following.check, heldBackAt: following.check.streamedSeq, waitMs: pollMs };
  return step(withCheck(state, following, found), setCheck(pollMs));
}

/** The server has taken a stop, or there is no stream: what it does not bring is looked for. */
export function checkSoon(state: ConversationState): ConversationStep {
  const { following } = state;
  if (following.type !== "following") return step(state);
  const soon = { ...following.check, waitMs: soonMs };
  return step(withCheck(state, following, soon), setCheck(soonMs));
}

function heldBackBy({ streamedSeq, polledSeq, heldBackAt }: StreamCheck, seq: number): number | undefined {
  if (heldBackAt === undefined) return streamedSeq < polledSeq ? streamedSeq : undefined;
  return streamedSeq > heldBackAt && streamedSeq >= seq ? undefined : heldBackAt;
}

function waitForNext(state: ConversationState, isNews: boolean): ConversationStep {
  const { following } = state;
  if (following.type !== "following") return step(state);
  const waitMs = nextWait(state, following, isNews);
  return step(withCheck(state, following, { ...following.check, waitMs }), setCheck(waitMs));
}

function nextWait(state: ConversationState, following: FollowedRun, isNews: boolean): number {
  if (isNews) return state.stop ? soonMs : pollMs;
  const { waitMs } = following.check;
  return isPolled(state, following) ? Math.min(waitMs * 1.5, maxPollMs) : Math.min(waitMs * 2, maxCheckMs);
}

/** Snapshots are read in place of the stream. */
const isPolled = ({ stop }: ConversationState, { check, connection }: FollowedRun): boolean =>
  check.heldBackAt !== undefined || stop !== undefined || connection.type === "crowded";

const setCheck = (ms: number): ConversationEffect => ({ type: "set-timer", timer: "check", ms });

const withCheck = (
  state: ConversationState,
  following: FollowedRun,
  check: StreamCheck,
): ConversationState => ({ ...state, following: { ...following, check } });

/** Events that the stream has brought; those that a snapshot had before change nothing else. */
export function applyEvents(
  state: ConversationState,
  { run }: ActionOf<"events-applied">,
): ConversationState {
  const { following } = state;
  if (following.type !== "following") return state;
  const next = withCheck(state, following, { ...following.check, streamedSeq: run.seq });
  return { ...next, run: furtherRun(state.run, run) };
}

/** Of two folds of the same log, the one that is further; of two logs, `run`. */
export const furtherRun = (known: RunState | undefined, run: RunState): RunState =>
  known?.runId === run.runId && known.seq > run.seq ? known : run;
