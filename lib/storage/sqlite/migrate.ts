import { closeSync, openSync, renameSync, rmSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { StorageError } from "../storage-error.ts";
import { schema } from "./schema.ts";

/**
 * Brings the database to the newest of `steps`, all or nothing; its version is the number of steps it has
 * taken. An older one is first copied to `<file>.v<version>`, a newer one is refused.
 */
export function migrate(db: DatabaseSync, file?: string, steps: readonly string[] = schema): void {
  if (versionOf(db) === steps.length) return;
  db.exec("begin immediate");
  try {
    // Asked again under the lock: another process may have been faster.
    const version = versionOf(db);
    if (version > steps.length) throw newerSchema(version, steps.length);
    if (file && version < steps.length && !isEmpty(db)) copyAside(file, version);
    for (const step of steps.slice(version)) db.exec(step);
    db.exec(`pragma user_version = ${steps.length}; commit`);
  } catch (error) {
    if (db.isTransaction) db.exec("rollback");
    throw error;
  }
}

function versionOf(db: DatabaseSync): number {
  return Number(db.prepare("pragma user_version").get()?.user_version);
}

const isEmpty = (db: DatabaseSync) => db.prepare("select 1 from sqlite_schema").get() === undefined;

/** From a connection of its own: it sees what was there before the transaction that is to change it. */
function copyAside(file: string, version: number): void {
  const copy = `${file}.v${version}`;
  const unfinished = `${copy}.unfinished`;
  rmSync(unfinished, { force: true });
  closeSync(openSync(unfinished, "wx", 0o600));
  const db = new DatabaseSync(file, { readOnly: true });
  try {
    db.prepare("vacuum into ?").run(unfinished);
  } finally {
    db.close();
  }
  renameSync(unfinished, copy);
}

function newerSchema(version: number, known: number): StorageError {
  return new StorageError(
    "newer-schema",
    `the database has schema version ${version}, this build knows ${known}: start the newer build, or restore an older copy`,
  );
}
