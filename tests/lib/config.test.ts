import assert from "node:assert/strict";
import { test } from "node:test";
import { ConfigError, readConfig, readStore } from "#lib/config.ts";
import { defaultMaxMessageLength } from "#lib/protocol/limits.ts";

test("nothing set: loopback, port 3000, the demo model, SQLite under .data", () => {
  const config = readConfig({});
  assert.equal(config.host, "127.0.0.1");
  assert.equal(config.port, 3000);
  assert.equal(config.usesDemo, true);
  assert.match(config.dataDir, /\.data$/);
});

test("a key or an address alone is an endpoint; an empty value counts as unset", () => {
  assert.equal(readConfig({ OPENAI_API_KEY: "sk-x" }).usesDemo, false);
  assert.equal(readConfig({ OPENAI_BASE_URL: "http://127.0.0.1:1/v1" }).usesDemo, false);
  assert.equal(readConfig({ OPENAI_API_KEY: "", OPENAI_BASE_URL: "" }).usesDemo, true);
});

test("a message has as many characters as the operator says, else 128,000", () => {
  assert.equal(readConfig({}).maxMessageLength, defaultMaxMessageLength);
  assert.equal(readConfig({ MAX_MESSAGE_CHARACTERS: "500000" }).maxMessageLength, 500_000);
});

test("a model of which nobody says it takes in as many tokens as the operator says, else 128,000", () => {
  assert.equal(readConfig({}).contextTokens, 128_000);
  assert.equal(readConfig({ MODEL_CONTEXT_TOKENS: "8192" }).contextTokens, 8192);
});

const long = "x".repeat(32);
const wrong: [Record<string, string>, RegExp][] = [
  [{ PORT: "http" }, /^PORT: found "http", expected a port from 1 to 65535$/],
  [{ PORT: "70000" }, /^PORT: found "70000"/],
  [{ BASE_PATH: "/chat" }, /^BASE_PATH: found .*, expected nothing: it is served at the root of a name/],
  [
    { MAX_MESSAGE_CHARACTERS: "999" },
    /^MAX_MESSAGE_CHARACTERS: found "999", expected a whole number of characters from 1000 to 1000000$/,
  ],
  [{ OPENAI_BASE_URL: "ftp://x" }, /^OPENAI_BASE_URL: found "ftp:\/\/x", expected an http/],
  [
    { SESSION_SECRET: `${long},short` },
    /^SESSION_SECRET: found a value of the wrong form, expected at least 32/,
  ],
  [
    { LEASE_SECONDS: "-1" },
    /^LEASE_SECONDS: found "-1", expected a number of seconds above 0, at most 86400$/,
  ],
  [{ SWEEP_SECONDS: "1e12" }, /^SWEEP_SECONDS: found "1e12", expected a number of seconds above 0, at most/],
  [{ HEARTBEAT_SECONDS: "9" }, /^HEARTBEAT_SECONDS: found "9", expected at most half of LEASE_SECONDS$/],
  [{ REDIS_URL: "http://h" }, /^REDIS_URL: found a value of the wrong form, expected redis:\/\/host/],
  [
    { REDIS_URL: "redis://:pass@h" },
    /^SESSION_SECRET: found nothing, expected 32 random characters or more, the same for every process/,
  ],
  [
    { REDIS_URL: "redis://h", KV_REST_API_URL: "https://g", KV_REST_API_TOKEN: "t", SESSION_SECRET: long },
    /^REDIS_URL: found a value of the wrong form, expected one store: set either/,
  ],
  [{ KV_REST_API_URL: "ftp://h" }, /^KV_REST_API_URL: found "ftp:\/\/h", expected the https address/],
  [
    { KV_REST_API_URL: "https://h", SESSION_SECRET: long },
    /^KV_REST_API_TOKEN: found nothing, expected the token that belongs/,
  ],
  [
    { KV_REST_API_TOKEN: "t", SESSION_SECRET: long },
    /^KV_REST_API_URL: found nothing, expected the address that belongs/,
  ],
  [
    { HOST: "0.0.0.0" },
    /^SESSION_SECRET: found nothing, expected 32 random characters or more, because HOST/,
  ],
];

for (const [env, line] of wrong) {
  test(`${Object.keys(env)[0]} wrong: one line names it, what was found and the fix (${Object.values(env)[0]?.slice(0, 12)})`, () => {
    assert.throws(
      () => readConfig(env),
      (error) => error instanceof ConfigError && line.test(error.message),
    );
  });
}

test("a key is never printed, however wrong it is", () => {
  assert.throws(
    () => readConfig({ OPENAI_API_KEY: "sk canary\n", PORT: "no" }),
    (error) =>
      error instanceof ConfigError &&
      error.message.split("\n").length === 2 &&
      !error.message.includes("canary"),
  );
});

test("several secrets are kept in their order, newest first", () => {
  const [a, b] = ["a".repeat(32), "b".repeat(40)];
  assert.deepEqual(readConfig({ SESSION_SECRET: `${a}, ${b}` }).sessionSecrets, [a, b]);
});

test("the store: SQLite unless a Redis or a KV is named", () => {
  const secret = { SESSION_SECRET: long };
  assert.deepEqual(readConfig({ DATA_DIR: "/d" }).store, { kind: "sqlite", dir: "/d" });
  const redis = readConfig({ REDIS_URL: "rediss://u:p@h:1/2", ...secret });
  assert.deepEqual(redis.store, { kind: "redis", url: "rediss://u:p@h:1/2" });
  const kv = readConfig({ KV_REST_API_URL: "https://h", KV_REST_API_TOKEN: "t", ...secret });
  assert.deepEqual(kv.store, { kind: "kv", url: "https://h", token: "t" });
});

test("a copy finds each store by its own variables, those of the others set or wrong", () => {
  const kv = { KV_REST_API_URL: "https://h", KV_REST_API_TOKEN: "t" };
  const all = { REDIS_URL: "redis://h", ...kv };
  assert.deepEqual(readStore("redis", all), { kind: "redis", url: "redis://h" });
  assert.deepEqual(readStore("kv", { ...all, REDIS_URL: "x" }), { kind: "kv", url: "https://h", token: "t" });
  const { kind, ...address } = readStore("sqlite", all);
  assert.deepEqual([kind, "dir" in address && address.dir.endsWith(".data")], ["sqlite", true]);
  const missing = { name: "ConfigError", message: /^REDIS_URL: found nothing/ };
  assert.throws(() => readStore("redis", { REDIS_URL: "", ...kv }), missing);
  assert.throws(
    () => readStore("kv", { KV_REST_API_URL: "https://h" }),
    /^ConfigError: KV_REST_API_TOKEN: found nothing/,
  );
  assert.throws(
    () => readStore("kv", { ...kv, KV_REST_API_TOKEN: "se cret" }),
    (error) => !/se cret/.test(String(error)),
  );
});
