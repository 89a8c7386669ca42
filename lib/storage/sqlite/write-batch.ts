import type { DatabaseSync } from "node:sqlite";
import { isEnded } from "../../protocol/run-status.ts";
import type { Appended } from "../core/tail-cache.ts";
import { isBusy, translateSqliteError } from "./translate-sqlite-error.ts";

// The invariants X1 to X6 are those of transactions.ts.

/**
 * What runs inside a write transaction. It calls `changed` for each run that it has changed; with `appended`
 * if nothing but the run's log, or its end, has changed.
 */
export type Write<T> = (changed: (runId: string, appended?: Appended) => void) => T;

/** A run that a committed write has changed. */
export type Change = readonly [runId: string, appended: Appended | undefined];

/** X4: it was only added to, and has not ended. */
export const goesOn = ([, appended]: Change): boolean => appended !== undefined && !isEnded(appended.status);

/** A queued write. */
export interface Job {
  /** Of the last attempt (X3). */
  readonly changes: readonly Change[];
  attempt(): void;
  /** Its last attempt has failed and was rolled back. It is rejected once the others are committed. */
  refuse(error: unknown): void;
  /** Resolves or rejects the write, after the commit. */
  settle(): void;
  fail(error: unknown): void;
}

/** `resolve` and `reject` settle the caller's promise. */
export function createJob<T>(
  change: Write<T>,
  resolve: (value: T) => void,
  reject: (error: unknown) => void,
): Job {
  let changes: Change[] = [];
  const fail = (error: unknown) => reject(translateSqliteError(error));
  let settle = () => {};
  return {
    get changes() {
      return changes;
    },
    attempt() {
      changes = [];
      const value = change((runId, appended) => void changes.push([runId, appended]));
      settle = () => resolve(value);
    },
    refuse(error) {
      changes = [];
      settle = () => fail(error);
    },
    settle: () => settle(),
    fail,
  };
}

/** Runs `statements` between `begin` and a commit; rolls back and throws if it fails. */
export type Transact = <T>(begin: { run(): unknown }, statements: () => T) => T;

export function createTransact(db: DatabaseSync): Transact {
  const commit = db.prepare("commit");
  const rollback = db.prepare("rollback");
  return (begin, statements) => {
    begin.run();
    try {
      const value = statements();
      commit.run();
      return value;
    } catch (error) {
      // Some errors, such as a full disk, have ended the transaction already.
      if (db.isTransaction) rollback.run();
      throw error;
    }
  };
}

/** Runs all jobs in one transaction; returns the version that was read at its end. */
export function createBatchRunner<V>(
  db: DatabaseSync,
  transact: Transact,
  version: () => V,
): (batch: readonly Job[]) => V {
  const beginWrite = db.prepare("begin immediate");
  const savepoint = db.prepare("savepoint job");
  const rollbackToSavepoint = db.prepare("rollback to job");
  const release = db.prepare("release job");

  function attemptIsolated(job: Job): void {
    savepoint.run();
    try {
      job.attempt();
    } catch (error) {
      if (!db.isTransaction) throw error;
      rollbackToSavepoint.run();
      job.refuse(error);
    }
    release.run();
  }

  const runEach = (batch: readonly Job[], attempt: (job: Job) => void): V =>
    transact(beginWrite, () => {
      for (const job of batch) attempt(job);
      return version();
    });

  return (batch) => {
    try {
      return runEach(batch, (job) => job.attempt());
    } catch (error) {
      if (batch.length === 1 || isBusy(error)) throw error;
      // X2. Savepoints cost each job two statements, so they are used only once a job has failed.
      return runEach(batch, attemptIsolated);
    }
  };
}
