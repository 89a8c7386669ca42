import assert from "node:assert/strict";
import { test } from "node:test";
import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { chunksOf as itemChunks } from "#lib/structured/chunked-view.ts";
import { createJsonParser, type JsonParser } from "#lib/structured/json-parser.ts";
import type { JsonValue } from "#lib/structured/json-value.ts";
import { readShared, skipWithoutShared } from "../../support/shared-files.ts";

function parserOf(text: string, sizes: readonly number[] = [text.length]): JsonParser {
  const parser = createJsonParser();
  for (const chunk of chunksOf(text, sizes)) parser.push(chunk);
  return parser;
}

/** The text in chunks of these sizes, again and again. */
function chunksOf(text: string, sizes: readonly number[]): string[] {
  const chunks: string[] = [];
  for (let at = 0, turn = 0; at < text.length; turn += 1) {
    const size = Math.max(1, sizes[turn % sizes.length] ?? 1);
    chunks.push(text.slice(at, at + size));
    at += size;
  }
  return chunks;
}

const valueOf = (text: string): JsonValue | undefined => parserOf(text).value();

const decided: readonly [rule: string, text: string, value: JsonValue | undefined][] = [
  ["a word is not seen before it is whole", '{"a":tru', {}],
  ["nor is a number that cannot end here", "[1,-2.", [1]],
  ["nor is one that would be infinite", "[1e999", []],
  ["a number is seen as if it ended here", '{"n":12', { n: 12 }],
  ["a string is seen from its first quote on", '{"a":"', { a: "" }],
  ["a key is seen with its value", '{"a":1,"b"', { a: 1 }],
  ["an escape is seen when it is whole", '"a\\u4e2', "a"],
  ["half of a pair is held back", '"a\\ud83d', "a"],
  ["both halves are seen together", '"a\\ud83d\\ude00', "a😀"],
  ["half of a pair that came as it is is held back too", '"a\ud83d', "a"],
  ["the last of equal keys wins", '{"a":1,"b":2,"a":3', { a: 3, b: 2 }],
  ["an earlier value stays until there is something to be seen of the later", '{"a":1,"a":', { a: 1 }],
  ["nothing is seen of an empty text", " \n", undefined],
];

for (const [rule, text, value] of decided) {
  test(`${rule}: ${JSON.stringify(text)}`, () => assert.deepEqual(valueOf(text), value));
}

test("a key called __proto__ is an own key, and no prototype", () => {
  for (const text of ['{"__proto__":{"x":1}', '{"__proto__":{"x":1}}', '[{"__proto__":{"x":1}},']) {
    const value = [valueOf(text)].flat()[0];
    assert.ok(value !== null && typeof value === "object");
    assert.deepEqual(Object.keys(value), ["__proto__"]);
    assert.equal(Object.getPrototypeOf(value), Object.prototype);
  }
  assert.equal(Reflect.get({}, "x"), undefined);
});

const faults: readonly [text: string, reason: string, position: number, value: JsonValue | undefined][] = [
  ['{"a" 1', "unexpected-character", 5, {}],
  ['{"a":01', "unexpected-character", 6, { a: 0 }],
  ["{'a':1", "unexpected-character", 1, {}],
  ["[1,2,,3]", "unexpected-character", 5, [1, 2]],
  ["[1e999]", "number-out-of-range", 1, []],
  ["[NaN]", "unexpected-character", 1, []],
  ['"a\nb"', "unexpected-character", 2, "a"],
  ['"a\\x', "unexpected-character", 3, "a"],
  ["12.e", "unexpected-character", 3, undefined],
  ['{"a":1} {', "unexpected-character", 8, { a: 1 }],
  [`[${"1".repeat(2000)}]`, "number-out-of-range", 1, []],
];

