import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { test } from "node:test";
import * as ours from "#lib/client/unused-parts-of-next.ts";
import config from "../../../next.config.mjs";

const next = dirname(createRequire(import.meta.url).resolve("next/package.json"));

test("what is left out of Next's script is what Next asks for by that name", () => {
  const aliases = Object.keys(config.turbopack?.resolveAlias ?? {}).filter((name) => name.startsWith("."));
  const askedFor: Record<string, string> = {
    "../build/polyfills/polyfill-module": "dist/client/app-globals.js",
    "./reducers/server-action-reducer": "dist/client/components/router-reducer/router-reducer.js",
    "./error-styles": "dist/client/components/builtin/global-error.js",
    "../../../lib/constants": "dist/client/components/router-reducer/fetch-server-response.js",
  };
  assert.deepEqual(aliases, Object.keys(askedFor));
  for (const [name, file] of Object.entries(askedFor))
    assert.ok(readFileSync(join(next, file), "utf8").includes(`require("${name}")`), name);
});

test("of the constants of Next's server a browser's script asks for those that ours has, with their values", async () => {
  const constants: Record<string, unknown> = await import(join(next, "dist/lib/constants.js"));
  const sources = globSync("dist/client/components/**/*.js", { cwd: next })
    .filter((path) => !/server-action-reducer|[\\/]dev[\\/]/.test(path))
    .map((path) => readFileSync(join(next, path), "utf8"))
    .filter((source) => source.includes('require("../../../lib/constants")'));
  const names = new Set(sources.flatMap((source) => source.match(/(?<=_constants\.)[A-Z_]+/g) ?? []));
  const has: Record<string, unknown> = { ...ours };
  for (const name of names) assert.equal(has[name], constants[name], name);
  assert.ok(sources.length > 0 && names.size > 0);
});

test("of the styles of Next's error page ours has every name that it asks for", () => {
  const source = readFileSync(join(next, "dist/client/components/builtin/global-error.js"), "utf8");
  const names = new Set(source.match(/(?<=_errorstyles\.)\w+/g) ?? []);
  assert.deepEqual([...names].sort(), ["WarningIcon", "errorStyles", "errorThemeCss"]);
  assert.deepEqual(
    [...names].filter((name) => !(name in ours)),
    [],
  );
  assert.equal(ours.WarningIcon(), null);
});

test("there are no server actions, and none would be taken for done", () => {
  const sources = globSync("{app,components,lib}/**/*.{ts,tsx}");
  assert.ok(sources.length > 100);
  for (const source of sources) assert.doesNotMatch(readFileSync(source, "utf8"), /^\s*["']use server["']/m);
  assert.throws(ours.serverActionReducer, /no server actions/);
});
