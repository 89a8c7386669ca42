import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { parseJson } from "#lib/http/parse-json.ts";

const nested = (levels: number): string => "[".repeat(levels) + "]".repeat(levels);

describe("JSON of one meaning is read as JSON.parse reads it", () => {
  for (const text of [
    `null`,
    `"{\\"a\\":1,\\"a\\":2}"`,
    `{"a":{"a":1},"b":[{"a":1},{"a":2}]}`,
    `{"a":"b","b":"a"}`,
    `[{"a":1},{"a":1}]`,
    `{"":1," ":2}`,
    `{"a\\"":1,"a":2}`,
    `{"a":"x:y","x":"a"}`,
    nested(32),
  ])
    test(text.slice(0, 40), () => assert.deepEqual(parseJson(text), JSON.parse(text)));
});

describe("JSON that another reader may take otherwise is refused", () => {
  for (const [title, text] of [
    ["a key twice", `{"a":1,"a":1}`],
    ["a key twice, once escaped", `{"a":1,"\\u0061":2}`],
    ["a key twice with blanks before the colon", `{"a" :1,"a"\n:2}`],
    ["a key twice further in", `[{"b":{"a":1,"c":[],"a":2}}]`],
    ["33 levels", nested(33)],
    ["a depth that would overflow a stack", nested(100_000)],
    ["nothing", ""],
    ["a cut object", `{"a":`],
    ["a byte order mark", `\ufeff{}`],
  ])
    test(String(title), () => assert.throws(() => parseJson(String(text)), SyntaxError));
});

test("reading is linear in the text", () => {
  const keys = Array.from({ length: 20_000 }, (_, at) => `"key ${at}":{"a":[${at}]}`);
  const begin = performance.now();
  parseJson(`{${keys.join(",")}}`);
  assert.ok(performance.now() - begin < 1_000);
});
