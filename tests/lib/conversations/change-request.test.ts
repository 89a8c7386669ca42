import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { describe, test } from "node:test";
import { changeRequest } from "#lib/conversations/change-request.ts";

describe("3.6 a title", () => {
  const titleOf = (title: unknown) => changeRequest.safeParse({ title }).data?.title;
  test("is one line without space around it", () => assert.equal(titleOf("  A title "), "A title"));
  for (const [why, title] of [
    ["more than one line", "a\nb"],
    ["a line separator", "a\u2028b"],
    ["a control character", "a\u0000b"],
    ["nothing", " "],
    ["too long", "x".repeat(1000)],
    ["no text", 1],
  ])
    test(`is not ${why}`, () => assert.equal(titleOf(title), undefined));
});

test("3.6 a change is of the title or of what is shown: exactly one of them", () => {
  const shown = randomUUID();
  assert.deepEqual(changeRequest.parse({ shown }), { shown });
  for (const body of [{}, { title: "a", shown }, { shown: "x" }, { shown, more: 1 }, { shown: null }])
    assert.equal(changeRequest.safeParse(body).success, false);
});
