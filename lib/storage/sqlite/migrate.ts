import { closeSync, openSync, renameSync, rmSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { StorageError } from "../storage-error.ts";
import { schema } from "./schema.ts";

/**
 * Applies the steps that the database has not taken yet, all or none. Its version is the number of steps that
 * it has taken. An older database is copied to `<file>.v<version>` first; throws
 * `StorageError("newer-schema")` for a newer one.
 */
export function migrate(db: DatabaseSync, file?: string, steps: readonly string[] = schema): void {
  if (versionOf(db) === steps.length) return;
  db.exec("begin immediate");
  try {
    // Read again under the lock: another process may have migrated it meanwhile.
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

/** By another connection, which sees the database as it was before the open transaction. */
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
