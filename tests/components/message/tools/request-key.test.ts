import assert from "node:assert/strict";
import { test } from "node:test";
import { requestKey } from "#components/message/tools/request-key.ts";

test("what is written for a request is that one's, though a call of another answer has the same number", () => {
  const request = { approvalId: "call_0:1" };
  assert.notEqual(requestKey("first", request), requestKey("second", request));
  assert.notEqual(requestKey("first", request), requestKey("first", { approvalId: "call_0:2" }));
});
