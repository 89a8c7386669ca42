import type { DatabaseSync } from "node:sqlite";
import { setTimeout as delay } from "node:timers/promises";
import type { Appended } from "../core/tail-cache.ts";
import { StorageError } from "../storage-error.ts";
import { isBusy, translateSqliteError } from "./translate-sqlite-error.ts";

/**
 * Work that runs inside a write; it calls `changed` with each run whose readers should look again, `grown`:
 * nothing but its log, and its end, has.
 */
export type Write<T> = (changed: (runId: string, grown?: Appended) => void) => T;

/** A run that a committed write has changed. */
export type Change = readonly [runId: string, grown: Appended | undefined];

export interface Transactions {
  /** Runs `work` against one state of the database. */
  read<T>(work: () => T): Promise<T>;
  /** The same for one statement, which needs no transaction around it to see one state. */
  readOne<T>(statement: () => T): Promise<T>;
  /**
   * Resolves once `work` is committed; if it throws, nothing of it is kept. All writes of one turn of the
   * event loop share a transaction, each apart from the others. `work` may run more than once before it is
   * kept.
   */
  write<T>(work: Write<T>): Promise<T>;
  /** Lets no new work in and resolves when the writes that wait are settled. */
  close(): Promise<void>;
}

export interface TransactionsOptions {
  /** How long to try again while another process holds the lock, ms. */
  busyTimeoutMs: number;
  /** Of the database, read in a write: nobody else can change it then. */
  dataVersion?(): number | undefined;
  /** Called after a commit with what it changed, in order, and with `version`, before the writes resolve. */
  onCommit(changes: readonly Change[], version: number | undefined): void;
}

/**
 * The only way to the database: reads at once, writes gathered, both patient while another process writes.
 */
export function createTransactions(
  db: DatabaseSync,
  { busyTimeoutMs, dataVersion = () => undefined, onCommit }: TransactionsOptions,
): Transactions {
  const transact = createTransact(db);
  const begin = db.prepare("begin");
  let waiting: Job[] = [];
  let draining: Promise<void> | undefined;
  let closed = false;

  const read = <T>(work: () => T): Promise<T> => readOne(() => transact(begin, work));

  async function readOne<T>(statement: () => T): Promise<T> {
    try {
      return await retryWhileBusy(busyTimeoutMs, () => {
        if (closed) throw closedError();
        return statement();
      });
    } catch (error) {
      throw translateSqliteError(error);
    }
  }

  function write<T>(work: Write<T>): Promise<T> {
    if (closed) return Promise.reject(closedError());
    return new Promise((resolve, reject) => {
      waiting.push(createJob(work, resolve, reject));
      draining ??= drain();
    });
  }

  async function drain(): Promise<void> {
    while (waiting.length > 0) {
      await new Promise((resolve) => setImmediate(resolve));
      const batch = waiting;
      waiting = [];
      await commit(batch);
    }
    draining = undefined;
  }

  const runAll = createRunAll(db, transact, dataVersion);

  async function commit(batch: readonly Job[]): Promise<void> {
    let versionThen: number | undefined;
    try {
      versionThen = await retryWhileBusy(busyTimeoutMs, () => runAll(batch));
    } catch (error) {
      // A full disk ends the transaction for all: the others may well fit.
      if (batch.length > 1 && !isGivenUp(error)) for (const job of batch) await commit([job]);
      else for (const job of batch) job.fail(error);
      return;
    }
    const changes = batch.flatMap((job) => job.changes);
    if (changes.length > 0) onCommit(changes, versionThen);
    for (const job of batch) job.settle();
  }

  async function close(): Promise<void> {
    closed = true;
    await draining;
  }

  return { read, readOne, write, close };
}

interface Job {
  readonly changes: readonly Change[];
  attempt(): void;
  /** Keeps the failure until the others are committed. */
  refuse(error: unknown): void;
  settle(): void;
  fail(error: unknown): void;
}

function createJob<T>(work: Write<T>, resolve: (value: T) => void, reject: (error: unknown) => void): Job {
  let changes: Change[] = [];
  const fail = (error: unknown) => reject(translateSqliteError(error));
  let settle = () => {};
  return {
    get changes() {
      return changes;
    },
    attempt() {
      changes = [];
      const value = work((runId, grown) => void changes.push([runId, grown]));
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

type Transact = <T>(begin: { run(): unknown }, work: () => T) => T;

function createTransact(db: DatabaseSync): Transact {
  const commit = db.prepare("commit");
  const rollback = db.prepare("rollback");
  return (begin, work) => {
    begin.run();
    try {
      const value = work();
      commit.run();
      return value;
    } catch (error) {
      if (db.isTransaction) rollback.run();
      throw error;
    }
  };
}

function createRunAll<V>(
  db: DatabaseSync,
  transact: Transact,
  version: () => V,
): (batch: readonly Job[]) => V {
  const beginWrite = db.prepare("begin immediate");
  const savepoint = db.prepare("savepoint job");
  const undo = db.prepare("rollback to job");
  const release = db.prepare("release job");

  function runApart(job: Job): void {
    savepoint.run();
    try {
      job.attempt();
    } catch (error) {
      if (!db.isTransaction) throw error;
      undo.run();
      job.refuse(error);
    }
    release.run();
  }

  function runEach(batch: readonly Job[], run: (job: Job) => void): V {
    return transact(beginWrite, () => {
      for (const job of batch) run(job);
      return version();
    });
  }

  return (batch) => {
    try {
      return runEach(batch, (job) => job.attempt());
    } catch (error) {
      if (batch.length === 1 || isBusy(error)) throw error;
      // Keeping jobs apart costs each of them two statements, so it is done once one has failed.
      return runEach(batch, runApart);
    }
  };
}

/** Tries again while the lock is taken, without blocking the process in between. */
async function retryWhileBusy<T>(patienceMs: number, work: () => T): Promise<T> {
  const giveUpAt = performance.now() + patienceMs;
  for (let wait = 4; ; wait = Math.min(wait * 2, 100)) {
    try {
      return work();
    } catch (cause) {
      if (!isBusy(cause)) throw cause;
      if (performance.now() > giveUpAt) throw givenUp(patienceMs, cause);
    }
    await delay(wait);
  }
}

const givenUp = (patienceMs: number, cause: unknown) =>
  new StorageError("unavailable", `another process kept the database locked for ${patienceMs} ms`, { cause });

const isGivenUp = (error: unknown) => error instanceof StorageError && error.code === "unavailable";

const closedError = () => new StorageError("unavailable", "the store is closed");
