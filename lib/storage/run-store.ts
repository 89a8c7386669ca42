import type { Latch } from "../async/latch.ts";
import type { Cursor } from "../protocol/cursor.ts";
import type { Durability } from "../protocol/durability.ts";
import type { LogEntry } from "../protocol/log-entry.ts";
import type { UserMessage } from "../protocol/message.ts";
import type { RunEvent } from "../protocol/run-event.ts";
import type { RunState } from "../protocol/run-state.ts";
import type { RunStatus } from "../protocol/run-status.ts";

/** Who runs: enough to tell, on the same host and boot, whether that process is still there. */
export interface Holder {
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
  /** Store ms until which the holder of the lease is taken to be alive; 0 without a holder. */
  leaseUntil: number;
  holder?: Holder;
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

/** What a claim gives: the lease, and the run as it was claimed. */
export type ClaimedRun = Lease & LeaseReply & { run: RunMeta };

/** What a person says into a live run, recorded until a holder writes it into the log (`steered`). */
export interface SentMessage {
  messageId: string;
  text: string;
  by: string;
}

/** Every reply to a holder carries what it must act on before its next model call or tool. */
export interface LeaseReply {
  head: number;
  stop?: StopRequest;
  /** Those that are not in the log yet, oldest first. */
  decisions?: readonly Decision[];
  messages?: readonly SentMessage[];
}

export type AppendResult = LeaseReply & { kind: "ok" | "dup" | "fenced" | "closed" | "gap" | "stopping" };

export interface NewRun {
  runId: string;
  conversationId: string;
  userId: string;
  /** Hash of the request's body: the same run id with another body is a conflict. */
  bodyHash: string;
  agent: string;
  model?: string;
  /** The answer's; not used by `continue`, which keeps that of the run it goes on with. */
  messageId: string;
  parentRunId?: string;
  /**
   * A question of its own, the message that an earlier run answered (`retry`), or the rest of an answer that
   * broke off.
   */
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
 * `busy`: the conversation has another live run, given in `run`. `gone`: the conversation is deleted (the
 * owner asks). `stale`: `parentMessageId`, or the answer to continue, is not the newest message. `complete`:
 * that answer did not break off. `not-found`: the conversation, or the run to retry or continue, is not this
 * owner's.
 */
export type CreateResult =
  | { kind: "created"; run: RunMeta }
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
       * How long the holder of the lease is still taken to be alive, by the store's clock, ms; less than 0
       * once it lapsed. Absent: nobody holds it, or there were entries to read after a cursor.
       */
      leaseLeft?: number;
    }
  /** The log is no longer kept, or the event `after.seq` is not the one that the reader saw. */
  | { gone: true };

export interface RunEnd {
  status: "finished" | "failed" | "stopped" | "interrupted";
  /** The whole folded run, terminal event included. */
  state: RunState;
}

/** As far as a holder can tell: that saving has stopped shows in a run that nobody holds. */
export type HolderDurability = Exclude<Durability, "stopped">;

export interface Subscription {
  /** As the holder said last; undefined while there is none in this process. */
  readonly durability: HolderDurability | undefined;
  /** The latch is not set any more, and not closed either. */
  unsubscribe(): void;
}

export interface RunStore {
  createRun(run: NewRun): Promise<CreateResult>;
  /**
   * Takes the run over if its epoch is still `fromEpoch` and nobody holds a live lease (a live lease of
   * `deadHolder` counts as lapsed). The same token again gives the same lease. Null: somebody else was
   * faster, or it is over.
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
   * Resolves once the events are durable; only then may they be shown. `fold`: the state after the last of
   * them.
   */
  append(lease: Lease, events: readonly RunEvent[], leaseMs: number, fold?: RunState): Promise<AppendResult>;
  heartbeat(lease: Lease, leaseMs: number): Promise<AppendResult>;
  suspend(lease: Lease, to: "waiting" | "queued"): Promise<AppendResult | (LeaseReply & { kind: "decided" })>;
  /**
   * One atomic step: the last events, the status, the message (the conversation's checkpoint), active :=
   * none. A saved message of that id which another run wrote is continued (`continueMessage`) and keeps its
   * place.
   */
  finish(lease: Lease, events: readonly RunEvent[], end: RunEnd): Promise<AppendResult>;
  /** Durable before subscribers are notified; idempotent. Null: no such run. */
  requestStop(runId: string, by: string, reason?: string): Promise<RunMeta | null>;
  run(runId: string): Promise<RunMeta | null>;
  /** The entries after the cursor, at most `limit`. Null: no such run. */
  read(runId: string, after: Cursor, limit: number): Promise<ReadResult | null>;
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
  /**
   * Runs that a process may claim: live, without a live lease, active in their conversation or with a stop
   * set. Never `waiting`.
   */
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
