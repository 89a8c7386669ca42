import type { Archive } from "../archive/archive.ts";
import type { Keys } from "./keys.ts";
import type { RunScript } from "./run-script.ts";
import type { Scan } from "./scan-all.ts";

/** What all parts of an open archive share. */
export interface ArchiveContext {
  script: RunScript;
  keys: Keys;
  scan: Scan;
}

export interface KvArchive extends Archive {
  /**
   * Makes the pointers of runs, the owners' lists and the lists of work anew from the records. Servers may be
   * at work.
   */
  rebuild(): Promise<Rebuilt>;
}

export interface Rebuilt {
  conversations: number;
  runs: number;
  /** Entries of owners' lists that led to nothing. */
  cleared: number;
  /** The ids of conversations that could not be read. */
  unreadable: readonly string[];
}
