import { undoMs } from "../../protocol/limits.ts";
import type { Storage } from "../storage.ts";
import { StorageError } from "../storage-error.ts";
import type { Archive, ArchivedConversation } from "./archive.ts";
import { isContinued, viewOf } from "./compare-copies.ts";

/** The source or target of a copy: its records, and the store as servers read it. */
export interface CopyEnd {
  archive: Archive;
  storage: Storage;
}

export interface CopyOptions {
  /** Wall clock, ms. */
  now?: () => number;
  /** Called after each conversation. */
  onProgress?(done: number, total: number): void;
}

/** What became of the source's conversations. */
export interface CopyReport {
  total: number;
  copied: number;
  /** Were in the target already, byte for byte. */
  equal: number;
  /** Are in the target with all that the source has, and more: the target's servers have continued them. */
  continued: number;
  /** Deleted, and past their undo time. */
  leftOut: number;
  /** Sessions that joined another user's or were logged out. */
  sessions: number;
  /** Users whose notes are in the target now. */
  notes: number;
  problems: readonly CopyProblem[];
  /** The source was written to during the copy, which may therefore be out of date. */
  changed: boolean;
}

/** A conversation, a session or a user's notes that the target does not hold as the source does. */
export interface CopyProblem {
  id: string;
  reason: string;
}

/** Nothing was copied; the message says why, and what to do. */
export class CopyRefusedError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "CopyRefusedError";
  }
}

type CopyOutcome =
  | { kind: "copied" | "equal" | "continued" | "leftOut" }
  | { kind: "problem"; reason: string };

/** Conversations copied at a time: a remote store answers slowly, but many requests at once. */
const maxConcurrent = 16;

/**
 * Copies the conversations that the target does not have, and compares each byte for byte: its records, its
 * logs, and what the servers of both stores would show. Nothing in the target is changed. After an
 * interruption the same call continues. Throws `CopyRefusedError` before anything is copied, `StorageError`
 * when a store does not answer.
 */
export async function copyStore(
  source: CopyEnd,
  target: CopyEnd,
  { now = Date.now, onProgress = () => {} }: CopyOptions = {},
): Promise<CopyReport> {
  await refuseUnsafe(source, target);
  // Completes interrupted joins first, so that each conversation has the user that its sessions have.
  await source.storage.sessions.trim();
  const sessions = await copySessions(source.archive, target.archive);
  const notes = await copyNotes(source.archive, target.archive);
  const ids = await source.archive.conversations.ids();
  const outcomes: { id: string; outcome: CopyOutcome }[] = [];
  await forEachConcurrently(ids, async (id) => {
    outcomes.push({ id, outcome: await copyReadable(source, target, id, now()) });
    onProgress(outcomes.length, ids.length);
  });
  const count = (kind: CopyOutcome["kind"]) => outcomes.filter(({ outcome }) => outcome.kind === kind).length;
  return {
    total: ids.length,
    copied: count("copied"),
    equal: count("equal"),
    continued: count("continued"),
    leftOut: count("leftOut"),
    sessions: sessions.count,
    notes: notes.count,
    problems: [
      ...sessions.problems,
      ...notes.problems,
      ...outcomes
        .flatMap(({ id, outcome }) => (outcome.kind === "problem" ? [{ id, reason: outcome.reason }] : []))
        .sort((one, other) => (one.id < other.id ? -1 : 1)),
    ],
    changed: await hasChanged(source, ids),
  };
}

async function refuseUnsafe(source: CopyEnd, target: CopyEnd): Promise<void> {
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
): Promise<{ count: number; problems: CopyProblem[] }> {
  const sessions = await source.sessions.all();
  await target.sessions.add(sessions);
  const inTarget = new Map((await target.sessions.all()).map(({ session, userId }) => [session, userId]));
  const problems = sessions
    .filter(({ session, userId }) => inTarget.get(session) !== userId)
    .map(({ session }) => ({
      id: `session ${session.slice(0, 12)}`,
      reason: "in the target it is another owner's, which was left as it is",
    }));
  return { count: sessions.length, problems };
}

