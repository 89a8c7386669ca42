import { closeSync, constants, type FSWatcher, openSync, watch, writeSync } from "node:fs";

/** The other processes that share the database's file. */
export interface OtherProcesses {
  /** Tells them that something was committed. */
  tell(): void;
  /** Calls `changed` after their commits until the function it returns is called. */
  watch(changed: () => void): () => void;
  close(): void;
}

export interface OthersOptions {
  wakeFile: string;
  pollMs: number;
  /**
   * Changes with every commit of another connection, not with our own; nothing if that cannot be told now.
   */
  version(): number | undefined;
}

/**
 * Speaks to them by a file that is written to *after* the commit: watching SQLite's own log fires before the
 * commit can be read, and the last event of a run would be missed. A slow poll is the net under lost notices.
 */
export function watchOthers({ wakeFile, pollMs, version }: OthersOptions): OtherProcesses {
  const wake = openSync(wakeFile, constants.O_WRONLY | (constants.O_NOFOLLOW ?? 0));

  function watchChanges(changed: () => void): () => void {
    let seen = version();
    const look = () => {
      const current = version();
      if (current === undefined || current === seen) return;
      seen = current;
      changed();
    };
    const watcher = watchFile(wakeFile, look);
    const timer = setInterval(look, pollMs);
    return () => {
      clearInterval(timer);
      watcher?.close();
    };
  }

  return {
    tell() {
      try {
        writeSync(wake, "!", 0);
      } catch {
        // The disk may be full; the others' poll finds the commit.
      }
    },
    watch: watchChanges,
    close: () => closeSync(wake),
  };
}

/** Nothing where the system has no watch left to give: the poll is enough. */
function watchFile(file: string, changed: () => void): FSWatcher | undefined {
  try {
    const watcher = watch(file, changed);
    watcher.on("error", () => watcher.close());
    return watcher;
  } catch {
    return undefined;
  }
}