for (const [text, reason, position, value] of faults) {
  test(`a fault has its place and leaves what was right, however the text is cut: ${text.slice(0, 12)}`, () => {
    for (const sizes of [[1], [2], [3], [text.length]]) {
      const parser = parserOf(text, sizes);
      assert.deepEqual(parser.error(), { reason, position });
      assert.deepEqual(parser.value(), value);
      parser.push("1]}");
      assert.deepEqual(parser.value(), value);
    }
  });
}

test("64 containers may stand in each other, and no more", () => {
  assert.equal(parserOf("[".repeat(64)).error(), undefined);
  assert.deepEqual(parserOf('{"a":'.repeat(65)).error(), { reason: "too-deep", position: 64 * 5 });
});

test("a text that ends too early says so at its end; a bare number is whole with the text", () => {
  for (const text of ["", '{"a":1', '"a', "-", "[1", "tru"]) {
    const parser = parserOf(text);
    parser.end();
    assert.deepEqual(parser.error(), { reason: "unexpected-end", position: text.length });
  }
  const number = parserOf("12");
  assert.equal(number.stateOf([]), "provisional");
  number.end();
  assert.equal(number.stateOf([]), "complete");
});

test("each part is complete, provisional or missing", () => {
  const parser = parserOf('{"a":{"b":[1,true]},"c":[{"d":"x"},{"d":"y');
  const states: readonly [path: (string | number)[], state: string][] = [
    [[], "provisional"],
    [["a"], "complete"],
    [["a", "b", 1], "complete"],
    [["a", "b", 2], "missing"],
    [["c"], "provisional"],
    [["c", 0, "d"], "complete"],
    [["c", 1], "provisional"],
    [["c", 1, "d"], "provisional"],
    [["c", 1, "d", "e"], "missing"],
    [["c", 1, "e"], "missing"],
    [["c", 2], "missing"],
    [["toString"], "missing"],
    [["c", "length"], "missing"],
  ];
  for (const [path, state] of states) assert.equal(parser.stateOf(path), state, path.join("."));
  assert.equal(parserOf('{"a":1,"a":').stateOf(["a"]), "provisional");
});

test("a number keeps the digits that it was written with", () => {
  const parser = parserOf('{"id":12345678901234567890,"price":12.50,"n":3,"list":[1.0,2],"last":7.');
  assert.equal(parser.numberText(["id"]), "12345678901234567890");
  assert.equal(parser.numberText(["price"]), "12.50");
  assert.equal(parser.numberText(["n"]), "3");
  assert.equal(parser.numberText(["list", 0]), "1.0");
  assert.equal(parser.numberText(["list", 1]), "2");
  assert.equal(parser.numberText(["last"]), undefined);
  parser.push("50");
  assert.equal(parser.numberText(["last"]), "7.50");
  assert.equal(parserOf('{"n":1.0,"n":2').numberText(["n"]), "2");
});

const anyJson = fc.oneof(fc.jsonValue({ maxDepth: 5 }), fc.jsonValue({ maxDepth: 4, stringUnit: "binary" }));
const anyText = fc
  .tuple(anyJson, fc.constantFrom(undefined, 1, "\t"))
  .map(([value, space]) => JSON.stringify(value, undefined, space));
const anySizes = fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 5 });

test("any JSON, cut anywhere, comes to the value that JSON.parse has", () => {
  fc.assert(
    fc.property(anyText, anySizes, (text, sizes) => {
      const parser = parserOf(text, sizes);
      parser.end();
      assert.equal(parser.error(), undefined);
      assert.deepEqual(parser.value(), JSON.parse(text));
    }),
  );
});

test("every value on the way is a beginning of the last one, and shares with the one before what did not change", () => {
  fc.assert(
    fc.property(anyText, anySizes, (text, sizes) => {
      const parser = createJsonParser();
      const last: JsonValue = JSON.parse(text);
      let before: JsonValue | undefined;
      for (const chunk of chunksOf(text, sizes)) {
        parser.push(chunk);
        const now = parser.value();
        assertBeginning(parser, now, last, []);
        assertShared(before, now);
        before = now;
      }
    }),
  );
});

