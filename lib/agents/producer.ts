import type { GivenUpReason } from "../models/model.ts";
import type { EndReason } from "../protocol/codes.ts";
import type { Message } from "../protocol/message.ts";
import type { EventBody, FinishReason } from "../protocol/run-event.ts";
import type { RunState } from "../protocol/run-state.ts";

/**
 * The seam between what writes a run and what keeps it. A producer (an agent, later a workflow) turns the
 * folded log into the events that come next. It owns what is said and in which order; it knows no store,
 * lease, process or reader. The driver (lib/runs/drive-run.ts) calls it once per claim and owns the rest.
 *
 * P1. What `state` holds is never yielded again: a producer goes on from there, whoever wrote it, and
 *     whatever event it was cut off after. Of a run that has not begun it holds nothing, `start` neither.
 * P2. It yields what lies between `start` and the terminal event; these two are the driver's. What it leaves
 *     open, the driver closes (protocol 1.5).
 * P3. Once `signal` has aborted it starts nothing and returns soon. One event more may still be taken.
 * P4. A model call or a tool starts after `mayStart`, a tool with effects also after `durable` for its
 *     `tool-start`.
 * P5. What `inbox` gives is yielded as it is, before anything that builds on it: until it is in the log, the
 *     next holder is given it too.
 */
export type Producer = (context: ProducerContext) => AsyncGenerator<EventBody, Outcome>;

/** What a producer is given of its run and of the world. */
export interface ProducerContext {
  /**
   * The log, folded: as it was claimed, and then all that was yielded before the last `durable`, if not more.
   */
  readonly state: RunState;
  /** Whose conversation it is. */
  readonly userId: string;
  /** The messages that lead to the answer, oldest first; undefined if the conversation was deleted. */
  history(): Promise<readonly Message[] | undefined>;
  /** Aborts when the producer has to end; its `reason` is an `AbortReason`. */
  readonly signal: AbortSignal;
  readonly inbox: Inbox;
  /** Resolves when everything yielded so far is in the store; rejects when the lease is lost. */
  durable(): Promise<void>;
  /** Resolves when a model call or a tool may start; if none may, `signal` has aborted. */
  mayStart(): Promise<void>;
  /** Told before a model is asked, about how many tokens it is sent; absent: nobody counts. */
  noteInput?(tokens: number): void;
  /**
   * Called before a call starts that changes something. Undefined: the run is about to be handed over, and
   * none starts here any more; `signal` aborts when those that run have ended. Else to be called when the
   * call has ended and its result was yielded: a hand-over gives it time until then.
   */
  startEffect(): (() => void) | undefined;
  clock: {
    /** Wall time, ms. */
    wall(): number;
    /** Resolves after `ms`, or at once when the signal aborts. */
    sleep(ms: number, signal?: AbortSignal): Promise<void>;
  };
  newId(): string;
  /** 0 to 1, for jitter. */
  random(): number;
}

/**
 * Why a producer has to end. `stop`: a person asked for it. `hand-over`: the process goes away or its time is
 * up, and another goes on. `lease-lost`: another goes on already. `waiting`: the run waits for a person;
 * whatever the producer left running ends with it. `refused`: the store cannot take what was yielded.
 */
export type AbortReason = GivenUpReason | "hand-over" | "lease-lost" | "waiting";

/** How a producer ended. A throw is `failed`, or `aborted` once the signal has aborted. */
export type Outcome =
  | { type: "finished"; finishReason: FinishReason }
  /** `failure` is put into words by the driver: a `ModelError`, or anything unforeseen. */
  | { type: "failed"; failure: unknown }
  /** The run is given up for a reason that is nobody's fault. */
  | { type: "interrupted"; reason: EndReason; errorText: string }
  | { type: "aborted" }
  /** Nothing goes on until a decision comes: the run is suspended, and holds no lease. */
  | { type: "waiting" };

/** What is sent into a live run from outside, in the form of the event that writes it into the log. */
export type InboxItem = Extract<EventBody, { type: "tool-approval-response" | "steered" }>;

/** What the store's replies have brought: durable there, not in the log yet. */
export interface Inbox {
  /** What came since the last call, oldest first, each once a holder. */
  take(): readonly InboxItem[];
  /** Resolves when there is something to take, or the signal has aborted. */
  wait(signal: AbortSignal): Promise<void>;
}

/** A producer that was chosen for a run, and what has to be known of it beforehand. */
export interface PickedProducer {
  produce: Producer;
  /** Named by `start`: who answers. */
  model: string;
  /** Whether its tokens count: they are paid for with the server's key, or its endpoint wants none. */
  usesKey: boolean;
  /** The call of the continued answer that the run begins with: kept by `start`. */
  retriedCall?: string;
  /** It is asked with a key that only this producer has: nobody else can go on with it. */
  usesOwnKey?: true;
  /** A workflow writes it. */
  isWorkflow?: true;
  /** What the run names and is not there: a caller's mistake at the start, a failure of the run later on. */
  unknown?: "agent" | "model";
}
