import assert from "node:assert/strict";
import { readFixture } from "#lib/conversations/read-fixture.ts";
import { decodeFixture, encodeFixture, type RunFixture } from "#lib/protocol/run-fixture.ts";
import type { Storage } from "#lib/storage/storage.ts";
import { compareLogs, describeDifference } from "../eval/compare-logs.ts";
import { type RerunOptions, rerun } from "../eval/rerun.ts";

/** A run as its file has it. */
export async function fixtureOf(storage: Storage, runId: string): Promise<RunFixture> {
  const meta = (await storage.runs.run(runId)) ?? assert.fail("no such run");
  const { messages, entries } = (await readFixture({ storage }, meta)) ?? assert.fail("it has no file");
  return decodeFixture(encodeFixture(messages, entries));
}

/** Where a recorded run, run again, has other events; in words. */
export async function rerunDifferences(
  { messages, events }: RunFixture,
  options: Partial<RerunOptions>,
): Promise<string[]> {
  const now = await rerun({ messages, events }, { agents: [], tools: [], ...options });
  return compareLogs(events, now).map(describeDifference);
}
