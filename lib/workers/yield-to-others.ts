import { constants, getPriority, setPriority } from "node:os";

/** How much nicer it is than its process, as Linux counts it: one that is not has three times its share. */
const nicer = 5;

/**
 * Has the thread that calls it, and no other of its process, stand back where processors are short: what
 * streams answers comes first. On systems where threads have no priority of their own nothing happens.
 */
export function yieldToOthers(platform: NodeJS.Platform): void {
  if (platform !== "linux") return;
  try {
    setPriority(0, Math.min(constants.priority.PRIORITY_LOW, getPriority(0) + nicer));
  } catch {
    // A container may forbid it: it is no more than a courtesy.
  }
}
