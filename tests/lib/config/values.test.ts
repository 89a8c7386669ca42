import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { ConfigError, readConfig } from "#lib/config.ts";

const root = join(import.meta.dirname, "../../..");

/** All variables that an operator is told of. */
const names = [...readFileSync(join(root, ".env.example"), "utf8").matchAll(/^#([A-Z][A-Z_\d]*)=/gm)].map(
  ([, name]) => String(name),
);
const amounts = [
  "LIMIT_RUNS_PER_10_MIN",
  "LIMIT_LIVE_RUNS",
  "LIMIT_TOKENS_PER_DAY",
  "LIMIT_SERVER_RUNS",
  "LIMIT_SERVER_STREAMS",
  "TRUSTED_PROXY",
];
const durations = names.filter((name) => name.endsWith("_SECONDS"));

/** The lines of a refusal. */
function refusalOf(env: Record<string, string>): string[] {
  try {
    readConfig(env);
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error));
    return error.message.split("\n");
  }
  return [];
}

function refusesByName(name: string, value: string, found: RegExp): void {
  const lines = refusalOf({ [name]: value });
  const own = lines.filter((line) => line.startsWith(`${name}: `));
  assert.equal(own.length, 1, `${name}=${JSON.stringify(value)}: ${lines.join("\n")}`);
  assert.match(String(own[0]), found);
}

test("what .env.example names is read, and nothing else", () => {
  assert.ok(names.length > 20);
  for (const name of names) refusesByName(name, "\u0000", /control character|spaces/);
});

for (const name of names) {
  test(`${name}: spaces alone, quotes, line breaks and control characters are refused by name`, () => {
    for (const blank of [" ", "  ", "\t", "\u00a0"]) refusesByName(name, blank, /found nothing but spaces/);
    for (const broken of ["a\nb", "a\n", "\na", "a\r", "a\r\n"])
      refusesByName(name, broken, /found a line break/);
    refusesByName(name, "a\u001b[31mb", /found a control character/);
    for (const [open, close] of [`""`, "''", "``", "“”", "‘’"])
      refusesByName(
        name,
        `${open}${"x".repeat(40)}${close}`,
        open === close ? /found a value in quotes/ : /./,
      );
  });
}

test("an empty PORT is refused in a line; every other empty variable is as good as unset", () => {
  assert.deepEqual(refusalOf({ PORT: "" }), [
    "PORT: found nothing, expected a port from 1 to 65535, or no PORT at all",
  ]);
  for (const name of names.filter((each) => each !== "PORT"))
    assert.deepEqual(refusalOf({ [name]: "" }), [], name);
});

test("a number is a number: no other spelling is taken for one", () => {
  for (const name of [...amounts, ...durations, "PORT"])
    for (const odd of [
      "0x10",
      "1,000",
      "8 a day",
      "١٢",
      "Infinity",
      "NaN",
      "--1",
      "-1",
      "1e999",
      "true",
      "1_0",
      "۸",
    ])
      refusesByName(name, odd, /expected (a |how )/);
  for (const name of amounts) refusesByName(name, "1.5", /whole|how many/);
  for (const name of ["LIMIT_LIVE_RUNS", "LIMIT_TOKENS_PER_DAY"])
    refusesByName(name, "9007199254740993", /whole/);
});

test("spaces around a value are not part of it", () => {
  const config = readConfig({
    PORT: " 3001 ",
    LIMIT_LIVE_RUNS: "4 ",
    OPENAI_API_KEY: " k\t",
    DATA_DIR: " /d ",
  });
  assert.deepEqual(
    [config.port, config.limits.liveRuns, config.endpoints[0]?.apiKey, config.dataDir],
    [3001, 4, "k", "/d"],
  );
});

test("a character that nobody sees is refused by name: it would be another folder, another key", () => {
  for (const hidden of ["\u202a/d", "/d\u200b", "/d/\u2060x", "/\u00add", "/d\ufeff/x"])
    for (const name of ["DATA_DIR", "OPENAI_API_KEY", "OPENAI_MODEL", "PUBLIC_URL"])
      refusesByName(name, hidden, /a character that nobody sees/);
  assert.equal(readConfig({ DATA_DIR: "/d/می\u200cخواهم" }).dataDir, "/d/می\u200cخواهم");
});

test("the address of a Redis without a host is refused", () => {
  for (const odd of ["redis://", "redis:///0", "rediss:///"])
    for (const name of ["REDIS_URL", "KV_URL"]) refusesByName(name, odd, /expected redis:\/\/host/);
});

const folders: [string, string][] = [
  ["~", homedir()],
  ["~/x", join(homedir(), "x")],
  ["/d/~x", "/d/~x"],
  ["/d/it's", "/d/it's"],
  ["/d/a b", "/d/a b"],
  ["\\\\server\\c$\\data", join(process.cwd(), "\\\\server\\c$\\data")],
];

