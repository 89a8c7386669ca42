import type { LogEntry, Read, RunStatus, StopRequest } from "../storage.ts";

/** What an append has left behind: the run as it is now, and the entries that are new. */
export interface Grown {
  head: number;
  status: RunStatus;
  stop?: StopRequest | undefined;
  /** As the append left it: heartbeats since are not in it. Whoever holds a run here is asked first. */
  leaseUntil: number;
  entries: readonly LogEntry[];
  /** Of the database, read while nobody else could write. */
  version: number | undefined;
}

/** The newest entries of runs that are written here, for the readers here: they need not be read from the file again. */
export interface RecentLog {
  /** Right after the commit, before anybody is told. */
  keep(runId: string, grown: Grown): void;
  /** Something else of the run was changed here. */
  forget(runId: string): void;
  /** What the file would say, or nothing where that is not known. */
  read(runId: string, after: { epoch?: number; seq: number }, limit: number): Read | undefined;
}

/** Of one run; a reader that is further behind reads the file. */
const mostEntries = 64;
const mostCharacters = 64 * 1024;

/** `version` changes with every commit of another connection: nothing that was kept before counts after it. */
export function createRecentLog(version: () => number | undefined, now: () => number): RecentLog {
  const runs = new Map<string, Grown>();
  let keptAt: number | undefined;

  function isCurrent(now: number | undefined): boolean {
    if (now !== undefined && now === keptAt) return true;
    runs.clear();
    keptAt = now;
    return false;
  }

  return {
    keep(runId, grown) {
      isCurrent(grown.version);
      const before = runs.get(runId)?.entries ?? [];
      const isNext = before.at(-1)?.seq === (grown.entries[0]?.seq ?? 0) - 1;
      runs.set(runId, { ...grown, entries: newest(isNext ? [...before, ...grown.entries] : grown.entries) });
    },
    forget: (runId) => void runs.delete(runId),
    read(runId, after, limit) {
      const run = runs.get(runId);
      return run && isCurrent(version()) ? readOf(run, after, limit, now()) : undefined;
    },
  };
}

function readOf(
  run: Grown,
  { epoch, seq }: { epoch?: number; seq: number },
  limit: number,
  now: number,
): Read | undefined {
  const { entries, head, status, stop, leaseUntil } = run;
  const at = seq + 1 - (entries[0]?.seq ?? head + 1);
  // The event at the cursor is held against what the reader saw: it must be here too.
  const isHeld = epoch === undefined || seq === 0 || entries[at - 1]?.epoch === epoch;
  if (at < 0 || seq > head || !isHeld) return undefined;
  return {
    entries: entries.slice(at, at + limit),
    head,
    status,
    ...(stop && { stop }),
    leaseLeft: leaseUntil - now,
  };
}

function newest(entries: readonly LogEntry[]): readonly LogEntry[] {
  let characters = 0;
  const from = entries.findLastIndex(({ json }, at) => {
    characters += json.length;
    return entries.length - at > mostEntries || characters > mostCharacters;
  });
  return entries.slice(from + 1);
}
