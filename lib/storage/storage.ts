import type { RunState } from "../events/fold.ts";
import type { Message, UserMessage } from "../events/message.ts";
import type { RunEvent } from "../events/run-event.ts";

/**
 * What a store must do (docs/protocol.md §5–6). One contract suite holds every implementation to it.
 * "Now" is always the store's; every method rejects with `StorageError` when the store cannot answer.
 */

export type RunStatus =
  | "queued"
  | "running"
  | "waiting"
  | "stopping"
  | "finished"
  | "failed"
  | "stopped"
  | "interrupted";

const over: ReadonlySet<RunStatus> = new Set(["finished", "failed", "stopped", "interrupted"]);

/** A run that has its terminal event; nothing is appended to it any more. */
export const isOver = (status: RunStatus): boolean => over.has(status);

/** How long a deleted conversation can be brought back, ms (docs/protocol.md 3.6). */
export const undoMs = 10_000;

/** Who runs: enough to tell, on the same host and boot, whether that process is still there. */
export interface Owner {
  host: string;
  boot: string;
  pid: number;
  /** When the process started, in a form of the platform's own: a recycled pid has another. */
  startedAt: string;
}

export interface StopRequest {
  by: string;
  reason?: string;
  at: number;
}

export interface RunMeta {
  runId: string;
  conversationId: string;
  ownerId: string;
  messageId: string;
  userMessageId: string;
  parentRunId?: string;
  agent: string;
  /** The model asked for; absent: the server's choice. */
  model?: string;
  status: RunStatus;
  epoch: number;
  head: number;
  createdAt: number;
  /** Store ms until which the holder of the lease is taken to be alive; 0 without a holder. */
  leaseUntil: number;
  owner?: Owner;
  stop?: StopRequest;
  /** Claims of lapsed or dead owners' leases since the last finish-step. */
  continuations: number;
  /** Its conversation is deleted: its owner brings it to its end, readers are told nothing of it. */
  deleted: boolean;
}

/** The right to append. `token` is random per claim, never a process name. */
export interface Lease {
  runId: string;
  epoch: number;
  token: string;
}

/** A decision about an approval, recorded until an owner writes it into the log. */
export interface Decision {
  approvalId: string;
  approved: boolean;
  by: string;
  reason?: string;
}

/** Every answer to an owner carries what it must act on before its next model call or tool. */
export interface Answer {
  head: number;
  stop?: StopRequest;
  decisions?: readonly Decision[];
}

export type Append = Answer & { kind: "ok" | "dup" | "fenced" | "closed" | "gap" | "stopping" };

export interface NewRun {
  runId: string;
  conversationId: string;
  ownerId: string;
  /** Hash of the request's body: the same run id with another body is a conflict. */
  bodyHash: string;
  agent: string;
  model?: string;
  /** The answer's; not used by `continue`, which keeps that of the run it goes on with. */
  messageId: string;
  parentRunId?: string;
  /** A question of its own, the message that an earlier run answered (`retry`), or the rest of an answer that broke off. */
  ask:
    | { kind: "message"; message: Pick<UserMessage, "id" | "text">; parentMessageId?: string | null }
    | { kind: "retry"; retryRunId: string }
    | { kind: "continue"; continueRunId: string };
  /** The conversation's title, if this run makes it. */
  title: string;
}

/**
 * `created`: the run is queued, its user message saved, the conversation's `active` set, all in one step.
 * `exists`: the same run id and body, already there. `conflict`: the same run id, another body.
 * `busy`: the conversation has another live run, given in `run`. `gone`: the conversation is deleted (the owner asks).
 * `stale`: `parentMessageId`, or the answer to continue, is not the newest message. `complete`: that answer did not break
 * off. `not-found`: the conversation, or the run to retry or continue, is not this owner's.
 */
export type Created =
  | { kind: "created"; run: RunMeta }
  | { kind: "exists"; run: RunMeta }
  | { kind: "conflict"; run: RunMeta }
  | { kind: "busy"; run: RunMeta }
  | { kind: "gone" }
  | { kind: "stale" }
  | { kind: "complete" }
  | { kind: "not-found" };

/** One event as stored: its JSON goes to readers as it is, unparsed. */
export interface LogEntry {
  seq: number;
  epoch: number;
  json: string;
}

export type Read =
  | {
      gone?: undefined;
      entries: readonly LogEntry[];
      head: number;
      status: RunStatus;
      stop?: StopRequest;
      /** How long the holder of the lease is still taken to be alive, by the store's clock, ms; less than 0 once it lapsed. Absent: nobody holds it, or there were entries to read after a cursor. */
      leaseLeft?: number;
    }
  /** The log is no longer kept, or the event `after.seq` is not the one that the reader saw. */
  | { gone: true };

