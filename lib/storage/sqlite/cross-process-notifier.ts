import { closeSync, constants, type FSWatcher, openSync, watch, writeSync } from "node:fs";
import type { Wake, WatchRun } from "../core/notifier.ts";

/** Between the processes that share the database's file. */
export interface CrossProcessNotifier {
  /** Tells the others that something was committed. */
  notify(): void;
  /** Wakes after another process has committed a change of the run, and once before that. */
  watchRun: WatchRun;
  close(): void;
}

export interface CrossProcessOptions {
  wakeFile: string;
  pollMs: number;
  /**
   * Changes with every commit of another connection and not with our own; undefined while that cannot be
   * told.
   */
  databaseVersion(): number | undefined;
  /** Changes whenever a reader of the run has something to see; undefined while that cannot be told. */
  runVersion(runId: string): string | undefined;
}

interface WatchedRun {
  runId: string;
  wake: Wake;
  /** As another process's commit left it; unknown until the first. */
  version?: string | undefined;
}

/**
 * Notifies by a file that is written to *after* the commit: a watch of SQLite's write-ahead log fires before
 * the commit can be read, and the last event of a run would be missed. A slow poll makes up for notifications
 * that are lost. Neither is at work while no run is watched.
 */
export function createCrossProcessNotifier(options: CrossProcessOptions): CrossProcessNotifier {
  const wakeFile = openSync(options.wakeFile, constants.O_WRONLY | (constants.O_NOFOLLOW ?? 0));
  const runs = new Set<WatchedRun>();
  let stopWatching: (() => void) | undefined;

  /** Every commit of another process comes by here; it rarely concerns all runs that are watched. */
  function wakeChanged(): void {
    for (const run of runs) {
      const version = options.runVersion(run.runId);
      if (version !== undefined && version === run.version) continue;
      run.version = version;
      run.wake();
    }
  }

  return {
    notify() {
      try {
        writeSync(wakeFile, "!", 0);
      } catch {
        // The disk may be full; the others' poll finds the commit.
      }
    },
    watchRun(runId, wake) {
      const run: WatchedRun = { runId, wake };
      runs.add(run);
      stopWatching ??= watchDatabase(options, wakeChanged);
      return () => {
        runs.delete(run);
        if (runs.size > 0) return;
        stopWatching?.();
        stopWatching = undefined;
      };
    },
    close: () => closeSync(wakeFile),
  };
}

/** Calls `onCommit` after other processes' commits, until the result is called. */
function watchDatabase(
  { wakeFile, pollMs, databaseVersion }: CrossProcessOptions,
  onCommit: () => void,
): () => void {
  let seen = databaseVersion();
  const check = () => {
    const version = databaseVersion();
    if (version === undefined || version === seen) return;
    seen = version;
    onCommit();
  };
  const watcher = watchFile(wakeFile, check);
  const timer = setInterval(check, pollMs);
  return () => {
    clearInterval(timer);
    watcher?.close();
  };
}

/** Undefined where the system has no watch left to give: the poll is enough. */
function watchFile(file: string, onChange: () => void): FSWatcher | undefined {
  try {
    const watcher = watch(file, onChange);
    watcher.on("error", () => watcher.close());
    return watcher;
  } catch {
    return undefined;
  }
}
