import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join, sep } from "node:path";
import { describe, test } from "node:test";
import { findStyleViolations, type StyleViolation } from "./find-style-violations.ts";
import type { Sources } from "./find-violations.ts";

const root = join(import.meta.dirname, "../..");

const lineOf = ({ rule, path, text }: StyleViolation): string => `${rule}: ${path}:${text}`;

test("functions, comments, names and words keep to the house style", () => {
  assert.deepEqual(findStyleViolations(sourcesAndTests()).map(lineOf), []);
});

const longFunction = (lines: number, inside = "") =>
  `export function long() {\n${inside}${"  step();\n".repeat(lines - 2)}}\n`;
const nested = `  function inner() {\n${"    step();\n".repeat(40)}  }\n`;
const wide = (text: string) => text.padEnd(111, "x");

/** Files, and a pattern of the one complaint to expect; none where the files are sound. */
const plants: [title: string, files: Record<string, string>, complaint: RegExp | undefined][] = [
  ["a function of 61 lines", { "lib/runs/a.ts": longFunction(61) }, /^long function: .*1: long has 61 lines/],
  ["a function of 60 lines is fine", { "lib/runs/a.ts": longFunction(60) }, undefined],
  ["a component of 61 lines", { "components/chat/a.tsx": longFunction(61) }, /long has 61 lines/],
  ["a script's function of 61 lines", { "scripts/a.mjs": longFunction(61) }, /long has 61 lines/],
  [
    "a long arrow function",
    { "lib/runs/a.ts": `const arrow = () => {${longFunction(61).slice(24)}` },
    /long function/,
  ],
  [
    "a factory counts without the functions inside it",
    { "lib/runs/a.ts": longFunction(50, nested) },
    undefined,
  ],
  [
    "a factory that is too long by itself",
    { "lib/runs/a.ts": longFunction(61, nested) },
    /long has 6\d lines/,
  ],
  [
    "blank lines and comments count for nothing",
    { "lib/runs/a.ts": longFunction(50, "\n  // why\n".repeat(20)) },
    undefined,
  ],
  ["tests may tell a long story", { "tests/lib/a.test.ts": longFunction(61) }, undefined],

  ["a comment of 111 characters", { "lib/runs/a.ts": wide("// why ") }, /^wide comment: .*1: /],
  ["a line of 111 in a block", { "lib/runs/a.ts": `/**\n${wide(" * why ")}\n */` }, /wide comment: .*:2: /],
  ["a wide comment behind code", { "lib/runs/a.ts": wide("const a = 1; // why ") }, /wide comment/],
  ["a wide comment in a test", { "tests/lib/a.test.ts": wide("// why ") }, /wide comment/],
  ["a wide comment in a script", { "scripts/a.mjs": wide("// why ") }, /wide comment/],
  ["a wide string is no comment", { "lib/runs/a.ts": `const a = "${wide("// ")}";` }, undefined],
  ["a tool's directive cannot be wrapped", { "lib/runs/a.ts": wide("// biome-ignore lint: ") }, undefined],

  ["a banned variable", { "lib/runs/a.ts": "const owner = 1;" }, /^banned word: .*owner: say .*userId/],
  ["a banned part of a name", { "lib/runs/a.ts": "const deadOwners = 1;" }, /deadOwners: say/],
  ["a banned parameter", { "lib/runs/a.ts": "const a = ({ b: [bell] }) => 1;" }, /bell: say notify/],
  ["a banned function", { "lib/runs/a.ts": "function createPen() {}" }, /createPen: say log writer/],
  ["a banned type", { "lib/runs/a.ts": "interface Wish {}" }, /Wish: say/],
  [
    "a banned field",
    { "lib/runs/a.ts": "interface A { patienceMs: number }" },
    /patienceMs: say busy timeout/,
  ],
  ["a banned key", { "lib/runs/a.ts": "const a = { whereabouts: 1 };" }, /whereabouts: say/],
  ["a banned method", { "lib/runs/a.ts": "interface A { glance(): void }" }, /glance: say tryRead/],
  ["a banned type parameter", { "lib/runs/a.ts": "type A<Verdict> = Verdict;" }, /Verdict: say/],
  [
    "a banned name of a function expression",
    { "lib/runs/a.ts": "export const a = memo(function bell() {});" },
    /bell: say notify/,
  ],
  ["a banned name of a class expression", { "lib/runs/a.ts": "const a = class Pen {};" }, /Pen: say/],
  ["a banned label", { "lib/runs/a.ts": "bell: for (;;) break bell;" }, /bell: say notify/],
  ["a banned export alias", { "lib/runs/a.ts": "export { ask as bell };" }, /bell: say notify/],
  ["a banned re-export alias", { "lib/runs/a.ts": `export { ask as bell } from "./b.ts";` }, /bell: say/],
  ["a banned namespace export", { "lib/runs/a.ts": `export * as bell from "./b.ts";` }, /bell: say/],
  ["a banned import alias", { "lib/runs/a.ts": `import { ask as bell } from "./b.ts";` }, /bell: say/],
  ["a banned default import", { "lib/runs/a.ts": `import bell from "./b.ts";` }, /bell: say/],
  ["a banned namespace import", { "lib/runs/a.ts": `import * as bell from "./b.ts";` }, /bell: say/],
  [
    "an import or export under its own name gives none",
    { "lib/runs/a.ts": `import { bell } from "b";\nexport { bell };` },
    undefined,
  ],
  ["a banned file name", { "lib/runs/own-log.ts": "" }, /own-log\.ts: say tail cache/],
  ["a vague name", { "lib/runs/a.ts": "const runHelper = 1;" }, /runHelper: say/],
  ["a vague verb", { "lib/runs/a.ts": "function handleRun() {}" }, /handleRun: say/],
  ["a limit that is not called max", { "lib/runs/a.ts": "const mostBytes = 1;" }, /mostBytes: say max, min/],
  ["a limit in capitals", { "lib/runs/a.ts": "const LONGEST_ROW = 1;" }, /LONGEST_ROW: say max, min/],
  [
    "a banned word in a comment",
    { "lib/runs/a.ts": "/**\n * The\n * pen writes.\n */" },
    /:3: “pen”: say log writer/,
  ],
  ["a banned word in a test's title", { "tests/lib/a.test.ts": `test("two owners", () => {});` }, /“owners”/],
  ["a banned word in a script", { "scripts/a.mjs": "// torn" }, /“torn”: say truncated/],
  ["a claim that took the holder's name", { "lib/runs/a.ts": "// an owned run" }, /“owned run”/],
  ["whose run it is may be said", { "lib/runs/a.ts": "// each retry has its own run" }, undefined],
  ["a title that is called made by hand", { "lib/runs/a.ts": "// a title given by hand" }, /titleIsCustom/],
  ["other things are done by hand", { "lib/runs/a.ts": "// a record changed by hand" }, undefined],
  ["an answer that broke off", { "lib/runs/a.ts": "// it broke off" }, /“broke off”: say isContinuable/],
  ["a message that is taken back", { "lib/runs/a.ts": "// takes it back" }, /“takes it back”: say discard/],
  ["a way back may be taken", { "lib/runs/a.ts": "// it takes the reader back" }, undefined],
  ["an answer that is gone on with", { "lib/runs/a.ts": "// gone on with" }, /“gone on”: say discard/],
  ["a run that is over", { "lib/runs/a.ts": "// once the runs are over" }, /“runs are over”: say isEnded/],
  ["undo time may be over", { "lib/runs/a.ts": "// its undo time is over" }, undefined],
  ["code in a comment keeps the stored name", { "lib/runs/a.ts": "// `owner-gone` in old logs" }, undefined],
  ["a column keeps its name", { "lib/runs/a.ts": "interface Row { owner_id: string }" }, undefined],
  ["a string keeps its words", { "lib/runs/a.ts": `const a = "owner-gone";` }, undefined],
  ["a word that only holds a banned one", { "lib/runs/a.ts": "const openString = almostAll;" }, undefined],

  [
    "a test that sleeps",
    { "tests/lib/a.test.ts": `import { setTimeout } from "node:timers/promises";` },
    /^sleeping/,
  ],
  [
    "a test that sleeps by hand",
    { "tests/lib/a.test.ts": "await new Promise((go) => setTimeout(go, 9));" },
    /^sleeping/,
  ],
  [
    "a page that sleeps",
    { "tests/e2e/a.spec.ts": "await page.waitForTimeout(9);" },
    /^sleeping test: .*a condition/,
  ],
  [
    "a time limit is no sleep",
    { "tests/lib/a.test.ts": "const timer = setTimeout(() => stop(), 9);" },
    undefined,
  ],
  [
    "support may pace what it plays",
    { "tests/support/a.ts": `import { setTimeout } from "node:timers/promises";` },
    undefined,
  ],

  [
    "a name in two files of lib",
    { "lib/runs/a.ts": "const inkOf = 1;", "lib/http/b.ts": "export function inkOf() {}" },
    /^name declared twice: .*inkOf is declared in lib\/runs\/a\.ts and lib\/http\/b\.ts/,
  ],
  [
    "a type of the name of a value elsewhere",
    { "lib/runs/a.ts": "export const Cursor = 1;", "lib/http/b.ts": "interface Cursor {}" },
    /Cursor is declared in/,
  ],
  [
    "a name that is taken apart twice",
    { "lib/runs/a.ts": "const { one: inkOf } = b;", "lib/http/b.ts": "const [inkOf] = b;" },
    /inkOf is declared in/,
  ],
  [
    "a name in two rooms of the page",
    { "components/chat/a.ts": "const inkOf = 1;", "app/b.ts": "type inkOf = 1;" },
    /inkOf is declared in/,
  ],
  [
    "what Next calls by its name may stand in each of its files",
    {
      "app/page.tsx": "export const dynamic = 1;\nexport default function Page() {}",
      "app/a/page.tsx": "export const dynamic = 1;\nexport default function Page() {}",
    },
    undefined,
  ],
  [
    "names inside functions, imports and other folders are free",
    {
      "lib/runs/a.ts": "const inkOf = 1;",
      "lib/http/b.ts": `import { inkOf } from "../runs/a.ts";\nfunction b() { const inkOf = 1; }`,
      "scripts/c.mjs": "const inkOf = 1;",
    },
    undefined,
  ],
];

describe("a planted breach of style is found", () => {
  for (const [title, files, complaint] of plants) {
    test(title, () => {
      const found = findStyleViolations(new Map(Object.entries(files))).map(lineOf);
      if (!complaint) return assert.deepEqual(found, []);
      assert.equal(found.length, 1, found.join("; "));
      assert.match(found[0] ?? "", complaint);
    });
  }
});

function sourcesAndTests(): Sources {
  const files = globSync(["{app,components,lib,scripts,tests}/**/*.{ts,tsx,mjs}", "*.{ts,mjs}"], {
    cwd: root,
  });
  const paths = files.map((path) => path.split(sep).join("/")).sort();
  const ours = paths.filter((path) => !/^tests\/bench\/peers\/|\.d\.ts$/.test(path));
  assert.ok(ours.length > 0, "no source was found, so nothing would be checked");
  return new Map(ours.map((path) => [path, readFileSync(join(root, path), "utf8")]));
}
