import assert from "node:assert/strict";
import { test } from "node:test";
import { rejectionStatus, statedStatus } from "#lib/models/rejection-status.ts";

const cases: [text: string, status: number | undefined, named: number | undefined][] = [
  ["code: 401", undefined, 401],
  ["code: 401", 500, 401],
  ["http_status_code: 500", undefined, 500],
  ["status_code: 429", 200, 429],
  ["code: 1113", 400, 400],
  ["code: 404 NOT_FOUND", undefined, undefined],
  ["type: invalid_request_error\ncode: rate_limit_exceeded", 400, 429],
  ["type: overloaded_error", undefined, 503],
  ["type: engine_overloaded_error", 429, 429],
  ["status: UNAUTHENTICATED", 400, 401],
  ["__type: com.amazon#AccessDeniedException", undefined, 403],
  ["error_type: validation", undefined, 400],
  ["type: invalid_request_error", 403, 403],
  ["type: server_error", undefined, 500],
  ["type: extra_forbidden", 422, 422],
  ["message: unauthorized", undefined, undefined],
];
for (const [text, status, named] of cases)
  test(`“${text.replace("\n", " ")}” with ${status ?? "no status"} names ${named ?? "none"}`, () => {
    assert.equal(rejectionStatus(text, status), named);
  });

test("only a number is a status that was stated", () => {
  assert.equal(statedStatus("code: 503"), 503);
  assert.equal(statedStatus("type: overloaded_error"), undefined);
});