export interface RunEnd {
  status: "finished" | "failed" | "stopped" | "interrupted";
  /** The whole folded run, terminal event included. */
  state: RunState;
}

export interface RunStore {
  createRun(run: NewRun): Promise<Created>;
  /**
   * Takes the run over if its epoch is still `fromEpoch` and nobody holds a live lease (a live lease of `deadOwner`
   * counts as lapsed). The same token again gives the same lease. Null: somebody else was faster, or it is over.
   */
  claim(
    runId: string,
    token: string,
    fromEpoch: number,
    leaseMs: number,
    owner: Owner,
    deadOwner?: Owner,
  ): Promise<(Lease & Answer & { run: RunMeta }) | null>;
  /** Resolves once the events are durable; only then may they be shown. `fold`: the state after the last of them. */
  append(lease: Lease, events: readonly RunEvent[], leaseMs: number, fold?: RunState): Promise<Append>;
  heartbeat(lease: Lease, leaseMs: number): Promise<Append>;
  suspend(lease: Lease, to: "waiting" | "queued"): Promise<Append | (Answer & { kind: "decided" })>;
  /**
   * One atomic step: the last events, the status, the message (the conversation's checkpoint), active := none. A saved
   * message of that id which another run wrote is continued (`continueMessage`) and keeps its place.
   */
  finish(lease: Lease, events: readonly RunEvent[], end: RunEnd): Promise<Append>;
  /** Durable before the bell rings; idempotent. Null: no such run. */
  requestStop(runId: string, by: string, reason?: string): Promise<RunMeta | null>;
  run(runId: string): Promise<RunMeta | null>;
  /** The entries after the cursor, at most `limit`. Null: no such run. */
  read(runId: string, after: { epoch?: number; seq: number }, limit: number): Promise<Read | null>;
  /** The newest stored fold and the entries after it, in one atomic read. Null: no such run. */
  snapshot(runId: string): Promise<RunSnapshot | null>;
  /**
   * Wakes whenever the run may have changed: a hint to read again, never content. Ends with the signal. `only`: what the
   * listener waits for; a store may spare it the other rings.
   */
  bell(runId: string, signal: AbortSignal, only?: "stop"): AsyncIterable<void>;
  /** Runs that a process may claim: live, without a live lease, active in their conversation or with a stop set. Never `waiting`. */
  claimable(limit: number): Promise<RunMeta[]>;
  /** Live runs whose lease is still live, for a check whether their owner is. */
  leased(limit: number): Promise<RunMeta[]>;
  /** Purges deleted conversations that are past `undoMs` and whose runs are over. Returns how many. */
  trim(): Promise<number>;
}

export interface RunSnapshot {
  run: RunMeta;
  fold?: RunState;
  entries: readonly LogEntry[];
}

export interface Conversation {
  id: string;
  ownerId: string;
  title: string;
  createdAt: number;
  updatedAt: number;
  activeRunId?: string;
}

export interface ConversationPage {
  conversations: readonly Conversation[];
  /** Pass as `cursor` for the older ones. */
  nextCursor?: string;
}

export interface ConversationSnapshot {
  conversation: Conversation;
  /** All saved messages, siblings included, oldest first. The live run's answer is not among them: it is `active`. */
  messages: readonly Message[];
  active?: RunSnapshot;
}

/** Every method takes who asks: what is not theirs does not exist. */
export interface ConversationStore {
  /** One atomic read. */
  get(id: string, ownerId: string): Promise<ConversationSnapshot | null>;
  list(ownerId: string, options: { cursor?: string; limit: number }): Promise<ConversationPage>;
  /** A title given by hand: none that is made of the text ever replaces it. The order of the list stays. Null: none. */
  rename(id: string, ownerId: string, title: string): Promise<Conversation | null>;
  /**
   * Hides the conversation and sets a stop on its live runs, in one atomic step, then rings them. Again: true until it
   * is purged, and the undo time is not longer for it. False: none.
   */
  remove(id: string, ownerId: string): Promise<boolean>;
  /** Brings a deleted one back for `undoMs`; its runs stay stopped. True if it is there. */
  restore(id: string, ownerId: string): Promise<boolean>;
}

/** How long a transfer link can be used, ms (docs/protocol.md 3.9). */
export const transferMs = 600_000;

/**
 * `joined`: the session is the owner's now, and what its former owner had is too; the same session with the same code
 * again is told so again. `here`: it was this owner's already, nothing changed. `gone`: used, expired, or never given.
 */
