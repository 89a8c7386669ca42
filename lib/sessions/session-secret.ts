import { randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makePrivateDir } from "../storage/private-dir.ts";

/**
 * The secrets that sign sessions, newest first. If none is configured, one is generated once and kept in
 * `dataDir/session-secret` (0600), so that sessions survive a restart.
 */
export function sessionSecrets(configured: readonly string[], dataDir: string): readonly string[] {
  if (configured.length > 0) return configured;
  const file = join(dataDir, "session-secret");
  const kept = keptSecret(dataDir, file);
  if (kept.length < 32) throw new Error(`${file} is damaged: delete it, and everyone begins a new session`);
  return [kept];
}

function keptSecret(dataDir: string, file: string): string {
  try {
    makePrivateDir(dataDir);
    makeSecret(file);
    return readFileSync(file, "utf8").trim();
  } catch (cause) {
    const reason = cause instanceof Error && "code" in cause ? String(cause.code) : "unknown";
    throw new Error(
      `${file} cannot be read or made (${reason}): give it to this user, or set SESSION_SECRET`,
      {
        cause,
      },
    );
  }
}

/** "wx": of two processes that start together, one writes the file and the other reads it. */
function makeSecret(file: string): void {
  try {
    writeFileSync(file, randomBytes(32).toString("base64url"), { flag: "wx", mode: 0o600 });
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  }
}
