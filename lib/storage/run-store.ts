import type { Latch } from "../async/latch.ts";
import type { Cursor } from "../protocol/cursor.ts";
import type { Durability } from "../protocol/durability.ts";
import type { LogEntry } from "../protocol/log-entry.ts";
import type { UserMessage } from "../protocol/message.ts";
import type { QuestionQueue } from "../protocol/question-queue.ts";
import type { DecisionScope, JsonObject, RunEvent } from "../protocol/run-event.ts";
import type { RunState } from "../protocol/run-state.ts";
import type { RunStatus } from "../protocol/run-status.ts";

/**
 * The process that holds a lease: enough to find out, where it can be known, whether it still exists
 * (`lib/runs/holder.ts`).
 */
export interface Holder {
  host: string;
  /** What a pid and a start time are told in: this boot of the machine, and the namespaces of both. */
  boot: string;
  pid: number;
  /** When the process started, in the platform's own form: tells a recycled pid apart. */
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
  userId: string;
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
  /** Store ms until which the holder is taken to be alive (core/lease-rules.ts); 0 without a holder. */
  leaseUntil: number;
  holder?: Holder;
  stop?: StopRequest;
  /** Claims of lapsed or dead holders' leases since the run got on (core/append-rules.ts). */
  continuations: number;
  /** Its conversation is deleted: its holder ends it, and to readers it does not exist. */
  deleted: boolean;
  /** Decisions and messages that are recorded and not in its log yet; absent: none. */
  unread?: number;
}

/** The right to append. `token` is random for each claim, never a process name. */
export interface Lease {
  runId: string;
  epoch: number;
  token: string;
}

/** A decision about an approval, recorded until a holder writes it into the log. */
export interface Decision {
  approvalId: string;
  approved: boolean;
  by: string;
  reason?: string;
  scope?: DecisionScope;
  /** The values of the form, where a question was asked. */
  content?: JsonObject;
}

/**
 * `decided`: recorded, now or before. `decided-otherwise`: another decision was first. `changed`: the
 * approval was asked for with another input. `over`: the run is stopping or has ended, or the call was
 * answered without it. `not-found`: the run has asked for no such approval.
 */
export interface DecideResult {
  kind: "decided" | "decided-otherwise" | "changed" | "over" | "not-found";
  run: RunMeta;
}

/** What a claim gives: the lease, and the run as it was claimed. */
export type ClaimedRun = Lease & LeaseReply & { run: RunMeta };

/** The claim of a process that creates a run and drives it. */
export interface FirstClaim {
  /** As of any claim: `claim` with it gives the same lease, if the reply of `createRun` was lost. */
  token: string;
  leaseMs: number;
  holder: Holder;
}

/** What a person says into a live run, recorded until a holder writes it into the log (`steered`). */
export interface SentMessage {
  messageId: string;
  text: string;
  by: string;
}

/**
 * `sent`: recorded, now or before. `conflict`: this id was sent with another text. `full`: too much is unread
 * (core/inbox-rules.ts). `over`: the run has ended, and nothing was recorded.
 */
export interface SendResult {
  kind: "sent" | "conflict" | "full" | "over";
  run: RunMeta;
}

/** What was sent into a run that has ended without it, oldest first. */
export interface LeftMessages {
  run: RunMeta;
  messages: readonly SentMessage[];
}

export interface DueQueue {
  conversationId: string;
  userId: string;
}

/** What every reply to a holder carries: what it has to act on before its next model call or tool. */
export interface LeaseReply {
  head: number;
  stop?: StopRequest;
  /** Those that are not in the log yet, oldest first. */
  decisions?: readonly Decision[];
  messages?: readonly SentMessage[];
  /** To whom has ended the run: questions wait in its conversation. */
  hasQueue?: true;
}

/**
 * `ok`: stored. `dup`: all of it was stored before. `fenced`: the lease is not the newest claim's. `closed`:
 * the run has ended. `gap`: the events do not follow the log. `stopping`: only `abort` may end the run now.
 * `unread`: it may not finish before the messages of the reply are in its log. The checks and their order:
 * core/append-rules.ts, core/inbox-rules.ts.
 */
export type AppendResult = LeaseReply & {
  kind: "ok" | "dup" | "fenced" | "closed" | "gap" | "stopping" | "unread";
};

