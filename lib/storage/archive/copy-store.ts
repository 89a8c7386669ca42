import { undoMs } from "../../protocol/limits.ts";
import type { Storage } from "../storage.ts";
import { StorageError } from "../storage-error.ts";
import type { Archive, ArchivedConversation, ArchivedRun } from "./archive.ts";

/** A store as a copy needs it: its records, and what its servers show of them. */
export interface CopyEnd {
  archive: Archive;
  storage: Storage;
}

export interface CopyOptions {
  /** Wall clock, ms. */
  now?: () => number;
  /** Told after each conversation. */
  progress?(done: number, total: number): void;
}

/** How many conversations of the source came to which end. */
export interface Copied {
  total: number;
  copied: number;
  /** Were there already, byte for byte. */
  equal: number;
  /** Are there with all that the source has, and more: servers of the target have gone on with them. */
  goneOn: number;
  /** Deleted, and past the time in which that can be taken back. */
  leftOut: number;
  /** Sessions that were joined to another's or logged out. */
  sessions: number;
  troubles: readonly Trouble[];
  /** The source was written to meanwhile: what was copied may be older than what it holds now. */
  changed: boolean;
}

/** A conversation that the target does not hold as the source does, and why. */
export interface Trouble {
  id: string;
  why: string;
}

/** Nothing was copied; the message says why, and the next step. */
export class CopyRefusedError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "CopyRefusedError";
  }
}

type CopyOutcome = { end: "copied" | "equal" | "goneOn" | "leftOut" } | { end: "trouble"; why: string };

/** Conversations under way at a time: a store that is far away answers slowly, but many at once. */
const atOnce = 16;

/**
 * Copies every conversation of the source that the target does not have, and compares each, byte for byte:
 * its records, its logs, and what the servers of both show. Nothing that is in the target is changed. Run
 * again after whatever broke it off, it goes on. Throws `CopyRefusedError` before anything is copied,
 * `StorageError` when a store is away.
 */
export async function copyStore(
  source: CopyEnd,
  target: CopyEnd,
  { now = Date.now, progress = () => {} }: CopyOptions = {},
): Promise<Copied> {
  await refuse(source, target);
  // What a join still has to move goes first, so that every conversation has the owner that its sessions
  // have.
  await source.storage.sessions.trim();
  const sessions = await copySessions(source.archive, target.archive);
  const ids = await source.archive.conversations.ids();
  const outcomes: { id: string; outcome: CopyOutcome }[] = [];
  await eachOf(ids, async (id) => {
    outcomes.push({ id, outcome: await copyOrTell(source, target, id, now()) });
    progress(outcomes.length, ids.length);
  });
  const count = (end: CopyOutcome["end"]) => outcomes.filter(({ outcome }) => outcome.end === end).length;
  return {
    total: ids.length,
    copied: count("copied"),
    equal: count("equal"),
    goneOn: count("goneOn"),
    leftOut: count("leftOut"),
    sessions: sessions.count,
    troubles: [
      ...sessions.troubles,
      ...outcomes
        .flatMap(({ id, outcome }) => (outcome.end === "trouble" ? [{ id, why: outcome.why }] : []))
        .sort((one, other) => (one.id < other.id ? -1 : 1)),
    ],
    changed: await hasChanged(source, ids),
  };
}

async function refuse(source: CopyEnd, target: CopyEnd): Promise<void> {
  if ((await source.archive.identity()) === (await target.archive.identity())) {
    throw new CopyRefusedError("source and target are the same store: name two");
  }
  await target.archive.check();
  const live = await source.storage.runs.leased(100);
  if (live.length === 0) return;
  const holders = new Set(
    live.map(({ holder }) => (holder ? `process ${holder.pid} on ${holder.host}` : "?")),
  );
  throw new CopyRefusedError(
    `${live.length} runs are being written in the source by ${[...holders].join(", ")}: end the servers that use it, ` +
      "or, if they were killed, wait 15 seconds, and start the copy again",
  );
}

async function copySessions(
  source: Archive,
  target: Archive,
): Promise<{ count: number; troubles: Trouble[] }> {
  const kept = await source.sessions.all();
  await target.sessions.add(kept);
  const there = new Map((await target.sessions.all()).map(({ session, userId }) => [session, userId]));
  const troubles = kept
    .filter(({ session, userId }) => there.get(session) !== userId)
    .map(({ session }) => ({
      id: `session ${session.slice(0, 12)}`,
      why: "in the target it is another owner's, which was left as it is",
    }));
  return { count: kept.length, troubles };
}

