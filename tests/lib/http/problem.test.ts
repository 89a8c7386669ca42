import assert from "node:assert/strict";
import { test } from "node:test";
import { ProblemError, problemResponse } from "#lib/http/problem.ts";

test("a problem is problem+json with its code, its fields and the id of the request, and is not cached", async () => {
  const problem = new ProblemError(409, "conversation_busy", "it has a run", {
    fields: { activeRunId: "r" },
    retryAfter: 3,
    cause: new Error("not for anybody's eyes"),
  });
  const response = problemResponse(problem, "request-1");
  assert.deepEqual(
    [response.status, ...response.headers],
    [
      409,
      ["cache-control", "private, no-store"],
      ["content-type", "application/problem+json"],
      ["retry-after", "3"],
      ["x-request-id", "request-1"],
    ],
  );
  assert.deepEqual(await response.json(), {
    type: "about:blank",
    title: "Conflict",
    status: 409,
    detail: "it has a run",
    code: "conversation_busy",
    requestId: "request-1",
    retryAfter: 3,
    activeRunId: "r",
  });
});

test("a problem without a time to wait names none", async () => {
  const response = problemResponse(new ProblemError(404, "not_found", "nothing"), "request-1");
  assert.equal(response.headers.has("retry-after"), false);
  assert.equal("retryAfter" in (await response.json()), false);
});

test("a problem that another copy of the module has made is one", () => {
  const copied = Object.assign(new Error("busy"), { name: "ProblemError" });
  assert.ok(copied instanceof ProblemError);
  assert.equal(new Error("busy") instanceof ProblemError, false);
});
