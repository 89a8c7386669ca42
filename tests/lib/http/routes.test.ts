import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join, sep } from "node:path";
import { test } from "node:test";
import { routes } from "#lib/http/routes.ts";

const root = join(import.meta.dirname, "../../..");
const files = globSync("app/**/route.ts", { cwd: root }).map((path) => path.split(sep).join("/"));

test("every route file of app/ is one line that names its own address, and no address is without a file", () => {
  assert.deepEqual(
    files.map((path) => `/${path.slice("app/".length, -"/route.ts".length)}`).sort(),
    Object.keys(routes).sort(),
  );
  for (const path of files) {
    const [, statement = ""] =
      /^import [^\n]+;\n\n(.+;)\n$/.exec(readFileSync(join(root, path), "utf8")) ?? [];
    const [, methods = "", address] =
      /^export const \{ ([A-Z, ]+) \} = nextRoute\("(.+)"\);$/.exec(statement) ?? [];
    assert.equal(address, `/${path.slice("app/".length, -"/route.ts".length)}`, path);
    const answered = Object.entries(routes).find(([each]) => each === address)?.[1] ?? {};
    assert.deepEqual(methods.split(", ").sort(), Object.keys(answered).sort(), path);
  }
});