/** Strings are beginnings, entries are the first ones, and what is called complete is what it will be. */
function assertBeginning(
  parser: JsonParser,
  value: JsonValue | undefined,
  last: JsonValue | undefined,
  path: readonly (string | number)[],
): void {
  if (value === undefined) return;
  if (parser.stateOf(path) === "complete") return assert.deepEqual(value, last);
  if (typeof value === "string") return assert.ok(typeof last === "string" && last.startsWith(value));
  if (typeof value !== "object" || value === null) return;
  assert.ok(typeof last === "object" && last !== null);
  for (const [key, part] of Object.entries(value)) {
    const at = Array.isArray(value) ? Number(key) : key;
    assertBeginning(parser, part, Reflect.get(last, key), [...path, at]);
  }
}

/** Equal parts are one and the same, at every path. */
function assertShared(before: JsonValue | undefined, now: JsonValue | undefined): void {
  if (typeof before !== "object" || before === null || typeof now !== "object" || now === null) return;
  if (JSON.stringify(before) === JSON.stringify(now)) return assert.equal(before, now);
  for (const key of Object.keys(before)) assertShared(Reflect.get(before, key), Reflect.get(now, key));
}

test("an array of thousands, and an object too, reads as what it is while it grows", () => {
  const items = Array.from({ length: 3000 }, (_, at) => ({ at, text: `no. ${at}` }));
  for (const whole of [items, Object.fromEntries(items.map((item) => [`k${item.at}`, item]))]) {
    const text = JSON.stringify({ whole });
    const parser = createJsonParser();
    let size = 0;
    for (const chunk of chunksOf(text, [9973])) {
      parser.push(chunk);
      const value = parser.value();
      assert.ok(value && typeof value === "object");
      const part: unknown = Reflect.get(value, "whole");
      assert.ok(part && typeof part === "object");
      assert.equal(Array.isArray(part), Array.isArray(whole));
      const keys = Object.keys(part);
      assert.ok(keys.length >= size);
      size = keys.length;
      // All but the last, which may be unfinished.
      const complete = keys.slice(0, -1);
      assert.deepEqual(complete, Object.keys(whole).slice(0, complete.length));
      for (const key of complete) assert.deepEqual(Reflect.get(part, key), Reflect.get(whole, key));
      assert.deepEqual(JSON.parse(JSON.stringify(part)), structuredCloneOf(part));
    }
    assert.deepEqual(parser.value(), { whole });
  }
});

test("a long array has its items in chunks, of which all but the last are the same each time", () => {
  const text = JSON.stringify(Array.from({ length: 300 }, (_, at) => ({ at })));
  const parser = createJsonParser();
  let before: (readonly JsonValue[])[] = [];
  for (const piece of chunksOf(text.slice(0, -1), [7])) {
    parser.push(piece);
    const value = parser.value();
    assert.ok(Array.isArray(value));
    const now = itemChunks(value);
    assert.deepEqual(now.flat(), [...value]);
    for (const [at, chunk] of before.slice(0, -1).entries()) assert.equal(now[at], chunk);
    before = now;
  }
  assert.deepEqual(
    before.map(({ length }) => length),
    [64, 64, 64, 64, 44],
  );
  parser.push("]");
  const whole = parser.value();
  assert.deepEqual(Array.isArray(whole) && itemChunks(whole), before);
  assert.deepEqual(itemChunks([]), []);
});

const structuredCloneOf = (part: object): unknown =>
  Array.isArray(part) ? part.map((each: unknown) => each) : Object.fromEntries(Object.entries(part));

test("values that were given out are never changed", () => {
  const text = JSON.stringify({
    list: Array.from({ length: 700 }, (_, at) => at),
    words: ["a", { b: "text" }],
  });
  const parser = createJsonParser();
  const given: [value: JsonValue | undefined, json: string | undefined][] = [];
  for (const chunk of chunksOf(text, [13])) {
    parser.push(chunk);
    given.push([parser.value(), JSON.stringify(parser.value())]);
  }
  for (const [value, json] of given) assert.equal(JSON.stringify(value), json);
});

