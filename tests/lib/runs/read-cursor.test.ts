import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { describe, test } from "node:test";
import type { Cursor } from "#lib/protocol/cursor.ts";
import { readCursor } from "#lib/runs/read-cursor.ts";

const runId = randomUUID();

describe("where a reader is", () => {
  const cases: [title: string, header: string | null, after: string | null, cursor: Cursor | null][] = [
    ["at the beginning, if it says nothing", null, null, { seq: 0 }],
    ["at the beginning, by seq 0", null, "0", { seq: 0 }],
    ["behind a seq of any epoch", null, "7", { seq: 7 }],
    ["behind a seq of one epoch", null, "3:7", { epoch: 3, seq: 7 }],
    ["behind the last frame, as EventSource says", `${runId}:3:7`, null, { epoch: 3, seq: 7 }],
    ["behind the last frame, whatever its first address said", `${runId}:3:7`, "2:1", { epoch: 3, seq: 7 }],
    ["nowhere, by another run's frame", `${randomUUID()}:3:7`, null, null],
    ["nowhere, by a frame without an epoch", `${runId}:7`, null, null],
    ["nowhere, by an empty header", "", "3:7", null],
    ["nowhere, by words", null, "abc", null],
    ["nowhere, by an empty text", null, "", null],
    ["nowhere, by a negative seq", null, "-1", null],
    ["nowhere, by a seq beyond every log", null, "1".repeat(16), null],
    ["nowhere, by more than a cursor", null, "1:2:3", null],
    ["nowhere, by a cursor with a line behind it", null, "3:7\n", null],
  ];
  for (const [title, header, after, cursor] of cases)
    test(title, () => assert.deepEqual(readCursor(runId, header, after), cursor));
});
