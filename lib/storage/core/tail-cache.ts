import type { Cursor } from "../../protocol/cursor.ts";
import type { LogEntry } from "../../protocol/log-entry.ts";
import { isEnded, type RunStatus } from "../../protocol/run-status.ts";
import type { ReadResult, StopRequest } from "../run-store.ts";

/** What an append, or the end, has left behind: the run as it is now, and the entries that are new. */
export interface Appended {
  head: number;
  status: RunStatus;
  stop?: StopRequest | undefined;
  /**
   * As the append left it, 0 at the end: heartbeats since are not in it. Whoever holds a run here is asked
   * first.
   */
  leaseUntil: number;
  entries: readonly LogEntry[];
}

/**
 * The newest entries of runs that are written here, for the readers here: the store need not be asked for
 * them again.
 */
export interface TailCache {
  /** Right after each commit: forgets all that was kept under another version of the database. */
  dropOtherVersions(version: number | undefined): void;
  /** What the commit has added, before anybody is told. */
  append(runId: string, grown: Appended): void;
  /** Something else of the run was changed here. */
  evict(runId: string): void;
  /** What the store would say, or nothing where that is not known. */
  read(runId: string, after: Cursor, limit: number): ReadResult | undefined;
}

/** Of one run; a reader that is further behind asks the store. */
const fewestEntries = 64;
const mostEntries = fewestEntries * 2;
const mostCharacters = 64 * 1024;
/** Runs that are over: their readers come for the end within the moment. */
const mostOver = 32;

interface CachedTail extends Appended {
  entries: LogEntry[];
  characters: number;
}

/**
 * `version` changes with every commit of another connection: nothing that was kept before counts after it.
 */
export function createTailCache(version: () => number | undefined, now: () => number): TailCache {
  const runs = new Map<string, CachedTail>();
  const over = new Set<string>();
  const versionNow = oncePerMoment(version);
  let keptAt: number | undefined;

  function keepOnly(current: number | undefined): void {
    if (current !== undefined && current === keptAt) return;
    runs.clear();
    over.clear();
    keptAt = current;
  }

  function forget(runId: string): void {
    runs.delete(runId);
    over.delete(runId);
  }

  return {
    dropOtherVersions: keepOnly,
    append(runId, grown) {
      const before = runs.get(runId);
      const isNext = before?.entries.at(-1)?.seq === (grown.entries[0]?.seq ?? 0) - 1;
      const { entries, characters } = before && isNext ? before : { entries: [], characters: 0 };
      const tail = { ...grown, entries, characters };
      for (const entry of grown.entries) add(tail, entry);
      trim(tail);
      runs.set(runId, tail);
      if (!isEnded(tail.status)) return;
      over.add(runId);
      const [oldest = ""] = over;
      if (over.size > mostOver) forget(oldest);
    },
    evict: forget,
    read(runId, after, limit) {
      if (!runs.has(runId)) return undefined;
      keepOnly(versionNow());
      const run = runs.get(runId);
      return run && readOf(run, after, limit, now());
    },
  };
}

function add(tail: CachedTail, entry: LogEntry): void {
  tail.entries.push(entry);
  tail.characters += entry.json.length;
}

/** Many at a time: to drop one at each append would cost more than the append. */
function trim(tail: CachedTail): void {
  let from = tail.entries.length > mostEntries ? tail.entries.length - fewestEntries : 0;
  for (const { json } of tail.entries.slice(0, from)) tail.characters -= json.length;
  for (; tail.characters > mostCharacters; from += 1) tail.characters -= tail.entries[from]?.json.length ?? 0;
  tail.entries.splice(0, from);
}

/** What `look` says, which is not asked again before whoever waits now has gone on. */
function oncePerMoment<T>(look: () => T): () => T {
  let known: { value: T } | undefined;
  return () => {
    if (!known) {
      known = { value: look() };
      queueMicrotask(() => (known = undefined));
    }
    return known.value;
  };
}

function readOf(run: Appended, { epoch, seq }: Cursor, limit: number, now: number): ReadResult | undefined {
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
    ...(leaseUntil > 0 && { leaseLeft: leaseUntil - now }),
  };
}
