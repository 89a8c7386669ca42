import type { UndoClock } from "../core/undo-clock.ts";
import type { Keys } from "./keys.ts";
import type { RunLocators } from "./run-locators.ts";
import type { RunScript } from "./script-runner.ts";

/** What all parts of an open store share. */
export interface KvContext {
  script: RunScript;
  keys: Keys;
  locators: RunLocators;
  undoClock: UndoClock;
  /** Store ms for each of which an epoch grows by 1 at least (docs/protocol.md 6.2). */
  epochMs: number;
}
