import assert from "node:assert/strict";
import { test } from "node:test";
import { readConfig } from "#lib/config.ts";

const [searxng, brave, tavily] = [
  { SEARXNG_URL: "https://searx.example" },
  { BRAVE_API_KEY: "brave-key-0123456789" },
  { TAVILY_API_KEY: "tavily-key-0123456789" },
];

const rows: [what: string, env: Record<string, string>, provider: string | undefined][] = [
  ["nothing", {}, undefined],
  ["a SearXNG", searxng, "searxng"],
  ["a key of Brave's", brave, "brave"],
  ["a key of Tavily's", tavily, "tavily"],
  ["all of them", { ...tavily, ...brave, ...searxng }, "searxng"],
  ["all of them, and a word", { ...tavily, ...brave, ...searxng, WEB_SEARCH: "Tavily" }, "tavily"],
  ["a key, and off", { ...tavily, WEB_SEARCH: "off" }, undefined],
];
for (const [what, env, provider] of rows)
  test(`with ${what} the web is searched by ${provider ?? "nobody"}`, () =>
    assert.equal(readConfig(env).search?.provider, provider));

test("a provider has its key and where it is reached", () => {
  assert.deepEqual(readConfig({ ...brave, BRAVE_BASE_URL: "https://proxy.example" }).search, {
    provider: "brave",
    apiKey: brave.BRAVE_API_KEY,
    baseUrl: "https://proxy.example",
  });
});

const refused: [what: string, env: Record<string, string>, words: RegExp][] = [
  ["a provider without its key", { WEB_SEARCH: "brave" }, /BRAVE_API_KEY: .*because WEB_SEARCH is brave/],
  ["a provider that there is not", { WEB_SEARCH: "yahoo" }, /WEB_SEARCH: .*searxng, brave, tavily or off/],
  ["an address that is none", { SEARXNG_URL: "searx" }, /SEARXNG_URL: /],
  ["a key with a space", { TAVILY_API_KEY: "a secret key" }, /TAVILY_API_KEY: (?!.*secret)/],
];
for (const [what, env, words] of refused)
  test(`${what} is refused with the fix`, () => assert.throws(() => readConfig(env), words));
