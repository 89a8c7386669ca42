import { abortReason } from "../async/abort-reason.ts";
import { isDamaged } from "../storage/is-passing.ts";
import type { AppendResult, HolderDurability, Lease, LeaseReply, RunStore } from "../storage/run-store.ts";
import type { StorageError } from "../storage/storage-error.ts";
import type { Clock } from "./clock.ts";
import { retryPassing, within } from "./retry-passing.ts";

export interface LeaseEvents {
  /** Called with every reply that leaves the lease in our hands: it may bring a stop and decisions. */
  onReply(reply: LeaseReply): void;
  /** The right to write is gone (another holder, or the store was away too long); called once. */
  onLost(reason: string): void;
  /** I12: a renewal was refused; the lease is kept, to end the run. */
  onRefused(error: StorageError): void;
  /** Saving waits for the store, or goes on again. */
  onDurability(durability: HolderDurability): void;
}

export interface LeaseOptions extends LeaseEvents {
  store: Pick<RunStore, "heartbeat">;
  lease: Lease;
  clock: Clock;
  leaseMs: number;
  heartbeatMs: number;
  /** When the claim was sent, by the monotonic clock, ms; absent: now. */
  claimedAt?: number;
}

/** What the store says to a holder, and how the call went. */
type HolderReply = LeaseReply & { kind: AppendResult["kind"] | "decided" };

/**
 * A holder's lease. Its age counts from the *sending* of the last renewal that was answered (drive-run.ts,
 * I4).
 */
export interface HeldLease {
  readonly isLost: boolean;
  /**
   * Makes the call until the store answers, the same one each time. Undefined: the lease is lost, or
   * released. Rejects with an error that `isRefusal` names: the lease is kept.
   */
  request<R extends HolderReply>(
    call: () => Promise<R>,
    isRefusal?: (error: unknown) => boolean,
  ): Promise<R | undefined>;
  /**
   * Makes a call that renews nothing, such as a read, until the store answers, for as long as the lease would
   * wait. Throws its last failure, also once the signal has aborted.
   */
  ask<T>(call: () => Promise<T>, signal: AbortSignal): Promise<T>;
  /** Asks the store at once what it has for the holder, and renews the lease. */
  renew(): Promise<void>;
  /** Resolves when a model call or a tool may start; if none may, the lease is lost. */
  mayStart(): Promise<void>;
  /** No heartbeats until `resume`: the run is being ended or suspended. */
  pause(): void;
  resume(): void;
  /** No heartbeats any more. */
  release(): void;
}

/** Keeps a claimed lease by heartbeats until it is released or lost. */
export function holdLease(options: LeaseOptions): HeldLease {
  const { store, lease, clock, leaseMs, heartbeatMs } = options;
  const released = new AbortController();
  let isLost = false;
  let isPaused = false;
  let durability: HolderDurability = "ok";
  let renewedAt = options.claimedAt ?? clock.now();
  let sentAt = renewedAt;
  /** What the store has acknowledged of the log. */
  let head = 0;
  /** The calls that the store has not answered yet. */
  const unanswered = new Set<{ since: number; giveUp(): void }>();

  const heartbeat = setInterval(() => {
    // A store that hangs is as one that is away, except that no call fails.
    for (const { since } of unanswered) if (clock.now() - since > leaseMs * 2) return lose("no answer");
    if (clock.now() - sentAt >= heartbeatMs * 0.9) void renew();
  }, heartbeatMs);
  heartbeat.unref();

  async function request<R extends HolderReply>(
    call: () => Promise<R>,
    isRefusal: (error: unknown) => boolean = () => false,
  ): Promise<R | undefined> {
    if (isLost || released.signal.aborted) return undefined;
    let sent = { at: sentAt, head };
    const send = () => {
      sent = { at: (sentAt = clock.now()), head };
      return answered(call);
    };
    try {
      const reply = await retryPassing(send, {
        clock,
        signal: released.signal,
        mayWait: () => clock.now() - renewedAt <= leaseMs * 2,
        onWait: () => setDurability("delayed"),
      });
      return reply && accept(reply, sent);
    } catch (error) {
      if (isLost || released.signal.aborted) return undefined;
      if (isRefusal(error)) throw error;
      return lose(String(error));
    }
  }

  async function ask<T>(call: () => Promise<T>, signal: AbortSignal): Promise<T> {
    const value = await retryPassing(call, {
      clock,
      signal: AbortSignal.any([signal, released.signal]),
      mayWait: within(leaseMs * 2, clock),
      onWait: () => setDurability("delayed"),
    });
    setDurability("ok");
    return value;
  }

  /** The reply; undefined if the lease was lost before there was one. */
  function answered<R>(call: () => Promise<R>): Promise<R | undefined> {
    return new Promise((resolve, reject) => {
      const own = { since: clock.now(), giveUp: () => resolve(undefined) };
      unanswered.add(own);
      void call()
        .then(resolve, reject)
        .finally(() => unanswered.delete(own));
    });
  }

  function accept<R extends HolderReply>(reply: R, sent: { at: number; head: number }): R | undefined {
    if (released.signal.aborted) return undefined;
    // I5.
    if (reply.kind === "fenced" || reply.kind === "closed" || reply.kind === "gap") return lose(reply.kind);
    // Also while there is nothing to append, which would be a gap: the model may think for a long time.
    if (reply.head < sent.head) return lose("the store lost its tail");
    head = Math.max(head, reply.head);
    renewedAt = Math.max(renewedAt, sent.at);
    setDurability("ok");
    options.onReply(reply);
    return reply;
  }

  function setDurability(next: HolderDurability): void {
    if (next === durability || released.signal.aborted) return;
    durability = next;
    options.onDurability(next);
  }

  function lose(reason: string): undefined {
    if (isLost) return;
    isLost = true;
    release();
    options.onLost(reason);
    for (const { giveUp } of unanswered) giveUp();
  }

  async function renew(): Promise<void> {
    if (isPaused || released.signal.aborted) return;
    try {
      await request(() => store.heartbeat(lease, leaseMs), isDamaged);
    } catch (error) {
      if (!isDamaged(error)) throw error;
      options.onRefused(error);
    }
  }

  async function mayStart(): Promise<void> {
    // I4.
    if (isLost || clock.now() - renewedAt > (leaseMs * 2) / 3) await renew();
  }

  function release(): void {
    clearInterval(heartbeat);
    released.abort(abortReason);
  }

  return {
    get isLost() {
      return isLost;
    },
    request,
    ask,
    renew,
    mayStart,
    pause: () => void (isPaused = true),
    resume: () => void (isPaused = false),
    release,
  };
}
