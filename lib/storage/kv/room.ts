import type { Keys } from "./keys.ts";
import type { Places } from "./places.ts";
import type { RunScript } from "./run-script.ts";

/** What all parts of an open store share. */
export interface KvRoom {
  script: RunScript;
  keys: Keys;
  places: Places;
  /** Store ms that make one epoch at least (docs/protocol.md 6.2). */
  epochMs: number;
}