test("DATA_DIR: the home of the user is expanded, as a shell would have done", () => {
  for (const [given, dir] of folders) assert.equal(readConfig({ DATA_DIR: given }).dataDir, dir, given);
});

test("DATA_DIR: what nothing expands, and what is no folder, is refused by name", () => {
  for (const odd of [
    "~nobody/x",
    "$HOME/x",
    "${HOME}/x",
    "/d/$USER",
    "%APPDATA%/x",
    "file:///d",
    "redis://h/0",
  ])
    refusesByName("DATA_DIR", odd, /expected the path of a folder/);
});

const secrets: [string, string][] = [
  ["sk-proj-canary-9f3cAbCdEf0123456789", "an OpenAI key"],
  ["canary9f", "a short password"],
  ["canary-".repeat(8), "a session secret"],
  ["rediss://default:canary@h.upstash.io:6379", "an address with a password"],
  ["https://canary:canary@h/v1", "a web address with a password"],
  ["//canary", "half an address"],
  ["eyJjYW5hcnkiOiJ4In0.canary.canary", "a token"],
];

for (const [secret, what] of secrets) {
  test(`${what} in the wrong variable is never printed`, () => {
    for (const name of names) {
      const refusal = refusalOf({ [name]: secret, LEASE_SECONDS: "none" }).join("\n");
      assert.ok(refusal.includes("LEASE_SECONDS"), name);
      assert.doesNotMatch(refusal, /canary/, name);
    }
  });
}

test("a key as a model's name, an endpoint's host or a folder is refused: people would see it", () => {
  const key = "sk-proj-canary-9f3cAbCdEf0123456789";
  for (const name of ["OPENAI_MODEL", "ANTHROPIC_MODEL", "DATA_DIR"])
    refusesByName(name, key, /this is a key/);
  refusesByName("OPENAI_BASE_URL", `https://${key}`, /this is a key/);
  const placeholder = { OPENAI_API_KEY: "ollama", OPENAI_MODEL: "ollama", LEASE_SECONDS: "none" };
  assert.doesNotMatch(refusalOf(placeholder).join("\n"), /OPENAI_/, "a placeholder is no secret");
  const same = "canary-without-a-known-form";
  const [line] = refusalOf({ OPENAI_API_KEY: same, OPENAI_MODEL: same });
  assert.match(String(line), /^OPENAI_MODEL: found a value of \d+ characters, expected a model's name/);
  assert.equal(readConfig({ OPENAI_API_KEY: "k", OPENAI_MODEL: "ask-me" }).endpoints[0]?.model?.id, "ask-me");
});

test("a key in place of any address's host is refused, in whichever case the address has it", () => {
  const token = "AX4XASQgY2-Canary-9f3c";
  const env = { OPENAI_API_KEY: token, KV_REST_API_TOKEN: token, SESSION_SECRET: "x".repeat(32) };
  for (const [name, scheme] of [
    ["OPENAI_BASE_URL", "https"],
    ["ANTHROPIC_BASE_URL", "https"],
    ["PUBLIC_URL", "https"],
    ["REDIS_URL", "rediss"],
    ["KV_URL", "redis"],
    ["KV_REST_API_URL", "https"],
    ["UPSTASH_REDIS_REST_URL", "https"],
  ] as const) {
    for (const key of [token, "AIzaSyCanaryA1234567890", "sk-canary-AbCdEf0123456789"]) {
      const lines = refusalOf({ ...env, [name]: `${scheme}://${key}` });
      assert.ok(
        lines.some((line) => line.startsWith(`${name}: `) && line.includes("this is a key")),
        name,
      );
      assert.doesNotMatch(lines.join("\n"), /canary/i);
    }
    for (const host of ["hf-tgi", "localhost", "sk-gateway-of-our-company.example"])
      assert.doesNotMatch(refusalOf({ ...env, [name]: `${scheme}://${host}` }).join("\n"), /this is a key/);
  }
});

test("user and password of an address are used or refused, never left out or printed", () => {
  const base = "https://ann:canary@h.example/v1";
  assert.equal(readConfig({ OPENAI_BASE_URL: base }).endpoints[0]?.baseUrl, base);
  for (const [env, line] of [
    [{ OPENAI_BASE_URL: base, OPENAI_API_KEY: "canary" }, /^OPENAI_BASE_URL: .* beside OPENAI_API_KEY/],
    [{ OPENAI_BASE_URL: "https://ann:canary%zz@h/v1" }, /^OPENAI_BASE_URL: .*%25 for %/],
    [{ REDIS_URL: "redis://:canary%zz@h" }, /^REDIS_URL: .*%25 for %/],
    [{ KV_REST_API_URL: "https://ann:canary@h" }, /^KV_REST_API_URL: .* without user and password/],
  ] as const) {
    const [first = "", ...more] = refusalOf(env);
    assert.match(first, line);
    assert.doesNotMatch([first, ...more].join(), /canary/);
  }
});