async function copyNotes(
  source: Archive,
  target: Archive,
): Promise<{ count: number; problems: CopyProblem[] }> {
  const users = await source.notes.ids();
  const problems: CopyProblem[] = [];
  await forEachConcurrently(users, async (userId) => {
    const reason = await unlessDamaged(() => copyNotesOf(source, target, userId));
    if (reason !== undefined) problems.push({ id: `notes of ${userId.slice(0, 12)}`, reason });
  });
  return { count: users.length, problems };
}

/** What keeps the target from holding them as the source does. */
async function copyNotesOf(source: Archive, target: Archive, userId: string): Promise<string | undefined> {
  const original = await source.notes.read(userId);
  if (!original) return undefined;
  await target.notes.write(original);
  const copied = new Map((await target.notes.read(userId))?.notes.map(({ name, text }) => [name, text]));
  const other = original.notes.find(({ name, text }) => copied.get(name) !== text);
  return other && "the target has another text under one of their names, which was left as it is";
}

async function unlessDamaged(copy: () => Promise<string | undefined>): Promise<string | undefined> {
  try {
    return await copy();
  } catch (error) {
    if (!(error instanceof StorageError && error.code === "damaged")) throw error;
    return error.message;
  }
}

/** One that cannot be read does not keep the others from being copied. */
async function copyReadable(source: CopyEnd, target: CopyEnd, id: string, now: number): Promise<CopyOutcome> {
  try {
    return await copyOne(source, target, id, now);
  } catch (error) {
    if (!(error instanceof StorageError && error.code === "damaged")) throw error;
    return { kind: "problem", reason: error.message };
  }
}

async function copyOne(source: CopyEnd, target: CopyEnd, id: string, now: number): Promise<CopyOutcome> {
  const original = await source.archive.conversations.read(id);
  if (!original || isPurgeable(original, now)) return { kind: "leftOut" };
  const existing = await target.archive.conversations.read(id);
  if (existing) return compare(source, target, original, existing, "equal");
  await target.archive.conversations.write(original);
  const written = await target.archive.conversations.read(id);
  if (written) return compare(source, target, original, written, "copied");
  // Its undo time has ended since, and a server of the target has purged it.
  if (original.deletedAt !== null) return { kind: "leftOut" };
  return { kind: "problem", reason: "one of its runs belongs to another conversation of the target" };
}

async function compare(
  source: CopyEnd,
  target: CopyEnd,
  original: ArchivedConversation,
  copy: ArchivedConversation,
  kind: "copied" | "equal",
): Promise<CopyOutcome> {
  if (JSON.stringify(original) !== JSON.stringify(copy)) {
    if (isContinued(original, copy)) return { kind: "continued" };
    return { kind: "problem", reason: "the target has it in another form, which was left as it is" };
  }
  if ((await viewOf(source.storage, original)) === (await viewOf(target.storage, original))) return { kind };
  // A server of the target may have continued a run between the two reads.
  const again = await target.archive.conversations.read(original.id);
  if (again && JSON.stringify(again) !== JSON.stringify(original) && isContinued(original, again))
    return { kind: "continued" };
  return {
    kind: "problem",
    reason: "the target has it, but does not show it as the source does: try npm run storage:rebuild",
  };
}

const isPurgeable = ({ deletedAt }: ArchivedConversation, now: number): boolean =>
  deletedAt !== null && deletedAt <= now - undoMs;

async function hasChanged({ archive, storage }: CopyEnd, before: readonly string[]): Promise<boolean> {
  if ((await storage.runs.leased(1)).length > 0) return true;
  const known = new Set(before);
  return (await archive.conversations.ids()).some((id) => !known.has(id));
}

/**
 * Starts nothing after the first failure, and throws it once all that runs has ended, so that stores can be
 * closed.
 */
async function forEachConcurrently(
  ids: readonly string[],
  task: (id: string) => Promise<void>,
): Promise<void> {
  const remaining = ids.values();
  const failures: unknown[] = [];
  const worker = async () => {
    for (const id of remaining) {
      if (failures.length > 0) return;
      await task(id).catch((error: unknown) => failures.push(error));
    }
  };
  await Promise.all(Array.from({ length: maxConcurrent }, worker));
  if (failures.length > 0) throw failures[0];
}
