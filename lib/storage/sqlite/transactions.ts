/**
 * The only way to an open database.
 *
 * Owns: when transactions begin and end, the queue of writes, and repeats while another process holds the
 * lock.
 * Does not own: what the statements do, nor who is notified of a commit (`onCommit`).
 *
 * X1  All writes of one turn of the event loop share a transaction: one commit, however many runs append.
 * X2  A write is kept whole or not at all, and it resolves only after its commit. One that throws leaves
 *     nothing behind and breaks no other: the transaction is repeated with a savepoint around each write.
 * X3  So a write may run more than once; only its last attempt counts.
 * X4  `onCommit` is called after each commit. A write that only added to a run which goes on resolves in the
 *     next turn of the event loop: what its readers write to a socket leaves only when all that was resolved
 *     has run. Any other write resolves before `onCommit`, which wakes readers of what it changed only after
 *     those who waited for it were continued: a stop reaches its run before readers look for it.
 * X5  A read sees one state of the database. It never waits for writes.
 * X6  No statement blocks the process for longer than SQLite's own short busy timeout (open-database.ts). The
 *     rest of `busyTimeoutMs` is waited asynchronously.
 */

import type { DatabaseSync } from "node:sqlite";
import { StorageError } from "../storage-error.ts";
import { retryWhileBusy } from "./retry-while-busy.ts";
import { translateSqliteError } from "./translate-sqlite-error.ts";
import {
  type Change,
  createBatchRunner,
  createJob,
  createTransact,
  goesOn,
  type Job,
  type Write,
} from "./write-batch.ts";

/** All of them reject with `StorageError` if the database cannot be used. */
export interface Transactions {
  /** Runs `statements` in a read transaction (X5). */
  read<T>(statements: () => T): Promise<T>;
  /** The same for a single statement, which sees one state without a transaction. */
  readOne<T>(statement: () => T): Promise<T>;
  /** Runs `change` in the next write transaction (X1 to X3). */
  write<T>(change: Write<T>): Promise<T>;
  /**
   * Resolves if writes are kept, as far as is known: where the last one failed, `change` is written, which
   * has to write something whatever is stored.
   */
  probe(change: Write<void>): Promise<void>;
  /** Refuses new calls, and resolves once the queued writes are settled. */
  close(): Promise<void>;
}

export interface TransactionsOptions {
  /** How long to retry while another process holds the lock, ms. */
  busyTimeoutMs: number;
  /**
   * Throws if the files were taken away. Called before each transaction that writes, and for each read that
   * fails.
   */
  throwIfBroken?(): void;
  /** The database's version, read inside each write transaction: nobody else can change it then. */
  dataVersion?(): number | undefined;
  /** Called with each failure, as it is told. */
  onFailure?(error: unknown): void;
  /** X4: what the commit has changed, in order, and the version that was read in it. */
  onCommit(changes: readonly Change[], version: number | undefined): void;
}

export function createTransactions(
  db: DatabaseSync,
  { busyTimeoutMs, dataVersion = () => undefined, throwIfBroken, onFailure, onCommit }: TransactionsOptions,
): Transactions {
  const transact = createTransact(db);
  const runBatch = createBatchRunner(db, transact, dataVersion);
  const begin = db.prepare("begin");
  let queue: Job[] = [];
  let draining: Promise<void> | undefined;
  let isClosed = false;
  let hasFailed = false;

  const read = <T>(statements: () => T): Promise<T> => readOne(() => transact(begin, statements));

  async function readOne<T>(statement: () => T): Promise<T> {
    try {
      return await retryWhileBusy(busyTimeoutMs, () => {
        if (isClosed) throw closedError();
        return statement();
      });
    } catch (caught) {
      const error = translateSqliteError(caught);
      onFailure?.(error);
      // Then this is the reason, and no record is damaged.
      throwIfBroken?.();
      throw error;
    }
  }

  function write<T>(change: Write<T>): Promise<T> {
    if (isClosed) return Promise.reject(closedError());
    return new Promise((resolve, reject) => {
      const fail = (error: unknown) => {
        onFailure?.(error);
        reject(error);
      };
      queue.push(createJob(change, resolve, fail));
      draining ??= drain();
    });
  }

  async function drain(): Promise<void> {
    while (queue.length > 0) {
      await new Promise((resolve) => setImmediate(resolve));
      const batch = queue;
      queue = [];
      await commit(batch);
    }
    draining = undefined;
  }

  async function commit(batch: readonly Job[]): Promise<void> {
    let version: number | undefined;
    try {
      version = await retryWhileBusy(busyTimeoutMs, () => {
        throwIfBroken?.();
        return runBatch(batch);
      });
    } catch (error) {
      hasFailed = true;
      // X2: a full disk ends the transaction for all writes, although the others may well fit.
      if (batch.length > 1 && !isUnavailable(error)) for (const job of batch) await commit([job]);
      else for (const job of batch) job.fail(error);
      return;
    }
    const appends = batch.filter(isAppend);
    for (const job of batch) if (!appends.includes(job)) job.settle();
    const changes = batch.flatMap((job) => job.changes);
    if (changes.length === 0) return;
    hasFailed = false;
    onCommit(changes, version);
    // X4
    if (appends.length > 0) setImmediate(() => settleAll(appends));
  }

  async function probe(change: Write<void>): Promise<void> {
    if (!hasFailed) return;
    await write(change);
    hasFailed = false;
  }

  async function close(): Promise<void> {
    isClosed = true;
    await draining;
  }

  return { read, readOne, write, probe, close };
}

/** X4: it changed something, and only by adding to what goes on. */
const isAppend = ({ changes }: Job): boolean => changes.length > 0 && changes.every(goesOn);

function settleAll(jobs: readonly Job[]): void {
  for (const job of jobs) job.settle();
}

const isUnavailable = (error: unknown) => error instanceof StorageError && error.code === "unavailable";

const closedError = () => new StorageError("unavailable", "the store is closed");
