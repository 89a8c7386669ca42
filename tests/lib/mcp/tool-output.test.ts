import assert from "node:assert/strict";
import { test } from "node:test";
import { errorTextOf, outputOf } from "#lib/mcp/tool-output.ts";

const text = (spoken: string) => ({ type: "text" as const, text: spoken });
const image = (length: number) => ({
  type: "image" as const,
  mimeType: "image/png",
  data: "A".repeat(length),
});

test("a value where there is one, else a text, else the blocks as they are", () => {
  assert.deepEqual(outputOf({ content: [text("{}")], structuredContent: { a: 1 } }), { a: 1 });
  assert.equal(outputOf({ content: [text("a"), text("b")] }), "a\nb");
  assert.equal(outputOf({ content: [] }), "");
  const link = { type: "resource_link" as const, uri: "file:///a", name: "a" };
  assert.deepEqual(outputOf({ content: [text("a"), link, image(8)], structuredContent: 3 }), {
    content: [text("a"), link, { type: "image", mimeType: "image/png", data: "AAAAAAAA" }],
    structuredContent: 3,
  });
});

test("what is too long is cut with a note, and fits into a log whatever it was", () => {
  const long = "x".repeat(3_000_000);
  for (const result of [
    { content: [text(long)] },
    { content: [text("")], structuredContent: { long } },
    { content: [text(long), image(8), text(long)], structuredContent: { a: 1 } },
    { content: [image(3_000_000), image(150_000), image(150_000)] },
  ]) {
    const json = JSON.stringify(outputOf(result));
    assert.ok(json.length < 256_000, String(json.length));
    assert.match(json, /cut: of \d+ characters|too large to be kept/);
  }
  assert.doesNotMatch(
    String(outputOf({ content: [text(`${"x".repeat(199_999)}😀😀`)] })),
    /[\ud800-\udbff]\n/,
  );
});

test("a failure is what the tool says, and never empty", () => {
  assert.equal(errorTextOf({ content: [text("no such city")] }, "a__b"), "no such city");
  assert.equal(errorTextOf({ content: [] }, "a__b"), "a__b failed and did not say why");
  assert.ok(errorTextOf({ content: [text("x".repeat(10_000))] }, "a").length < 5000);
});
