import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { highlight } from "#components/message/markdown/highlight.ts";

const marked = (code: string, language: string) =>
  (highlight(code, language) ?? []).flatMap(({ kind, text }) => (kind ? [`${kind}:${text}`] : []));

test("the pieces of any code, joined, are the code", () => {
  const languages = fc.constantFrom("ts", "py", "sql", "html", "css", "json", "rust", "sh");
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), languages, (code, language) => {
      assert.equal((highlight(code, language) ?? []).map(({ text }) => text).join(""), code);
    }),
  );
});

test("words, strings, comments, numbers and calls are told apart", () => {
  assert.deepEqual(marked('const a = say("x // y", 42); // done', "ts"), [
    "k:const",
    "f:say",
    's:"x // y"',
    "d:42",
    "c:// done",
  ]);
  assert.deepEqual(marked("def f(x):  # why\n  return 'a'", "python"), [
    "k:def",
    "f:f",
    "c:# why",
    "k:return",
    "s:'a'",
  ]);
  assert.deepEqual(marked("SELECT count(*) FROM t -- all", "sql"), [
    "k:SELECT",
    "f:count",
    "k:FROM",
    "c:-- all",
  ]);
  assert.deepEqual(marked('<a href="x">1</a>', "html"), ["k:a", 's:"x"', "d:1", "k:a"]);
});

test("a language that is not known stays plain", () => {
  assert.equal(highlight("a b c", "brainfog"), undefined);
});