export interface NewRun {
  runId: string;
  conversationId: string;
  userId: string;
  /** Hash of the request's body. The same run id with another body is a conflict. */
  bodyHash: string;
  agent: string;
  model?: string;
  /** The answer's id. Not used by `continue`, which keeps the id of the answer that it continues. */
  messageId: string;
  parentRunId?: string;
  /** A new question, that of an earlier run again (`retry`), or the rest of an incomplete answer. */
  ask:
    | {
        kind: "message";
        message: Pick<UserMessage, "id" | "text" | "sentInto">;
        parentMessageId?: string | null;
        /** The newest message that whoever asks has seen on that way (core/branch-rules.ts). */
        seen?: string | null;
      }
    | { kind: "retry"; retryRunId: string }
    /** `isWhole`: a complete answer may be continued too, for the sake of one of its calls. */
    | { kind: "continue"; continueRunId: string; isWhole?: true };
  /** The conversation's title, if it is new. */
  title: string;
  /** The question was the first of the conversation's queue; this is what is left of that. */
  queue?: QuestionQueue;
}

/**
 * `created`: the run is queued, its question saved and the conversation's `active` set, all in one step; with
 * a `FirstClaim` it is claimed in that step too, and `claim` is absent only where somebody else has it by
 * now. `exists`: this run id with the same body was created before. `conflict`: this run id with another
 * body. `busy`: the conversation has another live run, which is `run`. `gone`: the user's conversation is
 * deleted. `stale`: something was asked behind what was seen, or under the answer to write again or to
 * continue (core/branch-rules.ts), or the queue is another one by now. `complete`: the answer to continue is
 * complete. `not-found`: the conversation, or the run to retry or continue, is not this user's.
 */
export type CreateResult =
  | { kind: "created"; run: RunMeta; claim?: ClaimedRun }
  | { kind: "exists"; run: RunMeta }
  | { kind: "conflict"; run: RunMeta }
  | { kind: "busy"; run: RunMeta }
  | { kind: "gone" }
  | { kind: "stale" }
  | { kind: "complete" }
  | { kind: "not-found" };

export type ReadResult =
  | {
      gone?: undefined;
      entries: readonly LogEntry[];
      head: number;
      status: RunStatus;
      stop?: StopRequest;
      /**
       * How long the lease is still live by the store's clock, ms; negative once it has lapsed. Absent: no
       * holder, or not read because there were entries after a cursor.
       */
      leaseLeft?: number;
    }
  /** The log is no longer kept, or its event `after.seq` has another epoch than the reader saw. */
  | { gone: true };

export interface RunEnd {
  status: "finished" | "failed" | "stopped" | "interrupted";
  /** The fold of the whole run, terminal event included. */
  state: RunState;
  /** Messages that are not in its log do not keep it from finishing: they are left (`leftMessages`). */
  leavesMessages?: boolean;
}

/** As far as a holder can tell: that saving has stopped shows in a run that nobody holds. */
export type HolderDurability = Exclude<Durability, "stopped">;

export interface Subscription {
  /** As the holder said last; undefined while there is none in this process. */
  readonly durability: HolderDurability | undefined;
  /** The latch is not set any more, and not closed either. */
  unsubscribe(): void;
}

