import type { WatchRun } from "../core/notifier.ts";

/** Called with what has changed: "log", "stop", or nothing where that is not known. */
export type OnNotice = (notice?: string) => void;

export interface WatchRunOptions {
  /**
   * Calls `onNotice` with each notice of the run, and once without when the subscription has begun, until the
   * result is called.
   */
  subscribe(runId: string, onNotice: OnNotice): () => void;
  /** Rejects while the store is away. */
  versionOf(runId: string): Promise<RunVersion>;
  /** How often a run that is watched is read, which makes up for notices that are lost, ms. */
  pollMs: number;
}

export interface RunVersion {
  /** Changes whenever a reader of the run has something to see. */
  log: string;
  isStopped: boolean;
}

/** Watches the runs of a KV: by a subscription each, and a poll in case it dies silently. */
export const createWatchRun =
  ({ subscribe, versionOf, pollMs }: WatchRunOptions): WatchRun =>
  (runId, wake) => {
    let version: RunVersion | undefined;

    async function poll(): Promise<void> {
      const before = version;
      version = await versionOf(runId).catch(() => undefined);
      // Nothing is known before the first poll: a wake too many is better than one too few.
      if (version?.isStopped !== before?.isStopped) wake();
      else if (version?.log !== before?.log) wake("log");
    }

    const unsubscribe = subscribe(runId, (notice) => (notice === "log" ? wake("log") : wake()));
    const timer = setInterval(() => void poll(), pollMs);
    timer.unref();
    return () => {
      clearInterval(timer);
      unsubscribe();
    };
  };
