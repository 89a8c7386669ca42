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
  makePrivateDir(dataDir);
  const file = join(dataDir, "session-secret");
  try {
    // "wx": of two processes that start together, one writes the file and the other reads it.
    writeFileSync(file, randomBytes(32).toString("base64url"), { flag: "wx", mode: 0o600 });
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  }
  const kept = readFileSync(file, "utf8").trim();
  if (kept.length < 32) throw new Error(`${file} is damaged: delete it, and everyone begins a new session`);
  return [kept];
}
