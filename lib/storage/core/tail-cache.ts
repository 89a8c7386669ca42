/**
 * The newest log entries of the runs that this process writes, so that its own readers need not ask the
 * store.
 *
 * Owns: a bounded tail of entries for each run, and when it may be trusted.
 * Does not own: what was appended (the drivers say so after each commit), nor who is woken (the notifiers).
 *
 * T1  What `read` returns is what the store would return at this moment. Where that is not known it returns
 *     nothing, and the store is read.
 * T2  Entries of a run are consecutive. An append that does not follow the newest entry begins a new tail.
 * T3  A tail counts under one version of the store only. As soon as the version differs, another connection
 *     has committed, and every tail is dropped.
 * T4  A cursor with an epoch is answered only if its own event is in the tail, so that the epoch was
 *     compared.
 * T5  Bounded: entries and characters of a run, and the number of ended runs.
 */

import type { Cursor } from "../../protocol/cursor.ts";
import type { LogEntry } from "../../protocol/log-entry.ts";
import { isEnded, type RunStatus } from "../../protocol/run-status.ts";
import type { ReadResult, StopRequest } from "../run-store.ts";

/** What an append, or the end of a run, has added: the new entries, and the run after them. */
export interface Appended {
  head: number;
  status: RunStatus;
  stop?: StopRequest | undefined;
  /** Store ms, as this append left it; 0 at the end. Heartbeats since then are not counted. */
  leaseUntil: number;
  entries: readonly LogEntry[];
}

export interface TailCache {
  /** To be called right after each commit, with the version that the commit has left. */
  keepVersion(version: number | undefined): void;
  /** Adds what a commit has added, before any reader is woken. */
  append(runId: string, appended: Appended): void;
  /** Something else of the run has changed. */
  evict(runId: string): void;
  /** What the store would answer; undefined where that is not known (T1). */
  read(runId: string, after: Cursor, limit: number): ReadResult | undefined;
}

/** Of one run. A reader that is further behind asks the store. */
const minEntries = 64;
const maxEntries = minEntries * 2;
const maxCharacters = 64 * 1024;
/** Ended runs: their readers ask for the end within a moment. */
const maxEnded = 32;

interface CachedTail extends Appended {
  entries: LogEntry[];
  characters: number;
}

/**
 * `version` changes with every commit of another connection; undefined: it is not known now. `now`: store ms.
 */
export function createTailCache(version: () => number | undefined, now: () => number): TailCache {
  const tails = new Map<string, CachedTail>();
  const ended = new Set<string>();
  const versionNow = oncePerMicrotask(version);
  let keptVersion: number | undefined;

  function keepVersion(current: number | undefined): void {
    if (current !== undefined && current === keptVersion) return;
    // T3
    tails.clear();
    ended.clear();
    keptVersion = current;
  }

  function evict(runId: string): void {
    tails.delete(runId);
    ended.delete(runId);
  }

  return {
    keepVersion,
    append(runId, appended) {
      tails.set(runId, extend(tails.get(runId), appended));
      if (!isEnded(appended.status)) return;
      // T5
      ended.add(runId);
      const [oldest = ""] = ended;
      if (ended.size > maxEnded) evict(oldest);
    },
    evict,
    read(runId, after, limit) {
      if (!tails.has(runId)) return undefined;
      keepVersion(versionNow());
      const tail = tails.get(runId);
      return tail && readTail(tail, after, limit, now());
    },
  };
}

/** T2. The entries are pushed to the existing list: a copy would cost each append the length of the tail. */
function extend(before: CachedTail | undefined, appended: Appended): CachedTail {
  const isNext = before?.entries.at(-1)?.seq === (appended.entries[0]?.seq ?? 0) - 1;
  const { entries, characters } = before && isNext ? before : { entries: [], characters: 0 };
  const tail: CachedTail = { ...appended, entries, characters };
  for (const entry of appended.entries) {
    tail.entries.push(entry);
    tail.characters += entry.json.length;
  }
  trimTail(tail);
  return tail;
}

/** T5. Drops many at a time: dropping one at each append would cost more than the append. */
function trimTail(tail: CachedTail): void {
  let from = tail.entries.length > maxEntries ? tail.entries.length - minEntries : 0;
  for (const { json } of tail.entries.slice(0, from)) tail.characters -= json.length;
  for (; tail.characters > maxCharacters; from += 1) tail.characters -= tail.entries[from]?.json.length ?? 0;
  tail.entries.splice(0, from);
}

/** Many readers wake in one turn of the event loop; the version is read once for all of them. */
function oncePerMicrotask<T>(read: () => T): () => T {
  let known: { value: T } | undefined;
  return () => {
    if (!known) {
      known = { value: read() };
      queueMicrotask(() => (known = undefined));
    }
    return known.value;
  };
}

function readTail(tail: CachedTail, after: Cursor, limit: number, now: number): ReadResult | undefined {
  const { entries, head, status, stop, leaseUntil } = tail;
  const { epoch, seq } = after;
  const from = seq + 1 - (entries[0]?.seq ?? head + 1);
  // T4
  const isChecked = epoch === undefined || seq === 0 || entries[from - 1]?.epoch === epoch;
  if (from < 0 || seq > head || !isChecked) return undefined;
  return {
    entries: entries.slice(from, from + limit),
    head,
    status,
    ...(stop && { stop }),
    ...(leaseUntil > 0 && { leaseLeft: leaseUntil - now }),
  };
}
