import assert from "node:assert/strict";
import { test } from "node:test";
import { createJsonPrinter, type PrintedJson } from "#components/message/tools/json-printer.ts";

const lines = ({ settled, last }: PrintedJson): string[] => [...settled, last];
const printed = (text: string) => lines(createJsonPrinter().print(text)).join("\n");

const source =
  '{"series":"build_seconds","window" : "30d","group_by":["branch","run"],"a":{},"b":[ ],"c":[{"x":1},[1,2]],' +
  '"n":12345678901234567890,"n":1e+300,"ok":true,"none":null,"s":"a\\"b\\\\ {[,:"}';

test("objects have a line for each key, lists of plain values stand in one line, and nothing else changes", () => {
  assert.equal(
    printed(source),
    [
      "{",
      '  "series": "build_seconds",',
      '  "window": "30d",',
      '  "group_by": ["branch", "run"],',
      '  "a": {},',
      '  "b": [],',
      '  "c": [',
      "    {",
      '      "x": 1',
      "    },",
      "    [1, 2]",
      "  ],",
      '  "n": 12345678901234567890,',
      '  "n": 1e+300,',
      '  "ok": true,',
      '  "none": null,',
      '  "s": "a\\"b\\\\ {[,:"',
      "}",
    ].join("\n"),
  );
});

test("a text that is written piece by piece is laid out as one that was there at once, and never raw meanwhile", () => {
  for (const size of [1, 2, 3, 7]) {
    const printer = createJsonPrinter();
    for (let end = 0; end < source.length; end += size) {
      assert.equal(printer.print(source.slice(0, end)).isRaw, false, source.slice(0, end));
    }
    assert.equal(lines(printer.print(source)).join("\n"), printed(source));
  }
});

test("a line that was settled is never touched again", () => {
  const printer = createJsonPrinter();
  let before: readonly string[] = [];
  for (let end = 0; end <= source.length; end += 1) {
    const { settled } = printer.print(source.slice(0, end));
    assert.deepEqual(settled.slice(0, before.length), before);
    before = [...settled];
  }
});

for (const text of [
  "hello",
  "{a: 1}",
  "[1}",
  '{"a" 1}',
  "[1 2]",
  "[1,]",
  "[,1]",
  '{"a":1} {',
  "--1",
  "01x",
]) {
  test(`what no JSON can begin with is shown as it was written: ${text}`, () => {
    const { settled, last, isRaw } = createJsonPrinter().print(text);
    assert.deepEqual({ settled, last, isRaw }, { settled: [], last: text, isRaw: true });
  });
}

test("what is not whole when it ends is shown as it was written, and laid out again if more comes", () => {
  const printer = createJsonPrinter();
  assert.deepEqual(lines(printer.print('{"a":1')), ["{", '  "a": 1']);
  assert.equal(printer.print('{"a":1', true).isRaw, true);
  assert.deepEqual(lines(printer.print('{"a":1}', true)), ["{", '  "a": 1', "}"]);
  assert.equal(printer.print(" ", true).isRaw, false);
});

test("a text that begins anew is laid out anew", () => {
  const printer = createJsonPrinter();
  assert.equal(printer.print("no json").isRaw, true);
  assert.deepEqual(lines(printer.print('{"a":1}')), ["{", '  "a": 1', "}"]);
  assert.deepEqual(lines(printer.print("[1]")), ["[1]"]);
});
