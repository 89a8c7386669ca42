import { accessSync, constants, statSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makePrivateDir } from "./private-dir.ts";
import { StoreCheckError } from "./store-check-error.ts";

const files = ["rivulet.db", "rivulet.db-wal", "rivulet.db-shm", "rivulet.wake"];

/**
 * Makes the folder of the database, and looks whether this user may use it and what is in it. Throws
 * `StoreCheckError`. A full disk is no reason not to start: what is there can be read.
 */
export function checkSqlite(dir: string): void {
  attempt(dir, () => {
    makePrivateDir(dir);
    if (!statSync(dir).isDirectory()) throw new StoreCheckError(`DATA_DIR: ${dir} is a file: name a folder`);
    const probe = join(dir, `rivulet.check-${process.pid}`);
    writeFileSync(probe, "", { mode: 0o600 });
    unlinkSync(probe);
  });
  for (const file of files.map((name) => join(dir, name)))
    attempt(file, () => {
      if (statSync(file, { throwIfNoEntry: false })) accessSync(file, constants.R_OK | constants.W_OK);
    });
}

function attempt(path: string, step: () => void): void {
  try {
    step();
  } catch (cause) {
    if (cause instanceof StoreCheckError) throw cause;
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
    if (code !== "ENOSPC" && code !== "EDQUOT")
      throw new StoreCheckError(`DATA_DIR: ${wordsFor(path, code)}`, { cause });
  }
}

function wordsFor(path: string, code: string): string {
  switch (code) {
    case "EACCES":
    case "EPERM":
      return `${path} cannot be written by this user${userId()}: give it to that user, or set DATA_DIR to a folder of theirs`;
    case "EROFS":
      return `${path} is on a file system that can only be read: set DATA_DIR to a folder that can be written`;
    case "ENOTDIR":
      return `a part of ${path} is a file, not a folder: correct it`;
    case "ENOENT":
      return `${path} is a link that leads nowhere: correct it, or name the folder itself`;
    default:
      return `${path} cannot be used (${code || "for no known reason"}): set DATA_DIR to another folder`;
  }
}

/** Windows has none. */
const userId = (): string => (process.getuid ? ` (uid ${process.getuid()})` : "");
