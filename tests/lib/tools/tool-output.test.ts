import assert from "node:assert/strict";
import { test } from "node:test";
import { maxMediaLength, maxOutputLength, toolOutput } from "#lib/tools/tool-output.ts";

const outputOf = (value: unknown): unknown => {
  const event = toolOutput("c", value);
  return event.type === "tool-output-available" ? event.output : event.code;
};

test("any JSON is kept as it is, and nothing is null", () => {
  for (const value of ["text", 5, true, null, [1, { a: "b" }], {}]) assert.deepEqual(outputOf(value), value);
  for (const value of [undefined, () => 1, Symbol("s")]) assert.equal(outputOf(value), null);
});

test("what JSON writes otherwise is kept as JSON writes it", () => {
  assert.deepEqual(outputOf({ at: new Date(0), not: NaN, gone: undefined }), {
    at: "1970-01-01T00:00:00.000Z",
    not: null,
  });
});

test("R12 a circle, a BigInt and a value that throws are errors in words", () => {
  const circle: unknown[] = [];
  circle.push(circle);
  const throws = {
    toJSON() {
      throw new Error("no");
    },
  };
  for (const value of [circle, { n: 10n }, throws]) assert.equal(outputOf(value), "no-json");
});

test("R12 what is too long is cut, says how much there was, and never ends in half a character", () => {
  for (const value of [
    "😀".repeat(5_000_000),
    `x${"😀".repeat(maxOutputLength)}`,
    Array(100_000).fill("row"),
  ]) {
    const text = outputOf(value);
    assert.ok(typeof text === "string" && text.length < maxOutputLength + 100 && text.isWellFormed());
    assert.match(text, /\[cut off here: \d+ of \d+ characters\]$/);
  }
});

test("a picture is kept whole beside an output that is not too long, up to its own limit", () => {
  const withPicture = (length: number) => ({
    value: 1,
    images: [{ type: "image", mimeType: "image/png", data: "A".repeat(length) }],
  });
  assert.deepEqual(outputOf(withPicture(maxMediaLength)), withPicture(maxMediaLength));
  assert.equal(typeof outputOf(withPicture(maxMediaLength + 1)), "string");
  assert.equal(typeof outputOf({ ...withPicture(9), text: "x".repeat(maxOutputLength) }), "string");
});

test("half a character in an output, wherever in it, is U+FFFD: endpoints would refuse every later request", () => {
  assert.equal(outputOf("a \ud83d b"), "a \ufffd b");
  assert.deepEqual(outputOf({ a: ["\udc00", { b: "😀 \\ud83d" }] }), { a: ["\ufffd", { b: "😀 \\ud83d" }] });
});

test("what is preliminary says so", () => {
  assert.deepEqual(toolOutput("c", 1, true), {
    ...{ type: "tool-output-available", toolCallId: "c", output: 1 },
    preliminary: true,
  });
});
