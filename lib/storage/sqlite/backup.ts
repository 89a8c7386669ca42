import {
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  lstatSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import { backup, DatabaseSync } from "node:sqlite";
import { makePrivateDir } from "../private-dir.ts";
import { StorageError } from "../storage-error.ts";
import { translateSqliteError } from "./translate-sqlite-error.ts";

/** Pages a step: all of them, because a backup in smaller steps restarts whenever another process writes. */
const allPages = 2 ** 31 - 1;

/**
 * Copies the database of `dir` to `file`, while servers may write to it. The copy holds all that was
 * acknowledged before, is one file that only the process's user can read (0600), is checked, and replaces an
 * older one by a rename. Throws `StorageError`; the older one is still there then.
 */
export async function backupSqlite(dir: string, file: string): Promise<void> {
  const database = join(resolve(dir), "rivulet.db");
  const target = resolve(file);
  const unfinished = `${target}.unfinished`;
  refuseTarget(database, target);
  try {
    makePrivateDir(dirname(target));
    rmSync(unfinished, { force: true });
    closeSync(openSync(unfinished, "wx", 0o600));
    await copyDatabase(database, unfinished);
    checkIntegrity(unfinished);
    syncToDisk(unfinished);
    renameSync(unfinished, target);
    syncToDisk(dirname(target));
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw translateSqliteError(error);
  }
}

function refuseTarget(database: string, target: string): void {
  if (!existsSync(database)) {
    throw new StorageError("unavailable", `there is no database ${database}: set DATA_DIR to where it is`);
  }
  const there = lstatSync(target, { throwIfNoEntry: false });
  if (there && !there.isFile()) {
    throw new StorageError("unavailable", `${target} is not a file: name another place for the backup`);
  }
  const isDatabase = there && ["", "-wal", "-shm"].some((end) => isSame(`${database}${end}`, target));
  if (isDatabase) {
    throw new StorageError(
      "unavailable",
      `${target} is the database itself: name another place for the backup`,
    );
  }
}

const isSame = (one: string, other: string): boolean =>
  existsSync(one) && realpathSync(one) === realpathSync(other);

async function copyDatabase(database: string, unfinished: string): Promise<void> {
  const db = new DatabaseSync(database, { readOnly: true, timeout: 5000 });
  try {
    await backup(db, unfinished, { rate: allPages });
  } finally {
    db.close();
  }
}

/** Also makes it a single file, without a write-ahead log beside it. */
function checkIntegrity(file: string): void {
  const db = new DatabaseSync(file);
  try {
    db.exec("pragma journal_mode = delete");
    const found = db.prepare("pragma integrity_check").get()?.integrity_check;
    if (found !== "ok") throw new StorageError("damaged", `the database is damaged: ${String(found)}`);
  } finally {
    db.close();
  }
}

function syncToDisk(path: string): void {
  const opened = openSync(path, constants.O_RDONLY);
  try {
    fsyncSync(opened);
  } finally {
    closeSync(opened);
  }
}
