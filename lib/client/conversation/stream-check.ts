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
import type { Durability } from "../../protocol/durability.ts";
import type { RunState } from "../../protocol/run-state.ts";
import type { ConnectionState } from "../read-connection.ts";
import type { ActionOf } from "./conversation-action.ts";
import { andThen, type ConversationStep, getSnapshot, step } from "./conversation-effect.ts";
import type { ConversationState, FollowedRun, StreamCheck } from "./conversation-state.ts";

/** After a stream was opened, and between two looks at one that brings events. */
export const firstCheckMs = 2000;
/** Between two snapshots in place of the stream, and at most, while they bring nothing new. */
export const pollMs = 1000;
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
  const { check, connection } = following;
  const lookedSeq = check.streamedSeq;
  const isDue = lookedSeq === check.lookedSeq || isPolled(state, connection, check.heldBackAt);
  if (!state.isVisible || !isDue) return changeCheck(state, () => ({ lookedSeq, waitMs: firstCheckMs }));
  return andThen(
    changeCheck(state, () => ({ lookedSeq })),
    (next) => step(next, getSnapshot(next)),
  );
}

/** What a snapshot that has the followed run up to `seq` says of its stream. `isNews`: it was further. */
export const judgeStream = (state: ConversationState, seq: number, isNews: boolean): ConversationStep =>
  changeCheck(state, ({ check, connection }) => {
    // What is not open holds nothing back.
    const isOpen = connection.type !== "crowded";
    const heldBackAt = isOpen ? heldBackBy(check, seq) : undefined;
    const polledSeq = isOpen ? (isNews ? seq : check.polledSeq) : 0;
    const isInPlace = isPolled(state, connection, heldBackAt);
    const waitMs = isNews ? (state.stop ? soonMs : pollMs) : longerWait(check, isInPlace);
    return { heldBackAt, polledSeq, isAnswered: true, waitMs };
  });

/** A snapshot came that does not have the followed run, or none. Without an answer there is no connection. */
export const missStream = (state: ConversationState, isAnswered: boolean): ConversationStep =>
  changeCheck(state, ({ check, connection }) => {
    const heldBackAt = isAnswered ? check.heldBackAt : undefined;
    return { heldBackAt, isAnswered, waitMs: longerWait(check, isPolled(state, connection, heldBackAt)) };
  });

/** How saving goes, as a short request says: where there is no stream that would. */
export function noteDurability(state: ConversationState, durability: Durability): ConversationState {
  const { following } = state;
  if (following.type !== "following" || following.durability === durability) return state;
  if (!isPolled(state, following.connection, following.check.heldBackAt)) return state;
  return { ...state, following: { ...following, durability } };
}

/** Whether a connection that ended was held back, and not lost. */
export const isHeldBack = ({ check }: FollowedRun, connection: ConnectionState): boolean =>
  check.heldBackAt !== undefined ||
  (connection.type === "waiting" && connection.isSilent === true && check.isAnswered);

/** The stream is held back: from now on snapshots are read in its place. */
export const holdBack = (state: ConversationState): ConversationStep =>
  changeCheck(state, ({ check }) =>
    check.heldBackAt === undefined ? { heldBackAt: check.streamedSeq, waitMs: pollMs } : {},
  );

/** The server has taken a stop, or there is no stream: what it does not bring is looked for. */
export const checkSoon = (state: ConversationState): ConversationStep =>
  changeCheck(state, () => ({ waitMs: soonMs }));

/** Events that the stream has brought; those that a snapshot had before change nothing else. */
export const applyEvents = (
  state: ConversationState,
  { run }: ActionOf<"events-applied">,
): ConversationStep =>
  changeCheck({ ...state, run: furtherRun(state.run, run) }, () => ({ streamedSeq: run.seq }));

/** Of two folds of the same log, the one that is further; of two logs, `run`. */
export const furtherRun = (known: RunState | undefined, run: RunState): RunState =>
  known?.runId === run.runId && known.seq > run.seq ? known : run;

/** With a `waitMs`, the next look is then. */
function changeCheck(
  state: ConversationState,
  change: (following: FollowedRun) => Partial<StreamCheck>,
): ConversationStep {
  const { following } = state;
  if (following.type !== "following") return step(state);
  const changed = change(following);
  const next = { ...state, following: { ...following, check: { ...following.check, ...changed } } };
  const { waitMs: ms } = changed;
  return ms === undefined ? step(next) : step(next, { type: "set-timer", timer: "check", ms });
}

function heldBackBy({ streamedSeq, polledSeq, heldBackAt }: StreamCheck, seq: number): number | undefined {
  if (heldBackAt === undefined) return streamedSeq < polledSeq ? streamedSeq : undefined;
  return streamedSeq > heldBackAt && streamedSeq >= seq ? undefined : heldBackAt;
}

const longerWait = ({ waitMs }: StreamCheck, isInPlace: boolean): number =>
  isInPlace ? Math.min(waitMs * 1.5, maxPollMs) : Math.min(waitMs * 2, maxCheckMs);

/** Snapshots are read in place of the stream. */
const isPolled = (
  { stop }: ConversationState,
  { type }: ConnectionState,
  heldBackAt: number | undefined,
): boolean => heldBackAt !== undefined || stop !== undefined || type === "crowded";
