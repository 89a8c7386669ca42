import type { AppendResult, HolderDurability, Lease, RunStore, StopRequest } from "../storage/run-store.ts";
import { StorageError } from "../storage/storage-error.ts";
import type { Clock } from "./clock.ts";

export interface LeaseEvents {
  /** A stop was asked: seen in an answer of the store; called once. */
  onStop(stop: StopRequest): void;
  /**
   * The right to write is gone (another owner, or the store was away too long): fall silent at once; called
   * once.
   */
  onLost(reason: string): void;
}

export interface LeaseOptions extends LeaseEvents {
  store: RunStore;
  lease: Lease;
  clock: Clock;
  leaseMs: number;
  heartbeatMs: number;
}

/**
 * An owner's hold on its run, counted from the *sending* of the last renewal that was answered (protocol
 * 5.1).
 */
export interface HeldLease {
  readonly lost: boolean;
  /** Asks the store until it answers, the same question each time. Undefined: the lease is lost. */
  ask(question: () => Promise<AppendResult>): Promise<AppendResult | undefined>;
  /** Renews at once, for a stop that was notified. */
  renew(): Promise<void>;
  /** Whether a new model call or tool may start. */
  mayStart(): boolean;
  /** The run is being ended: nothing is renewed any more. */
  settle(): void;
  /** Ends the heartbeat. */
  release(): void;
}

/** Keeps a claimed lease by heartbeats until it is released or lost. */
export function holdLease(options: LeaseOptions): HeldLease {
  const { store, lease, clock, leaseMs, heartbeatMs } = options;
  const released = new AbortController();
  let lost = false;
  let stopSeen = false;
  let settling = false;
  let durability: HolderDurability = "ok";
  let renewedAt = clock.now();
  let sentAt = renewedAt;
  /** What the store has acknowledged of the log. */
  let head = 0;

  /** The questions that the store has not answered yet. */
  const waiting = new Set<{ since: number; giveUp(): void }>();

  const heartbeat = setInterval(() => {
    // A store that hangs is as one that is away, only that nothing tells so.
    for (const { since } of waiting) if (clock.now() - since > leaseMs * 2) return lose("no answer");
    if (clock.now() - sentAt >= heartbeatMs * 0.9) void renew();
  }, heartbeatMs);
  heartbeat.unref();
  store.notify(lease.runId, durability);

  async function ask(question: () => Promise<AppendResult>): Promise<AppendResult | undefined> {
    for (let wait = 50; !lost; wait = Math.min(wait * 2, 1000)) {
      const asked = (sentAt = clock.now());
      const headThen = head;
      try {
        const answer = await answerTo(question);
        return answer && hear(answer, asked, headThen);
      } catch (error) {
        const again =
          error instanceof StorageError && mayPass(error) && clock.now() - renewedAt <= leaseMs * 2;
        if (!again) return lose(String(error));
        report("delayed");
        await clock.sleep(wait, released.signal);
      }
    }
    return undefined;
  }

  /** Undefined: the lease was lost before there was an answer. */
  function answerTo(question: () => Promise<AppendResult>): Promise<AppendResult | undefined> {
    return new Promise((resolve, reject) => {
      const own = { since: clock.now(), giveUp: () => resolve(undefined) };
      waiting.add(own);
      void question()
        .then(resolve, reject)
        .finally(() => waiting.delete(own));
    });
  }

  function hear(answer: AppendResult, asked: number, headThen: number): AppendResult | undefined {
    if (answer.kind === "fenced" || answer.kind === "closed" || answer.kind === "gap")
      return lose(answer.kind);
    // Also while there is nothing to append, which would be a gap: the model may think for a long time.
    if (answer.head < headThen) return lose("the store lost its tail");
    head = Math.max(head, answer.head);
    renewedAt = Math.max(renewedAt, asked);
    report("ok");
    if (answer.stop && !stopSeen) {
      stopSeen = true;
      options.onStop(answer.stop);
    }
    return answer;
  }

  function report(next: HolderDurability): void {
    if (next === durability || released.signal.aborted) return;
    durability = next;
    store.notify(lease.runId, next);
  }

  function lose(reason: string): undefined {
    if (lost) return;
    lost = true;
    release();
    options.onLost(reason);
    for (const { giveUp } of waiting) giveUp();
  }

  async function renew(): Promise<void> {
    if (!settling && !released.signal.aborted) await ask(() => store.heartbeat(lease, leaseMs));
  }

  function release(): void {
    if (released.signal.aborted) return;
    clearInterval(heartbeat);
    released.abort();
    store.notify(lease.runId, undefined);
  }

  return {
    get lost() {
      return lost;
    },
    ask,
    renew,
    mayStart: () => !lost && clock.now() - renewedAt <= (leaseMs * 2) / 3,
    settle: () => void (settling = true),
    release,
  };
}

/** Another build's store, or a broken one: heartbeats may go on for ever, and nothing would ever be saved. */
const mayPass = ({ code }: StorageError): boolean => code !== "damaged" && code !== "newer-schema";
