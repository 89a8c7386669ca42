import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import type { RunEvent } from "#lib/protocol/run-event.ts";
import { eventsOf } from "./api-client.ts";

const terminals = new Set(["finish", "abort", "error", "interrupted"]);

/**
 * Reads a run as a page does, by its cursor and again whenever the stream ends early, to the terminal event.
 */
export async function readAsPage(
  visit: (path: string) => Promise<Response>,
  runId: string,
  seen: RunEvent[],
): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const last = seen.at(-1);
    const path = `/api/runs/${runId}/events?after=${last?.epoch ?? 0}:${last?.seq ?? 0}`;
    const response = await visit(path).catch(() => undefined);
    if (response?.status === 410) throw new Error("the log is gone");
    if (response?.status === 200) await readInto(response, seen);
    else await response?.body?.cancel();
    if (terminals.has(seen.at(-1)?.type ?? "")) return;
    await delay(100);
  }
  throw new Error(`no end of run ${runId}`);
}

async function readInto(response: Response, seen: RunEvent[]): Promise<void> {
  try {
    for await (const event of eventsOf(response)) {
      assert.equal(event.seq, (seen.at(-1)?.seq ?? 0) + 1);
      seen.push(event);
    }
  } catch (error) {
    if (error instanceof assert.AssertionError) throw error; // A cut stream is read on from the cursor.
  }
}

/** The text that a log gives, with nothing of it reset. */
export const deltasOf = (log: readonly RunEvent[]): string =>
  log.flatMap((event) => (event.type === "text-delta" ? [event.delta] : [])).join("");
