import assert from "node:assert/strict";
import { test } from "node:test";
import {
  parseInteger,
  parseList,
  parseObject,
  readFields,
  writeFields,
} from "#lib/storage/kv/codec/fields.ts";

test("fields are read as they were written", () => {
  const fields = readFields(writeFields({ id: "r", empty: "", count: "12" }), "run");
  assert.equal(fields.record, "run r");
  assert.deepEqual([fields.text("id"), fields.text("empty"), fields.number("count")], ["r", "", 12]);
  assert.deepEqual(
    [fields.optional("id"), fields.optional("empty"), fields.optional("none")],
    ["r", undefined, undefined],
  );
});

test("a name that every object has is a field as any other", () => {
  const fields = readFields(["__proto__", "a", "constructor", "b"], "run");
  assert.deepEqual([fields.text("__proto__"), fields.text("constructor")], ["a", "b"]);
  assert.equal(fields.optional("toString"), undefined);
});

test("a field that is missing, or no integer, is damage of this record", () => {
  const damaged = { code: "damaged", message: /conversation c / };
  const fields = readFields(["id", "c", "text", "x"], "conversation");
  assert.throws(() => fields.text("none"), damaged);
  for (const name of ["none", "text"]) assert.throws(() => fields.number(name), damaged);
});

test("numbers, objects and lists are told from everything else", () => {
  assert.deepEqual([parseInteger("0", "x"), parseInteger("-3", "x")], [0, -3]);
  for (const text of ["", "x", "1.5", "1e400", "9007199254740993"])
    assert.throws(() => parseInteger(text, "x"), { code: "damaged" }, text);
  assert.deepEqual([parseObject('{"a":1}', "x"), parseList("[1]", "x")], [{ a: 1 }, [1]]);
  for (const text of ["", "{", "[]", "null", "1"])
    assert.throws(() => parseObject(text, "x"), { code: "damaged" });
  for (const text of ["", "[", "{}", "null", '"a"'])
    assert.throws(() => parseList(text, "x"), { code: "damaged" });
});
