import assert from "node:assert/strict";
import { test } from "node:test";
import type { Ending } from "#lib/protocol/message.ts";
import { isContinuable } from "#lib/storage/core/is-continuable.ts";

const endings: readonly [Ending | undefined, boolean][] = [
  [{ type: "finish", finishReason: "stop" }, false],
  [{ type: "finish", finishReason: "content-filter" }, false],
  [{ type: "finish", finishReason: "length" }, true],
  [{ type: "abort", by: "user" }, true],
  [{ type: "error", code: "timeout", errorText: "", retryable: true }, true],
  [{ type: "interrupted", reason: "owner-gone", errorText: "" }, true],
  [undefined, false],
];

test("3.1 an answer can be continued unless it is complete, or still being written", () => {
  for (const [ending, expected] of endings)
    assert.equal(isContinuable(ending), expected, JSON.stringify(ending));
});