export type Joined = "joined" | "here" | "gone";

/**
 * Whose a session is. Sessions and codes come as hashes only: from what is stored here neither can be made. The hash of a
 * session that nothing is stored of is its owner.
 */
export interface SessionStore {
  /** Null: logged out, for ever. */
  owner(session: string): Promise<string | null>;
  /** Those of them that are logged out. */
  ended(sessions: readonly string[]): Promise<string[]>;
  /** How many sessions of this owner can still be used. */
  count(ownerId: string): Promise<number>;
  logOut(session: string): Promise<void>;
  /**
   * Makes the code good for one join with the session's owner within `transferMs`, and the owner's former one useless.
   * When it expires, store ms. Null: the session is logged out.
   */
  addTransfer(code: string, session: string): Promise<number | null>;
  /** Whom the code leads to, until it expires; `usedBy`: only that session may still say so. Null: none. */
  transfer(code: string): Promise<Transfer | null>;
  /**
   * Uses the code up, in one atomic step: of many sessions one gets it. All sessions of the joining one's owner become
   * the other owner's; the conversations follow, each with its runs in one step, live or not. What a crash leaves
   * behind, `trim` moves.
   */
  join(code: string, session: string): Promise<Joined>;
  /** Forgets expired codes, and ends moves that were begun. */
  trim(): Promise<void>;
}

export interface Transfer {
  ownerId: string;
  /** Store ms. */
  expiresAt: number;
  usedBy?: string;
}

/** A start counts in the window of this length, ms. */
export const startsWindowMs = 600_000;

/** A start that has been admitted takes the place of a live run for this long, ms, even if the run is not there yet. */
export const pendingStartMs = 60_000;

/**
 * The same request within this time is one start: both may be under way. Shorter than what it takes to purge a run, whose
 * id may then be used for another one.
 */
export const sameStartMs = 5000;

/** The day that a budget of tokens is for, ms. */
export const dayMs = 86_400_000;

/** When to ask again while as many runs are live as may be: nobody knows when one ends, ms. */
export const liveRetryMs = 5000;

/** The run that is to begin. With another body, or in another conversation, the same run id is another start. */
export type Start = Pick<NewRun, "runId" | "conversationId" | "ownerId" | "bodyHash">;

/** What a start must keep within; what is absent has no bound. */
export interface StartBounds {
  /** Starts in the last `startsWindowMs` of each `who`: an owner, an address. */
  starts: readonly { who: string; most: number }[];
  /** Runs of the owner that are not over. */
  live?: number;
  /** Tokens that the server's key has used since midnight UTC, by the store's clock. */
  tokens?: number;
}

/** `at`: under which time it was counted. `retryAfterMs`: when there may be room again; of live runs nobody can know. */
export type Admission =
  | { kind: "admitted"; at: number }
  | { kind: "refused"; bound: "starts" | "live" | "tokens"; retryAfterMs: number };

/** A start that a bound forbids. */
export type RefusedStart = Extract<Admission, { kind: "refused" }>;

/** Counts what may be used up; all processes on one store count together. */
export interface LimitStore {
  /** Counts the start if every bound allows it, in one atomic step. The same start within `sameStartMs` counts once. */
  admit(start: Start, bounds: StartBounds): Promise<Admission>;
  /** Takes back what `admit` counted at that time, unless a run of this id is there: it is that run's then. */
  withdraw(start: Start, bounds: StartBounds, at: number): Promise<void>;
  /** Adds what was used of the server's key. The same spender again counts once. */
  spend(spender: string, tokens: number): Promise<void>;
}

export interface Storage {
  /** "sqlite", "memory" …: shown by the health endpoint. */
  readonly name: string;
  /** How long texts gather before they are appended, ms: a store that is far away asks for larger batches. Absent: the usual. */
  readonly gatherMs?: number;
  readonly runs: RunStore;
  readonly conversations: ConversationStore;
  readonly sessions: SessionStore;
  readonly limits: LimitStore;
  /** Resolves if the store answers. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** The store could not answer: down, busy beyond its time, full, read-only, or it holds what this build cannot read. */
export class StorageError extends Error {
  // By name: Next gives route handlers and instrumentation copies of this module of their own.
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && value.name === "StorageError";
  }

  readonly code: "unavailable" | "full" | "read-only" | "newer-schema" | "damaged";

  constructor(code: StorageError["code"], message: string, options?: { cause: unknown }) {
    super(message, options);
    this.name = "StorageError";
    this.code = code;
  }
}
