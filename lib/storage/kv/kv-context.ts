import type { Keys } from "./keys.ts";
import type { RunLocators } from "./run-locators.ts";
import type { RunScript } from "./run-script.ts";

/** What all parts of an open store share. */
export interface KvContext {
  script: RunScript;
  keys: Keys;
  locators: RunLocators;
  /** Store ms that make one epoch at least (docs/protocol.md 6.2). */
  epochMs: number;
}
