import { mkdirSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";

/**
 * Creates a directory and its parents, accessible to the process's user only (0700); an existing one keeps
 * its mode. Throws the system's error. (Node's own `recursive` does not end on file systems that refuse
 * without a reason.)
 */
export function makePrivateDir(dir: string): void {
  const path = resolve(dir);
  if (statSync(path, { throwIfNoEntry: false })) return;
  if (dirname(path) !== path) makePrivateDir(dirname(path));
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    // Another process has created it meanwhile.
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  }
}
