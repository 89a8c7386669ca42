import assert from "node:assert/strict";
import { existsSync, globSync, readFileSync } from "node:fs";
import { join, sep } from "node:path";
import { test } from "node:test";
import { readSource } from "./read-source.ts";
import { scenarios, shownBy } from "./test-map.ts";

const root = join(import.meta.dirname, "../..");
const found = (pattern: string): string[] =>
  globSync(pattern, { cwd: root })
    .map((path) => path.split(sep).join("/"))
    .sort();

/** Fewer lines of code, all functions together, are taken to hold no rule that could be wrong by itself. */
const minLinesWithRules = 13;

const unitOf = (path: string): string => path.replace(/\.tsx?$/, "");
const units = found("{lib,components}/**/*.{ts,tsx}");
const known = new Set(units.map(unitOf));
const tests = found("tests/{lib,components}/**/*.test.ts");

/**
 * What a test is named after: `fold.test.ts`, `fold.property.test.ts` and `fold-of-old-logs.test.ts` are the
 * fold's.
 */
function testedUnit(path: string): string | undefined {
  const [, folder = "", name = ""] = /^tests\/(.+\/)([^/]+)\.test\.ts$/.exec(path) ?? [];
  const words = name.split(".")[0]?.split("-") ?? [];
  const names = words.map((_, at) => folder + words.slice(0, words.length - at).join("-"));
  return names.find((unit) => known.has(unit));
}

test("a test is named after the unit that it tests, or listed with what it shows", () => {
  assert.deepEqual(
    tests.filter((path) => testedUnit(path) === undefined && !(path in scenarios)),
    [],
  );
  assert.deepEqual(
    Object.keys(scenarios).filter((path) => !tests.includes(path)),
    [],
    "listed, but not there",
  );
});

test("a test of nothing that there is would be found", () => {
  assert.equal(testedUnit("tests/lib/runs/none.test.ts"), undefined);
  assert.equal(testedUnit("tests/lib/none/fold.test.ts"), undefined);
  assert.equal(testedUnit("tests/lib/protocol/fold.property.test.ts"), "lib/protocol/fold");
  assert.equal(testedUnit("tests/lib/models/endpoint-model-errors.test.ts"), "lib/models/endpoint-model");
});

test("a unit of lib with rules has a test of its own, or is listed with the one that shows it", () => {
  const tested = new Set(tests.map(testedUnit));
  const bare = units.filter((path) => {
    if (!path.startsWith("lib/") || tested.has(unitOf(path))) return false;
    const { functions } = readSource(path, readFileSync(join(root, path), "utf8"));
    const lines = functions.reduce((sum, { ownLines }) => sum + ownLines, 0);
    return lines >= minLinesWithRules && !shownBy.some(([unit]) => unit.test(path));
  });
  assert.deepEqual(bare, []);
  for (const [unit, path] of shownBy) {
    assert.ok(existsSync(join(root, path)), `${path} is not there`);
    assert.ok(
      units.some((each) => unit.test(each)),
      `${unit} matches no unit`,
    );
  }
});
