import { randomBytes, randomUUID } from "node:crypto";
import { constants, copyFileSync, linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
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
    makeSecret(dataDir, file);
    secret = readSecret(file);
  } catch (cause) {
    const message = `${file} cannot be read or made (${reasonOf(cause)}): give it to this user, or set SESSION_SECRET`;
    throw new Error(message, { cause });
  }
  if (secret === undefined)
    throw new Error(`${file} is damaged: delete it, and everyone begins a new session`);
  return secret;
}

/** Of processes that start together one puts the file there, whole, and the others read it. */
function makeSecret(dataDir: string, file: string): void {
  if (readSecret(file) !== undefined) return;
  withDraft(dataDir, file, newSecret(), (draft) => {
    try {
      putNew(draft, file);
    } catch (error) {
      if (reasonOf(error) !== "EEXIST") throw error;
    }
  });
}

const newSecret = (): string => randomBytes(32).toString("base64url");

/** Some file systems have no second names for a file (FAT, some network shares): there it is copied. */
function putNew(draft: string, file: string): void {
  try {
    linkSync(draft, file);
  } catch (error) {
    if (!withoutLinks.has(reasonOf(error))) throw error;
    copyFileSync(draft, file, constants.COPYFILE_EXCL);
  }
}

const withoutLinks = new Set(["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK"]);

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
const writeBack = (dataDir: string, file: string, secret: string): void =>
  withDraft(dataDir, file, secret, (draft) => renameSync(draft, file));

/** `put` gives the draft, which is on the disk, its name. */
function withDraft(dataDir: string, file: string, secret: string, put: (draft: string) => void): void {
  const draft = `${file}.${randomUUID()}`;
  makePrivateDir(dataDir);
  try {
    writeFileSync(draft, secret, { flag: "wx", mode: 0o600, flush: true });
    put(draft);
  } finally {
    rmSync(draft, { force: true });
  }
}

const reasonOf = (error: unknown): string =>
  error instanceof Error && "code" in error ? String(error.code) : "unknown";
