import type { Start, StartBounds } from "../storage/limit-store.ts";
import { retryBriefly } from "./retry-briefly.ts";
import type { RunContext } from "./run-context.ts";

/**
 * Counts a start no longer that came to nothing; `at`: as it was admitted. Never rejects: why it came to
 * nothing is known, and a store that fails now must not hide it.
 */
export async function withdrawStart(
  { clock, storage, log }: Pick<RunContext, "clock" | "storage" | "log">,
  start: Start,
  { bounds, at }: { bounds: StartBounds; at: number },
): Promise<void> {
  try {
    await retryBriefly(clock, () => storage.limits.withdraw(start, bounds, at));
  } catch (error) {
    const { runId } = start;
    log({ level: "warn", message: "a start stays counted", runId, error: String(error) });
  }
}
