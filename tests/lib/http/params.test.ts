import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { found, idParam } from "#lib/http/params.ts";

test("only a lower-case UUID is an id", () => {
  const runId = randomUUID();
  assert.equal(idParam({ runId }, "runId"), runId);
  for (const odd of [
    "",
    "x",
    "..",
    "__proto__",
    runId.toUpperCase(),
    `${runId} `,
    `${runId}\n`,
    `%00${runId}`,
  ])
    assert.throws(() => idParam({ runId: odd }, "runId"), {
      status: 400,
      code: "bad_id",
      fields: { field: "runId" },
    });
});

test("what is there is given, what is not is 404", () => {
  assert.equal(found(0), 0);
  assert.throws(() => found(null), { status: 404, code: "not_found" });
});