/** Each many times over; ten times as long if a delta or a value costs what came before it. */
const long: Readonly<Record<string, (count: number) => unknown>> = {
  "objects in an array": (count) =>
    Array.from({ length: count / 50 }, (_, at) => ({ at, name: `第 ${at} 项\n` })),
  numbers: (count) => Array.from({ length: count / 8 }, (_, at) => 1_000_000 + at),
  keys: (count) => Object.fromEntries(Array.from({ length: count / 16 }, (_, at) => [`k${at}`, at])),
  "one string": (count) => ["one long string ".repeat(count / 16)],
  escapes: (count) => ["\u0001\n".repeat(count / 8)],
};

for (const [what, make] of Object.entries(long)) {
  test(`${what}: one long text takes about as long as ten of a tenth, with a value after each delta`, () => {
    const [short, whole] = [20_000, 200_000].map((count) => JSON.stringify(make(count)));
    const shorts = Array.from({ length: 10 }, () => short ?? "");
    const attempts = [1, 2, 3].map(() => [cost(shorts), cost([whole ?? ""])] as const);
    const ofShorts = Math.min(...attempts.map(([ms]) => ms));
    const ofWhole = Math.min(...attempts.map(([, ms]) => ms));
    // Clocks of processors may tick in steps of ten milliseconds.
    assert.ok(ofWhole <= 4 * ofShorts + 50, `${ofShorts} ms, and ${ofWhole} ms`);
  });
}

/** Milliseconds of the processor. */
function cost(texts: readonly string[]): number {
  const before = process.cpuUsage();
  for (const text of texts) {
    const parser = createJsonParser();
    for (let at = 0; at < text.length; at += 4) {
      parser.push(text.slice(at, at + 4));
      parser.value();
    }
  }
  return process.cpuUsage(before).user / 1000;
}

interface PartialCase {
  id: string;
  input: string;
  expected_jiter_trailing_strings: { value?: unknown; error?: string };
}

interface Sweep {
  id: string;
  document: string;
  changes: [count: number, value: unknown][];
}

test("the shared cases of unfinished JSON", { skip: skipWithoutShared }, () => {
  const { cases, sweeps }: { cases: PartialCase[]; sweeps: Sweep[] } = JSON.parse(
    readShared("cases/partial-json.json").toString(),
  );
  for (const { id, input, expected_jiter_trailing_strings: expected } of cases) {
    const parser = parserOf(input, [1]);
    if (expected.error === undefined) assert.deepEqual(parser.value(), expected.value, id);
    else assert.ok(parser.error() !== undefined || parser.value() === undefined, id);
  }
  for (const { id, document, changes } of sweeps) {
    const marks = [...document];
    let expected: unknown;
    for (let count = 0; count <= marks.length; count += 1) {
      expected = changes.find(([at]) => at === count)?.[1] ?? expected;
      const parser = parserOf(marks.slice(0, count).join(""), [1]);
      assert.deepEqual([parser.value(), parser.error()], [expected, undefined], `${id} ${count}`);
    }
  }
});

interface StreamCase {
  id: string;
  deltas: string[];
  expected_partials_deduplicated?: unknown[];
}

test("the shared cases of structured output come by every value that is expected, in order", {
  skip: skipWithoutShared,
}, () => {
  const { cases }: { cases: StreamCase[] } = JSON.parse(
    readShared("cases/structured-partials.json").toString(),
  );
  for (const { id, deltas, expected_partials_deduplicated: expected = [] } of cases) {
    const parser = createJsonParser();
    const rest = [...expected];
    for (const mark of deltas.join("")) {
      parser.push(mark);
      if (isDeepStrictEqual(parser.value(), rest[0])) rest.shift();
    }
    assert.deepEqual([rest, parser.value()], [[], JSON.parse(deltas.join(""))], id);
  }
});