/** Every method may be repeated with the same arguments after a lost reply: nothing happens twice. */
export interface RunStore {
  /**
   * One atomic step, by core/branch-rules.ts. `userId` is the one who asks. `claim`: who is to hold the run
   * from its first moment on.
   */
  createRun(run: NewRun, claim?: FirstClaim): Promise<CreateResult>;
  /**
   * Takes the run's lease if its epoch is still `fromEpoch` and the run may be taken over
   * (core/lease-rules.ts); the epoch grows. The same token again gives the same lease. Null: not to be had.
   */
  claim(
    runId: string,
    token: string,
    fromEpoch: number,
    leaseMs: number,
    holder: Holder,
    deadHolder?: Holder,
  ): Promise<ClaimedRun | null>;
  /**
   * Appends events and renews the lease. Resolves once they are durable; only then may they be shown. `fold`:
   * the state after the last of them, stored if it is newer than the stored one. Rejects with `TypeError` for
   * events that belong to no append (core/check-events.ts).
   */
  append(lease: Lease, events: readonly RunEvent[], leaseMs: number, fold?: RunState): Promise<AppendResult>;
  /** Renews the lease. */
  heartbeat(lease: Lease, leaseMs: number): Promise<AppendResult>;
  /**
   * Gives the lease up: the run waits, or may be claimed at once. `decided`: a stop request came first, or a
   * decision for a run that is to wait.
   */
  suspend(lease: Lease, to: "waiting" | "queued"): Promise<AppendResult | (LeaseReply & { kind: "decided" })>;
  /**
   * Ends the run in one atomic step: the last events, the status, the answer, and the conversation's `active`
   * is cleared. An answer that continues a saved one is appended to it (core/saved-answer.ts). The reply says
   * whether questions wait there (`hasQueue`).
   */
  finish(lease: Lease, events: readonly RunEvent[], end: RunEnd): Promise<AppendResult>;
  /** Stores a stop request, then notifies subscribers, each time. The first one stays. Null: no such run. */
  requestStop(runId: string, by: string, reason?: string): Promise<RunMeta | null>;
  /**
   * Records a decision about an approval that the log asks for with this `inputHash`, then notifies
   * subscribers, each time; a run that waits may be claimed from then on. One atomic step: of several
   * decisions one counts. Null: no such run.
   */
  decide(runId: string, decision: Decision, inputHash: string): Promise<DecideResult | null>;
  /**
   * Records what a person says into a live run, then notifies subscribers, each time. The same id is the same
   * message. Null: no such run.
   */
  sendMessage(runId: string, message: SentMessage): Promise<SendResult | null>;
  /**
   * Conversations, not deleted, whose queue is due (core/queue-due.ts): a question is to go into a run, or no
   * run is live and the queue is not paused.
   */
  dueQueues(limit: number): Promise<DueQueue[]>;
  /** Ended runs, not of deleted conversations, with messages that are not in their logs; the oldest first. */
  leftMessages(limit: number): Promise<LeftMessages[]>;
  /** The message is left no longer: it was made a question, or given up. Of no run: nothing happens. */
  dropMessage(runId: string, messageId: string): Promise<void>;
  /**
   * Requests a stop of the runs that have waited for a person for `waitMs` (core/wait-rules.ts), and notifies
   * their subscribers: one atomic step a run, so that a decision that came first counts. At most `limit`.
   */
  expireWaiting(waitMs: number, limit: number): Promise<RunMeta[]>;
  /** Null: no such run. */
  run(runId: string): Promise<RunMeta | null>;
  /** The entries after the cursor, at most `limit`, and where the run stands. Null: no such run. */
  read(runId: string, after: Cursor, limit: number): Promise<ReadResult | null>;
  /**
   * `run` and `read` in one atomic read, for a reader that arrives. Null: no such run, another user's, or of
   * a deleted conversation; nothing is read of their logs.
   */
  open(runId: string, userId: string, after: Cursor, limit: number): Promise<OpenedRun | null>;
  /** The newest stored fold and the entries after it, in one atomic read. Null: no such run. */
  snapshot(runId: string): Promise<RunSnapshot | null>;
  /**
   * Sets the latch whenever the run may have changed: a hint to read again, never content, and sometimes
   * without cause. Begins with the call; the latch is closed with the store. `only`: what the subscriber
   * waits for; a store may spare it everything else.
   */
  subscribe(runId: string, latch: Latch, only?: "stop"): Subscription;
  /**
   * What the holder of the run, in this process, says of durability, for its subscribers in this process;
   * undefined: it holds the run no longer.
   */
  notify(runId: string, durability: HolderDurability | undefined): void;
  /** Runs that some process has to take over (core/lease-rules.ts, L4). */
  claimable(limit: number): Promise<RunMeta[]>;
  /** Runs with a live lease, to check whether their holder still exists. */
  leased(limit: number): Promise<RunMeta[]>;
  /** Purges some deleted conversations that are past `undoMs` and whose runs have ended. Returns how many. */
  trim(): Promise<number>;
}

export interface OpenedRun {
  run: RunMeta;
  read: ReadResult;
}

export interface RunSnapshot {
  run: RunMeta;
  fold?: RunState;
  entries: readonly LogEntry[];
  /** What was sent into it and is not in its log, oldest first; absent: nothing, or it cannot be read. */
  messages?: readonly SentMessage[];
}
