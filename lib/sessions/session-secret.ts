import { randomBytes } from "node:crypto";
import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makePrivateDir } from "../storage/private-dir.ts";

/**
 * The secrets that sign sessions, newest first. If none is configured, one is generated once and kept in
 * `dataDir/session-secret` (0600), so that sessions survive a restart.
 */
export interface SessionSecrets {
  readonly current: readonly string[];
  /**
   * Looks at the file again. A secret that is gone or damaged is written back: all sessions of this process
   * are signed with it. One that somebody else has put there is the newest from now on, and the former ones
   * still count, so that no visitor circles between processes that know different ones. Returns what is
   * wrong, in words for everybody, where that cannot be mended.
   */
  check(): string | undefined;
}

const name = "session-secret";
const minCharacters = 32;

/** `log`: what was mended. Throws if there is no secret to begin with. */
export function createSessionSecrets(
  configured: readonly string[],
  dataDir: string,
  log: (message: string) => void = () => undefined,
): SessionSecrets {
  if (configured.length > 0) return { current: configured, check: () => undefined };
  const file = join(dataDir, name);
  let current: readonly string[] = [firstSecret(dataDir, file)];

  function check(): string | undefined {
    const [own = ""] = current;
    try {
      const found = readSecret(file);
      if (found === own) return undefined;
      if (found === undefined) {
        writeBack(dataDir, file, own);
        log(`${name} was gone or damaged, and is written again`);
      } else {
        current = [found, ...current.filter((each) => each !== found)];
        log(`${name} is another one now; sessions of the former one are still known until the next start`);
      }
      return undefined;
    } catch (error) {
      return `${name} cannot be read or written (${reasonOf(error)}): sessions end with the next start`;
    }
  }

  return {
    get current() {
      return current;
    },
    check,
  };
}

function firstSecret(dataDir: string, file: string): string {
  let secret: string | undefined;
  try {
    makePrivateDir(dataDir);
    makeSecret(file);
    secret = readSecret(file);
  } catch (cause) {
    const message = `${file} cannot be read or made (${reasonOf(cause)}): give it to this user, or set SESSION_SECRET`;
    throw new Error(message, { cause });
  }
  if (secret === undefined)
    throw new Error(`${file} is damaged: delete it, and everyone begins a new session`);
  return secret;
}

/** "wx": of two processes that start together, one writes the file and the other reads it. */
function makeSecret(file: string): void {
  try {
    writeFileSync(file, randomBytes(32).toString("base64url"), { flag: "wx", mode: 0o600 });
  } catch (error) {
    if (reasonOf(error) !== "EEXIST") throw error;
  }
}

/** Undefined: there is none, or it is damaged. */
function readSecret(file: string): string | undefined {
  try {
    const secret = readFileSync(file, "utf8").trim();
    return secret.length < minCharacters ? undefined : secret;
  } catch (error) {
    if (reasonOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

/** Whoever reads the file meanwhile sees the whole of it. */
function writeBack(dataDir: string, file: string, secret: string): void {
  const draft = `${file}.${process.pid}`;
  makePrivateDir(dataDir);
  rmSync(draft, { force: true });
  writeFileSync(draft, secret, { flag: "wx", mode: 0o600 });
  renameSync(draft, file);
}

const reasonOf = (error: unknown): string =>
  error instanceof Error && "code" in error ? String(error.code) : "unknown";
