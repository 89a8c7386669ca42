import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { test } from "node:test";

/** What holds a whole conversation, or all of the page. */
const holdsAll =
  /(?:^|[\s,>+~])(?:html|body|:root|main|\.app|\.page|\.transcript|\.turn)(?:[.#[][^\s,{]*)?:has\((?!\s*>)/;

test("no rule asks `:has` of what holds a whole conversation: each change of a long one would look it up anew", () => {
  const files = globSync(["app/**/*.css", "components/**/*.css"]);
  assert.ok(files.length > 20);
  const found = files.flatMap((file) =>
    readFileSync(file, "utf8")
      .split("\n")
      .flatMap((line, at) => (holdsAll.test(line) ? [`${file}:${at + 1}: ${line.trim()}`] : [])),
  );
  assert.deepEqual(found, []);
});

test("the rule finds what it is to find", () => {
  for (const rule of ["html:has(dialog:modal) {", "  .page:has(.set) .bar h1 {", "a, .app:has(.insp) {"])
    assert.match(rule, holdsAll);
  for (const rule of [".app:has(> .insp) {", ".composer:has(textarea:focus) {", ".bar > .column:has(.menu)"])
    assert.doesNotMatch(rule, holdsAll);
});
