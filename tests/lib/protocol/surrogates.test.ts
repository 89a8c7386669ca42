import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { createSurrogateBuffer, isHighSurrogate, wellFormedValue } from "#lib/protocol/surrogates.ts";

function pass(...deltas: string[]): string[] {
  const buffer = createSurrogateBuffer();
  return [...deltas.map(buffer.push), buffer.flush()];
}

const cases: [what: string, deltas: string[], passed: string[]][] = [
  ["whole characters pass at once", ["a", "😀b", "水"], ["a", "😀b", "水", ""]],
  ["half a character waits for the other half", ["a\ud83d", "\ude00b"], ["a", "😀b", ""]],
  ["nothing changes nothing", ["\ud83d", "", "\ude00"], ["", "", "😀", ""]],
  ["a half at the end is the replacement character", ["a\ud83d"], ["a", "\ufffd"]],
  ["a half that another one follows is, too", ["\ud83d", "\ud83d", "\ude00"], ["", "\ufffd", "😀", ""]],
  ["a half that something else follows is, too", ["\ud83d", "x", "\ude00"], ["", "\ufffdx", "\ufffd", ""]],
  ["an end of nothing is nothing", [], [""]],
];
for (const [what, deltas, passed] of cases) test(what, () => assert.deepEqual(pass(...deltas), passed));

test("1.6 however a text is cut, all that passes is well-formed and adds up to it", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom("a", "\ud83d", "\ude00", "😀", "")), (deltas) => {
      const passed = pass(...deltas);
      assert.ok(passed.every((text) => text.isWellFormed()));
      assert.equal(passed.join(""), deltas.join("").toWellFormed());
    }),
  );
});

test("a high surrogate is the first half, not the second and no other character", () => {
  assert.deepEqual(
    ["\ud800", "\udbff", "\udc00", "\ud7ff", "a", "\ue000"].map((each) =>
      isHighSurrogate(each.charCodeAt(0)),
    ),
    [true, true, false, false, false, false],
  );
});

test("the texts of a value become well-formed; where they are, it is the same object", () => {
  const whole = { a: ["😀", "\\ud83d", 1, null], b: { c: true } };
  assert.equal(wellFormedValue(whole), whole);
  assert.deepEqual(wellFormedValue({ a: ["\ud83d", { b: "x\udc00" }], c: "\\ud83d" }), {
    ...{ a: ["\ufffd", { b: "x\ufffd" }], c: "\\ud83d" },
  });
  assert.equal(wellFormedValue("\ud83d"), "\ufffd");
  assert.equal(wellFormedValue(undefined), undefined);
});
