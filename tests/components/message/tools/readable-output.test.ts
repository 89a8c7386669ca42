import assert from "node:assert/strict";
import { test } from "node:test";
import { readableOutput } from "#components/message/tools/readable-output.ts";

const read = (output: unknown) => readableOutput(output, (bytes) => `(picture of ${bytes})`);
const data = "iVBORw0KGgo=";

test("a text is itself, nothing is nothing, and any other value is JSON in readable lines", () => {
  assert.equal(read("two\nlines").text, "two\nlines");
  assert.equal(read(null).text, "");
  assert.equal(read({ found: 12, tags: ["a"] }).text, '{ "found": 12, "tags": [ "a" ] }');
  assert.equal(
    read({ found: 12, text: "x".repeat(60) }).text,
    `{\n  "found": 12,\n  "text": "${"x".repeat(60)}"\n}`,
  );
});

test("the texts of a result of MCP are read as text", () => {
  const output = {
    content: [
      { type: "text", text: "one" },
      { type: "text", text: "two" },
    ],
  };
  assert.equal(read(output).text, "one\n\ntwo");
});

for (const [form, picture] of [
  ["MCP", { type: "image", data, mimeType: "image/png" }],
  ["the AI SDK", { type: "media", data, mediaType: "image/png" }],
  ["an address", `data:image/png;base64,${data}`],
] as const) {
  test(`a picture as ${form} gives it is shown, and named in the text`, () => {
    const { text, pictures } = read({ content: [picture], more: 1 });
    assert.deepEqual(pictures, [{ url: `data:image/png;base64,${data}`, bytes: 9 }]);
    assert.match(text, /\(picture of 9\)/);
    assert.doesNotMatch(text, /iVBOR/);
  });
}

test("nothing but a raster image becomes a picture, and none is loaded from elsewhere", () => {
  for (const output of [
    { type: "image", data, mimeType: "image/svg+xml" },
    { type: "image", data: "<svg onload=alert(1)>", mimeType: "image/png" },
    { type: "image", url: "https://evil.example/x.png" },
    `data:text/html;base64,${data}`,
    "<img src=https://evil.example/x.png>",
  ])
    assert.deepEqual(read(output).pictures, []);
});

test("of very many pictures some are shown", () => {
  const many = Array.from({ length: 50 }, () => ({ type: "image", data, mimeType: "image/png" }));
  assert.equal(read({ content: many }).pictures.length, 8);
});
