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
    "./links": "dist/client/components/app-router.js",
    "../links": "dist/client/components/segment-cache/cache.js",
    "./prefetch": "dist/client/components/app-router-instance.js",
    "./scheduler": "dist/client/components/segment-cache/cache.js",
    "./segment-cache/scheduler": "dist/client/components/app-router-state.js",
    "../../../shared/lib/router/utils/interception-routes":
      "dist/client/components/router-reducer/compute-changed-path.js",
    "../../../../shared/lib/router/utils/interception-routes":
      "dist/client/components/router-reducer/reducers/has-interception-route-in-current-tree.js",
  };
  assert.deepEqual(aliases, Object.keys(askedFor));
  for (const [name, file] of Object.entries(askedFor))
    assert.ok(readFileSync(join(next, file), "utf8").includes(`require("${name}")`), name);
});

test("ours has every name that Next asks for of its links, of what it loads ahead, and of routes within others", () => {
  const has: Record<string, unknown> = { ...ours };
  const asks = /const (_\w+) = require\("[./a-z-]*\/(?:links|prefetch|scheduler|interception-routes)"\)/g;
  /** What is left out itself, or is no part of a page of ours. */
  const isElsewhere = /(?:links|prefetch|scheduler|offline|server-action-reducer|testing-lock)\.js$/;
  const names = globSync("dist/client/components/**/*.js", { cwd: next })
    .filter((path) => !isElsewhere.test(path) && !/[\\/]dev[\\/]/.test(path))
    .map((path) => readFileSync(join(next, path), "utf8"))
    .flatMap((source) =>
      [...source.matchAll(asks)].flatMap(
        ([, module]) => source.match(new RegExp(`(?<=\\b${module}\\.)\\w+`, "g")) ?? [],
      ),
    );
  assert.ok(names.length > 10);
  assert.deepEqual([...new Set(names)].filter((name) => !(name in has)).sort(), []);
});

test("no page has one of Next's links or forms, loads anything ahead, or is shown within another", () => {
  const sources = globSync("{app,components,lib}/**/*.{ts,tsx}");
  assert.ok(sources.length > 100);
  for (const source of sources)
    assert.doesNotMatch(readFileSync(source, "utf8"), /"next\/(?:link|form)"|\.prefetch\(/, source);
  assert.deepEqual(
    globSync("app/**/*").filter((path) => /\(\.{1,3}\)/.test(path)),
    [],
  );
  assert.equal(ours.getLinkForCurrentNavigation(), null);
  assert.equal(ours.isPrefetchTaskDirty(), false);
  assert.equal(ours.isInterceptionRouteAppPath(), false);
  assert.throws(ours.schedulePrefetchTask, /nothing is loaded ahead/);
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
