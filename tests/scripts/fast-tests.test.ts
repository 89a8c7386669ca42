import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, describe, test } from "node:test";
import { fastTests, unitTests } from "#scripts/fast-tests.mjs";

const root = mkdtempSync(join(tmpdir(), "rivulet-"));
after(() => rmSync(root, { recursive: true, force: true }));

/** The support modules of every case, and one test that is judged. */
function isFast(source: string): boolean {
  const files = {
    "tests/support/pure.ts": `import { randomUUID } from "node:crypto";\nimport "./pure.ts";`,
    "tests/support/server.ts": `import {\n  createServer,\n  type Server,\n} from "node:http";`,
    "tests/support/deep.ts": `import { startServer } from "./server.ts";`,
    "tests/a.test.ts": source,
  };
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(root, dirname(path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return fastTests(root, ["tests/a.test.ts"]).length === 1;
}

describe("a test is fast", () => {
  for (const [title, source] of [
    ["that imports the product", `import { fold } from "#lib/protocol/fold.ts";`],
    ["whose support is pure", `import { gate } from "./support/pure.ts";`],
    ["that needs a type of a server only", `import type { Server } from "node:http";`],
    ["that needs a type of support only", `import type { Started } from "./support/server.ts";`],
    ["that speaks of a server in a string", `export function a() { return "node:http"; }`],
  ])
    test(String(title), () => assert.equal(isFast(String(source)), true));
});

describe("a test is not fast", () => {
  for (const [title, source] of [
    ["that opens a socket", `import { connect } from "node:net";`],
    ["that starts a process", `import { spawn } from "node:child_process";`],
    ["whose support opens a socket", `import { startServer } from "./support/server.ts";`],
    ["whose support's support does", `import { a } from "./support/deep.ts";`],
    ["that imports such support by its root", `import { a } from "#tests/support/deep.ts";`],
    ["that imports it for its effect", `import "./support/server.ts";`],
    ["that exports what is of it", `export { a } from "./support/server.ts";`],
  ])
    test(String(title), () => assert.equal(isFast(String(source)), false));
});

test("this repository has fast tests and others", () => {
  const here = join(import.meta.dirname, "../..");
  const all = unitTests(here);
  const fast = fastTests(here, all);
  assert.ok(fast.includes("tests/scripts/fast-tests.test.ts"));
  assert.ok(!fast.includes("tests/http/stream.test.ts") && all.includes("tests/http/stream.test.ts"));
});
