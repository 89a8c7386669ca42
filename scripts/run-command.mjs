import { fileURLToPath } from "node:url";
import { ConfigError } from "../lib/config.ts";
import { CopyRefusedError } from "../lib/storage/archive/copy-store.ts";
import { StorageError } from "../lib/storage/storage-error.ts";
import { StoreCheckError } from "../lib/storage/store-check-error.ts";
import { EnvFileError } from "./env-files.mjs";
import { loadEnv } from "./load-env.mjs";

/** The command cannot be carried out as it was given: exit code 2. */
export class UsageError extends Error {}

/**
 * Runs a command in this checkout with its .env files; `work` gives the exit code. 2: refused before anything
 * was done; 3: the store failed on the way; each with one line that says why. `again`: what to do after a
 * failure on the way.
 */
export async function runCommand(work, { again }) {
  const root = fileURLToPath(new URL("..", import.meta.url));
  process.chdir(root);
  try {
    for (const note of loadEnv(root).notes) console.error(note);
    process.exitCode = await work(process.argv.slice(2));
  } catch (error) {
    const isRefusal = [ConfigError, EnvFileError, StoreCheckError, CopyRefusedError, UsageError].some(
      (kind) => error instanceof kind,
    );
    const isStorage = error instanceof StorageError;
    console.error(isRefusal || isStorage ? error.message : error);
    if (isStorage) console.error(again);
    process.exitCode = isRefusal ? 2 : 3;
  }
}
