import type { Archive } from "../archive/archive.ts";
import type { Keys } from "./keys.ts";
import type { Scan } from "./scan-all.ts";
import type { RunScript } from "./script-runner.ts";

/** What all parts of an open archive share. */
export interface ArchiveContext {
  script: RunScript;
  keys: Keys;
  scan: Scan;
}

export interface KvArchive extends Archive {
  /** Rebuilds pointers, users' lists and the list of live runs from the records. Servers may be running. */
  rebuild(): Promise<RebuildReport>;
}

export interface RebuildReport {
  conversations: number;
  runs: number;
  /** Removed entries of users' lists that led to nothing. */
  cleared: number;
  /** Ids of conversations that could not be read. */
  unreadable: readonly string[];
}
