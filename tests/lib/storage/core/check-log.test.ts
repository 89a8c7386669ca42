import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { LogEntry } from "#lib/protocol/log-entry.ts";
import { checkLog, checkRange } from "#lib/storage/core/check-log.ts";
import { encodeEntry } from "#lib/storage/core/encode-entry.ts";
import { numbered, textDelta, uuid } from "../../../support/event-builders.ts";

const runId = uuid(1);
const rows = numbered([textDelta("a"), textDelta("b"), textDelta("c")], { runId, startAt: 5 }).map(
  encodeEntry,
);
const changed = (at: number, fields: Partial<LogEntry>): LogEntry[] =>
  rows.map((row, index) => (index === at ? { ...row, ...fields } : row));

test("a whole log is given as it was appended", () => {
  assert.deepEqual(checkLog(runId, 4, rows), rows);
  assert.deepEqual(checkLog(runId, 4, []), []);
  assert.deepEqual(checkRange(rows, { runId, after: 4, expected: 2 }), rows.slice(0, 2));
  assert.deepEqual(checkRange(rows, { runId, after: 4, expected: -1 }), []);
});

describe("a damaged log is refused, and its first damaged event named", () => {
  const cases: [title: string, rows: LogEntry[], after: number, event: number][] = [
    ["a missing beginning", rows, 3, 4],
    ["a gap", rows.toSpliced(1, 1), 4, 6],
    ["an event that stands twice", rows.toSpliced(1, 0, ...rows.slice(0, 1)), 4, 6],
    ["a cut event", changed(1, { json: `{"runId":` }), 4, 6],
    ["an event of another run", changed(2, { json: String(rows[2]?.json.replace(runId, uuid(2))) }), 4, 7],
    ["an event of another number", changed(2, { json: String(rows[1]?.json) }), 4, 7],
    ["an event of another epoch", changed(0, { epoch: 9 }), 4, 5],
  ];
  for (const [title, log, after, event] of cases)
    test(title, () =>
      assert.throws(() => checkLog(runId, after, log), {
        code: "damaged",
        message: new RegExp(`event ${event} of run ${runId}`),
      }),
    );

  test("an end that is missing", () => {
    assert.throws(() => checkRange(rows, { runId, after: 4, expected: 4 }), {
      code: "damaged",
      message: new RegExp(`event 8 of run ${runId}`),
    });
  });
});
