import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { serverActionReducer } from "#lib/client/unused-parts-of-next.ts";
import config from "../../../next.config.mjs";

const next = dirname(createRequire(import.meta.url).resolve("next/package.json"));

test("what is left out of Next's script is what Next asks for by that name", () => {
  const aliases = Object.keys(config.turbopack?.resolveAlias ?? {}).filter((name) => name.startsWith("."));
  const askedFor: Record<string, string> = {
    "../build/polyfills/polyfill-module": "dist/client/app-globals.js",
    "./reducers/server-action-reducer": "dist/client/components/router-reducer/router-reducer.js",
  };
  assert.deepEqual(aliases, Object.keys(askedFor));
  for (const [name, file] of Object.entries(askedFor))
    assert.ok(readFileSync(join(next, file), "utf8").includes(`require("${name}")`), name);
});

test("there are no server actions, and none would be taken for done", () => {
  const sources = globSync("{app,components,lib}/**/*.{ts,tsx}");
  assert.ok(sources.length > 100);
  for (const source of sources) assert.doesNotMatch(readFileSync(source, "utf8"), /^\s*["']use server["']/m);
  assert.throws(serverActionReducer, /no server actions/);
});
