import assert from "node:assert/strict";
import { test } from "node:test";
import { damaged, isUnreadable } from "#lib/storage/core/unreadable.ts";
import { StorageError } from "#lib/storage/storage-error.ts";

test("a damaged record is named, with the next step and the cause", () => {
  const cause = new SyntaxError("cut");
  const error = damaged("fold of run r", cause);
  assert.deepEqual([error.code, error.cause], ["damaged", cause]);
  assert.match(error.message, /the stored fold of run r cannot be read: restore it from a copy or delete it/);
});

test("a record that is damaged or of a newer build is skipped by a loop; a store that is away is not", () => {
  const isSkipped = (code: StorageError["code"]) => isUnreadable(new StorageError(code, ""));
  assert.deepEqual((["damaged", "newer-schema"] as const).map(isSkipped), [true, true]);
  for (const code of ["unavailable", "full", "read-only"] as const) assert.equal(isSkipped(code), false);
  for (const error of [new Error("damaged"), undefined, "damaged"]) assert.equal(isUnreadable(error), false);
});
