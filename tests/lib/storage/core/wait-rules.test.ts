import assert from "node:assert/strict";
import { test } from "node:test";
import { encodeEntry } from "#lib/storage/core/encode-entry.ts";
import { waitsSince } from "#lib/storage/core/wait-rules.ts";
import { logWith, toolApprovalRequest } from "../../../support/event-builders.ts";

const newest = (ts: number) => {
  const [event] = logWith({ startAt: 2, ts: ts - 10 }, toolApprovalRequest("c", '"ts":1'));
  return encodeEntry(event ?? assert.fail());
};

test("O1 a run waits since its newest event, and never since before it was made", () => {
  for (const [createdAt, entry, since] of [
    [1000, newest(5000), 5000],
    // The clock of the process that wrote it was behind.
    [9000, newest(5000), 9000],
    [1000, undefined, 1000],
    [1000, { ...newest(5000), json: "cut" }, 1000],
  ] as const)
    assert.equal(waitsSince({ createdAt }, entry), since);
});
