import assert from "node:assert/strict";
import { test } from "node:test";
import { describeStore } from "#lib/config/describe-store.ts";
import { ConfigError, readConfig, readNamedStore } from "#lib/config.ts";

const secret = { SESSION_SECRET: "s".repeat(32) };
const tcp = "rediss://default:canary-token@x.upstash.io:6379";
const rest = { KV_REST_API_URL: "https://x.upstash.io", KV_REST_API_TOKEN: "canary-token" };
const upstash = { UPSTASH_REDIS_REST_URL: "https://x.upstash.io", UPSTASH_REDIS_REST_TOKEN: "canary-token" };
/** What Vercel's integration of Upstash sets. */
const vercel = { KV_URL: tcp, REDIS_URL: tcp, ...rest, KV_REST_API_READ_ONLY_TOKEN: "canary-read" };
const kv = { kind: "kv", url: "https://x.upstash.io", token: "canary-token" };

const chosen: { what: string; env: Record<string, string>; store: object; words: RegExp }[] = [
  {
    what: "Vercel's set",
    env: vercel,
    store: kv,
    words:
      /^Conversations are kept in the KV at x\.upstash\.io \(KV_REST_API_URL\)\. REDIS_URL and KV_URL are not used$/,
  },
  {
    what: "Vercel's set, and STORE=redis",
    env: { ...vercel, STORE: "redis" },
    store: { kind: "redis", url: tcp },
    words: /the Redis at x\.upstash\.io:6379 \(REDIS_URL\)\. KV_URL is not used$/,
  },
  {
    what: "Vercel's set, and STORE=sqlite in capitals",
    env: { ...vercel, STORE: "SQLite", DATA_DIR: "/d" },
    store: { kind: "sqlite", dir: "/d" },
    words: /^Conversations are kept in \/d$/,
  },
  { what: "Upstash's own names", env: upstash, store: kv, words: /\(UPSTASH_REDIS_REST_URL\)$/ },
  {
    what: "both names of one address",
    env: { ...rest, ...upstash },
    store: kv,
    words: /UPSTASH_REDIS_REST_URL is not/,
  },
  { what: "KV_URL alone", env: { KV_URL: tcp }, store: { kind: "redis", url: tcp }, words: /\(KV_URL\)$/ },
  {
    what: "a host in another case, with its last dot, and Redis' own port and database",
    env: { REDIS_URL: "redis://Cache.Example", KV_URL: "rediss://u:p@cache.example.:6379/0" },
    store: { kind: "redis", url: "redis://Cache.Example" },
    words: /\(REDIS_URL\)\. KV_URL is not used$/,
  },
  {
    what: "names of this machine",
    env: { REDIS_URL: "redis://localhost", KV_REST_API_URL: "http://127.0.0.1:8079", KV_REST_API_TOKEN: "t" },
    store: { kind: "kv", url: "http://127.0.0.1:8079", token: "t" },
    words: /KV at 127\.0\.0\.1:8079/,
  },
  {
    what: "an address by REST whose token may only read, beside the same by TCP",
    env: { KV_REST_API_URL: rest.KV_REST_API_URL, REDIS_URL: tcp },
    store: { kind: "redis", url: tcp },
    words: /\(REDIS_URL\)$/,
  },
  {
    what: "half of another store, and STORE decides",
    env: { KV_REST_API_URL: "https://other.example", REDIS_URL: tcp, STORE: "redis" },
    store: { kind: "redis", url: tcp },
    words: /\(REDIS_URL\)$/,
  },
  {
    what: "different stores, and STORE decides",
    env: { ...rest, REDIS_URL: "redis://other", STORE: "redis" },
    store: { kind: "redis", url: "redis://other" },
    words: /\(REDIS_URL\)/,
  },
  {
    what: "what is wrong with the variables of another store, and STORE decides",
    env: {
      KV_REST_API_URL: '"x"',
      KV_URL: "mysql://h",
      UPSTASH_REDIS_REST_TOKEN: "t",
      STORE: "sqlite",
      DATA_DIR: "/d",
    },
    store: { kind: "sqlite", dir: "/d" },
    words: /\/d$/,
  },
];

