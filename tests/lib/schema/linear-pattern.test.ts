import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { linearPattern } from "#lib/schema/linear-pattern.ts";

const { pattern } = fc.letrec<{ pattern: string; atom: string }>((tie) => ({
  atom: fc.oneof(
    { depthSize: "small" },
    fc.constantFrom("a", "b", "0", ".", "\\d", "\\w", "[ab]", "[^a-c\\]]", "\\b", "\\p{L}", "\\.", "é", "😀"),
    fc.constantFrom("\\u{1F600}", "\\ud83d\\ude00", "\\x61", "\\u0061", "[\\u{1F600}x-z]", "^", "$", "\\B"),
    tie("pattern").map((inner) => `(${inner})`),
    tie("pattern").map((inner) => `(?:${inner})`),
    tie("pattern").map((inner) => `(?<${"n"}${Math.trunc(inner.length)}_${inner.length % 7}>${inner})`),
  ),
  pattern: fc
    .array(fc.tuple(tie("atom"), fc.constantFrom("", "", "*", "+", "?", "{2}", "{1,}", "{0,2}", "*?", "|")), {
      maxLength: 4,
    })
    .map((parts) => parts.map(([atom, after]) => atom + after).join("")),
}));
const text = fc.string({
  unit: fc.constantFrom("a", "b", "c", "0", "é", "😀", ".", "]", "\n", " "),
  maxLength: 9,
});

test("any pattern that it takes says of any text what JavaScript's own says", () => {
  let count = 0;
  fc.assert(
    fc.property(pattern, fc.array(text, { minLength: 1, maxLength: 6 }), (source, texts) => {
      const own = tryPattern(source);
      const linear = own && linearPattern(source);
      if (!own || !linear) return;
      count += 1;
      for (const each of texts) assert.equal(linear.test(each), own.test(each), `${source} on ${each}`);
    }),
    { numRuns: 3000 },
  );
  assert.ok(count > 1000, `${count}`);
});

/** Tried where a character begins: V8 by itself looks inside of pairs, where the language has no place. */
function tryPattern(source: string): RegExp | undefined {
  try {
    return new RegExp(`^[^]*?(?:${source})`, "u");
  } catch {
    return undefined;
  }
}

const usual: readonly [source: string, yes: string, no: string][] = [
  ["^[a-z0-9]+(?:-[a-z0-9]+)*$", "a-slug-9", "a--slug"],
  ["^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$", "a@b.example", "a@b"],
  ["^#([0-9a-f]{3}){1,2}$", "#aabbcc", "#aabb"],
  ["^\\d{5}(-\\d{4})?$", "12345-6789", "12345-"],
  ["^(\\+?\\d{1,3}[ -]?)?(\\(\\d+\\)|\\d+)([ -]\\d+)*$", "+49 (30) 12-34", "49 (30"],
  ["^(25[0-5]|2[0-4]\\d|1?\\d?\\d)(\\.(25[0-5]|2[0-4]\\d|1?\\d?\\d)){3}$", "192.168.0.1", "192.168.0.256"],
];

for (const [source, yes, no] of usual)
  test(`a pattern as people write it: ${source}`, () => {
    const linear = linearPattern(source) ?? assert.fail("it is taken");
    assert.deepEqual([linear.test(yes), linear.test(no)], [true, false]);
  });

test("there is no place inside of a pair of surrogates", () => {
  assert.equal(linearPattern("\\B")?.test("a😀a"), false);
  assert.equal(linearPattern("\\B")?.test("aa"), true);
});

test("a pattern that backtracking takes for ever is tried at once", () => {
  for (const source of ["^(a+)+$", "(a|a)*b", "^(a|aa){1,20}$", "(.*)*x", "(a*)*(a*)*(a*)*b"]) {
    const linear = linearPattern(source) ?? assert.fail("it is taken");
    const startedAt = performance.now();
    assert.equal(linear.test(`${"a".repeat(4000)}!`), false, source);
    assert.ok(performance.now() - startedAt < 2000, source);
  }
});

test("what one pass cannot know is not taken, nor what is too long", () => {
  for (const source of [
    "(?=a)b",
    "(?!a)b",
    "(?<=a)b",
    "(?<!a)b",
    "(a)\\1",
    "(?<n>a)\\k<n>",
    "(?i:a)",
    "a{900}",
    "((a{30}){30}){30}",
  ])
    assert.equal(linearPattern(source), undefined, source);
});
