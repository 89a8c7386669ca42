import { chmodSync, closeSync, constants, lstatSync, openSync, type Stats } from "node:fs";
import { join, resolve } from "node:path";
import { makePrivateDir } from "../private-dir.ts";
import { StorageError } from "../storage-error.ts";
import { translateSqliteError } from "./translate-sqlite-error.ts";

export interface StoreFiles {
  database: string;
  /** Touched after each commit, which notifies the other processes. */
  wake: string;
}

/**
 * Creates the store's files, readable by the process's user only. Throws `StorageError` for symbolic links
 * and other things in their place. An existing directory keeps its mode.
 */
export function prepareFiles(dir: string): StoreFiles {
  // Absolute: SQLite would take a name that begins with "file:" for a URL.
  const home = resolve(dir);
  const files = { database: join(home, "rivulet.db"), wake: join(home, "rivulet.wake") };
  try {
    makePrivateDir(home);
    refuseUnless(home, (stats) => stats.isDirectory(), "a directory");
    for (const suffix of ["-wal", "-shm"]) refuseUnless(files.database + suffix, isFile, "a file");
    for (const file of [files.database, files.wake]) prepareFile(file);
  } catch (error) {
    throw translateSqliteError(error);
  }
  return files;
}

const isFile = (stats: Stats) => stats.isFile();

function prepareFile(file: string): void {
  refuseUnless(file, isFile, "a file");
  // SQLite gives its own files the mode of the database's.
  closeSync(openSync(file, constants.O_RDONLY | constants.O_CREAT | (constants.O_NOFOLLOW ?? 0), 0o600));
  chmodSync(file, 0o600);
}

function refuseUnless(path: string, fits: (stats: Stats) => boolean, kind: string): void {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (!stats || fits(stats)) return;
  const found = stats.isSymbolicLink() ? "a symbolic link" : "something else";
  throw new StorageError(
    "unavailable",
    `${path} must be ${kind}, but is ${found}: move it away or choose another directory`,
  );
}