for (const { what, env, store, words } of chosen) {
  test(`${what}: one store is chosen and named`, () => {
    const config = readConfig({ ...secret, ...env });
    assert.deepEqual(config.store, store);
    const described = describeStore(config.store, config.storeSource);
    assert.match(described, words);
    assert.doesNotMatch(described, /canary/);
  });
}

const refused: [Record<string, string>, RegExp][] = [
  [
    { ...rest, REDIS_URL: "redis://other" },
    /^REDIS_URL: .*KV_REST_API_URL or REDIS_URL.*STORE=kv or STORE=redis$/,
  ],
  [
    { REDIS_URL: "redis://h", KV_URL: "redis://g" },
    /^KV_URL: .*either REDIS_URL or KV_URL, which name different/,
  ],
  [{ REDIS_URL: "redis://h:1", KV_URL: "redis://h:2" }, /^KV_URL: /],
  [{ REDIS_URL: "redis://h/1", KV_URL: "redis://h/2" }, /^KV_URL: /],
  [{ ...rest, ...upstash, UPSTASH_REDIS_REST_URL: "https://y.upstash.io" }, /^UPSTASH_REDIS_REST_URL: /],
  [
    { KV_REST_API_URL: "https://other.example", REDIS_URL: tcp },
    /^KV_REST_API_TOKEN: found nothing, .*KV_REST_API_URL, which names another store than REDIS_URL, or STORE=redis$/,
  ],
  [
    { ...rest, UPSTASH_REDIS_REST_URL: "https://other.example" },
    /^UPSTASH_REDIS_REST_TOKEN: .* than KV_REST_API_URL/,
  ],
  [{ STORE: "mysql" }, /^STORE: found "mysql", expected sqlite, redis or kv$/],
  [{ STORE: "redis" }, /^REDIS_URL: found nothing, expected the address of the Redis that STORE asks for$/],
  [{ STORE: "redis", ...rest }, /^REDIS_URL: found nothing/],
  [{ STORE: "kv", REDIS_URL: tcp }, /^KV_REST_API_URL: found nothing/],
  [
    { STORE: "kv", ...rest, KV_REST_API_TOKEN: "" },
    /^KV_REST_API_TOKEN: found nothing, expected the token that/,
  ],
  [
    { UPSTASH_REDIS_REST_URL: "https://h" },
    /^UPSTASH_REDIS_REST_TOKEN: found nothing, expected the token that/,
  ],
  [{ UPSTASH_REDIS_REST_TOKEN: "t" }, /^UPSTASH_REDIS_REST_URL: found nothing, expected the address that/],
  [{ KV_URL: "https://canary@h" }, /^KV_URL: found a value of the wrong form, expected redis:/],
];

for (const [env, line] of refused) {
  test(`refused in a line without a secret: ${Object.keys(env).join()}, ${line.source.slice(1, 20)}`, () => {
    assert.throws(
      () => readConfig({ ...secret, ...env }),
      (error) => error instanceof ConfigError && line.test(error.message) && !/\n|canary/.test(error.message),
    );
  });
}

test("a shared store needs a secret, whichever variable names it", () => {
  for (const env of [vercel, upstash, { KV_URL: tcp }])
    assert.throws(() => readConfig(env), /^ConfigError: SESSION_SECRET: found nothing/);
  assert.equal(readConfig({ ...vercel, STORE: "sqlite" }).store.kind, "sqlite");
});

test("a command finds each store by any of its names, and says which", () => {
  assert.deepEqual(readNamedStore("redis", { KV_URL: tcp, ...rest }), {
    store: { kind: "redis", url: tcp },
    source: { variable: "KV_URL", unused: [] },
  });
  const { store, source } = readNamedStore("kv", { ...upstash, STORE: "redis" });
  assert.deepEqual(
    [store, source.variable, source.tokenVariable],
    [kv, "UPSTASH_REDIS_REST_URL", "UPSTASH_REDIS_REST_TOKEN"],
  );
});
