import { mkdirSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";

/**
 * Makes a directory and those above it, for its owner only; one that is there keeps its mode. Throws the
 * system's error where it cannot be made. (Node's own `recursive` never ends on file systems that refuse
 * without a reason.)
 */
export function makePrivateDir(dir: string): void {
  const path = resolve(dir);
  if (statSync(path, { throwIfNoEntry: false })) return;
  if (dirname(path) !== path) makePrivateDir(dirname(path));
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    // Another process was faster.
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  }
}
