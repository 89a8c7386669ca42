import assert from "node:assert/strict";
import { test } from "node:test";
import { localDateTime } from "#components/message/tools/local-date-time.ts";

test("an instant stands in the field by the clock of the person, and is that instant again", () => {
  for (const instant of [
    "2026-03-01T12:00:00.000Z",
    "2026-12-31T23:59:59.000Z",
    "2026-07-01T00:30:00.000Z",
  ]) {
    const shown = localDateTime(instant);
    assert.match(shown, /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?$/);
    assert.equal(new Date(shown).toISOString(), instant);
  }
  assert.equal(localDateTime("2026-03-01T12:00:00+09:00"), localDateTime("2026-03-01T03:00:00Z"));
});

test("what has no zone stays as it is; what is no instant is an empty field", () => {
  assert.equal(localDateTime("2026-03-01T12:00"), "2026-03-01T12:00");
  assert.equal(localDateTime("2026-03-01T12:00:00"), "2026-03-01T12:00");
  assert.equal(localDateTime("soon"), "");
  assert.equal(localDateTime(""), "");
});