/** One that cannot be read stands in nobody else's way. */
async function copyOrTell(source: CopyEnd, target: CopyEnd, id: string, now: number): Promise<CopyOutcome> {
  try {
    return await copyOne(source, target, id, now);
  } catch (error) {
    if (!(error instanceof StorageError && error.code === "damaged")) throw error;
    return { end: "trouble", why: error.message };
  }
}

async function copyOne(source: CopyEnd, target: CopyEnd, id: string, now: number): Promise<CopyOutcome> {
  const kept = await source.archive.conversations.read(id);
  if (!kept || isPurgeable(kept, now)) return { end: "leftOut" };
  const there = await target.archive.conversations.read(id);
  if (there) return compare(source, target, kept, there, "equal");
  await target.archive.conversations.write(kept);
  const written = await target.archive.conversations.read(id);
  if (written) return compare(source, target, kept, written, "copied");
  // Its undo time has passed since, and a server of the target has cleared it away.
  if (kept.deletedAt !== null) return { end: "leftOut" };
  return { end: "trouble", why: "one of its runs belongs to another conversation of the target" };
}

async function compare(
  source: CopyEnd,
  target: CopyEnd,
  kept: ArchivedConversation,
  there: ArchivedConversation,
  end: "copied" | "equal",
): Promise<CopyOutcome> {
  if (JSON.stringify(kept) !== JSON.stringify(there)) {
    if (hasGoneOn(kept, there)) return { end: "goneOn" };
    return { end: "trouble", why: "the target has it in another form, which was left as it is" };
  }
  if ((await shown(source.storage, kept)) === (await shown(target.storage, kept))) return { end };
  // Between the two looks a server of the target may have taken up a run.
  const again = await target.archive.conversations.read(kept.id);
  if (again && JSON.stringify(again) !== JSON.stringify(kept) && hasGoneOn(kept, again))
    return { end: "goneOn" };
  return {
    end: "trouble",
    why: "the target has it, but does not show it as the source does: try npm run storage:rebuild",
  };
}

/**
 * What readers get: the conversation's snapshot, and that of each of its runs, found by the run's id alone.
 */
async function shown({ conversations, runs }: Storage, { id, userId, runs: kept }: ArchivedConversation) {
  const conversation = await conversations.get(id, userId);
  const snapshots = await Promise.all(kept.map(({ runId }) => runs.snapshot(runId)));
  return JSON.stringify({ conversation, snapshots }, wellFormed);
}

/** As the records are compared (archive.ts): one store may give half a character where another cannot. */
const wellFormed = (_: string, value: unknown) => (typeof value === "string" ? value.toWellFormed() : value);

/**
 * True if `there` has every message and every event of `kept`, in their order, and more. A run is its log.
 */
function hasGoneOn(kept: ArchivedConversation, there: ArchivedConversation): boolean {
  if (kept.userId !== there.userId || there.updatedAt < kept.updatedAt) return false;
  if (!kept.messages.every(({ id }, at) => there.messages[at]?.id === id)) return false;
  const runs = new Map(there.runs.map((run) => [run.runId, run]));
  const pairs = kept.runs.map((run) => ({ run, later: runs.get(run.runId) }));
  const isMore =
    there.runs.length > kept.runs.length || pairs.some(({ run, later }) => (later?.epoch ?? 0) > run.epoch);
  return isMore && pairs.every(({ run, later }) => later !== undefined && beginsWith(later, run));
}

const beginsWith = (later: ArchivedRun, { bodyHash, entries }: ArchivedRun): boolean =>
  later.bodyHash === bodyHash &&
  JSON.stringify(later.entries.slice(0, entries.length)) === JSON.stringify(entries);

const isPurgeable = ({ deletedAt }: ArchivedConversation, now: number): boolean =>
  deletedAt !== null && deletedAt <= now - undoMs;

async function hasChanged({ archive, storage }: CopyEnd, before: readonly string[]): Promise<boolean> {
  if ((await storage.runs.leased(1)).length > 0) return true;
  const known = new Set(before);
  return (await archive.conversations.ids()).some((id) => !known.has(id));
}

/**
 * After the first failure no more is begun; it is thrown when nothing is at work any more, so that stores can
 * be closed.
 */
async function eachOf(ids: readonly string[], work: (id: string) => Promise<void>): Promise<void> {
  const rest = ids.values();
  const failures: unknown[] = [];
  const worker = async () => {
    for (const id of rest) {
      if (failures.length > 0) return;
      await work(id).catch((error: unknown) => failures.push(error));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  if (failures.length > 0) throw failures[0];
}
