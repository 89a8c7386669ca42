import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { ConfigError, readConfig } from "#lib/config.ts";

const dir = mkdtempSync(join(tmpdir(), "rivulet-models-"));
after(() => rmSync(dir, { recursive: true, force: true }));

const entry = { id: "a", baseURL: "http://127.0.0.1:1/v1" };

/** The lines of a refusal; a list that is taken fails the test. */
function refusalOf(value: unknown, env: Record<string, string> = {}): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  try {
    readConfig({ RIVULET_MODELS: text, ...env });
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error));
    return error.message;
  }
  return assert.fail(`taken: ${text}`);
}

test("an entry is an endpoint with one model, asked under `model`, with the key that its variable holds", () => {
  const full = {
    id: "fast",
    label: "Fast",
    wire: "messages",
    baseURL: "https://h.example/v1",
    keyVariable: "MY_KEY",
    model: "fast-2026",
    prices: { input: 0.5, output: 2, cachedInput: 0.05 },
    limits: { context: 200_000, output: 8192 },
    headers: { "x-team": "blue" },
    toolCalling: "react",
    reasoningEffort: "high",
    thinkingTokens: 4096,
    capabilities: { tools: true, images: false },
  };
  const { endpoints, usesDemo } = readConfig({
    RIVULET_MODELS: JSON.stringify([full, entry], undefined, 2),
    MY_KEY: " sk-mine ",
    OPENAI_API_KEY: "sk-open",
    OPENAI_TOOL_CALLING: "native",
  });
  const { id, label, model, prices, limits, capabilities } = full;
  assert.deepEqual(endpoints, [
    {
      wire: "messages",
      apiKey: "sk-mine",
      baseUrl: full.baseURL,
      headers: full.headers,
      toolCalling: "react",
      reasoningEffort: "high",
      thinkingTokens: 4096,
      model: { id, label, model, prices, limits, capabilities },
    },
    { wire: "chat", baseUrl: entry.baseURL, model: { id: "a", model: "a" } },
    { wire: "chat", apiKey: "sk-open", toolCalling: "native" },
  ]);
  assert.equal(usesDemo, false);
});

test("a path is that of a file with the list, with a byte order mark or without", () => {
  for (const mark of ["", "\ufeff"]) {
    const file = join(dir, "models.json");
    writeFileSync(file, `${mark}${JSON.stringify([entry])}`);
    assert.equal(readConfig({ RIVULET_MODELS: file }).endpoints[0]?.model?.id, "a");
  }
  assert.match(refusalOf(join(dir, "none.json")), /no file none\.json that can be read \(ENOENT\)/);
  const broken = join(dir, "broken.json");
  writeFileSync(broken, '[\n  {"id": "a",}\n]');
  assert.match(refusalOf(broken), /^RIVULET_MODELS, file broken\.json: found no JSON at line 2, column \d+/);
});

test("ANTHROPIC_API_KEY alone is an endpoint of the messages wire, whose address may be given without the version", () => {
  for (const [url, baseUrl] of [
    [undefined, "https://api.anthropic.com/v1"],
    ["http://127.0.0.1:9", "http://127.0.0.1:9/v1"],
    ["http://127.0.0.1:9/v1/", "http://127.0.0.1:9/v1"],
  ]) {
    const { endpoints } = readConfig({
      ANTHROPIC_API_KEY: "sk-ant",
      ...(url !== undefined && { ANTHROPIC_BASE_URL: url }),
    });
    assert.deepEqual(endpoints, [{ wire: "messages", apiKey: "sk-ant", baseUrl }]);
  }
  assert.deepEqual(readConfig({ ANTHROPIC_MODEL: "m" }).endpoints, []);
});

const faults: [what: string, value: unknown, line: RegExp][] = [
  ["no JSON", "[{", /^RIVULET_MODELS: found no JSON.*expected a list such as \[\{"id"/],
  ["one object", entry, /^RIVULET_MODELS: found one object, expected a list/],
  ["no object", [1], /^RIVULET_MODELS, entry 1: found something that is no entry, expected an object/],
  ["no id", [{ baseURL: "http://h/v1" }], /^RIVULET_MODELS, entry 1: id: missing, expected the name/],
  ["no address", [{ id: "a" }], /entry 1 \("a"\): baseURL: missing, expected an http\(s\) address/],
  ["a key in another case", [{ id: "a", baseUrl: "http://h" }], /unknown key "baseUrl", write baseURL/],
  ["an unknown key", [{ ...entry, colour: 1 }], /unknown key "colour", expected one of id, label, wire/],
  ["one inside", [{ ...entry, prices: { in: 1 } }], /unknown key "in" in prices, expected one of input/],
  ["an id twice", [entry, entry], /entry 2 \("a"\): its id is that of entry 1 too, give each/],
  ["an id of ours", [{ ...entry, id: "rivulet-demo" }], /a name of Rivulet itself, choose another/],
  ["another wire", [{ ...entry, wire: "grpc" }], /wire: expected chat, responses or messages/],
  ["another way of tools", [{ ...entry, toolCalling: "on" }], /toolCalling: expected auto, native or react/],
  [
    "another effort",
    [{ ...entry, reasoningEffort: "a lot" }],
    /reasoningEffort: expected none, minimal, low/,
  ],
  [
    "few thoughts",
    [{ ...entry, wire: "messages", thinkingTokens: 100 }],
    /thinkingTokens: expected a number of tokens from 1024/,
  ],
  [
    "a number of thoughts on a wire that takes none",
    [{ ...entry, thinkingTokens: 2000 }],
    /thinkingTokens is for the wire messages: write reasoningEffort/,
  ],
  ["another address", [{ ...entry, baseURL: "ftp://h" }], /baseURL: expected an http\(s\) address/],
  ["a price as text", [{ ...entry, prices: { input: "1", output: 1 } }], /prices\.input: expected a number/],
  ["a price below 0", [{ ...entry, prices: { input: 1, output: -1 } }], /prices\.output: expected a price/],
  ["half a token", [{ ...entry, limits: { context: 1.5 } }], /limits\.context: expected a whole number/],
  ["a header in two lines", [{ ...entry, headers: { x: "a\nb" } }], /headers\.x: expected a text without/],
  ["a header of our own", [{ ...entry, headers: { Host: "h" } }], /headers: expected no header that every/],
  ["a key that is not set", [{ ...entry, keyVariable: "NONE" }], /names NONE, which is not set: set it, or/],
  [
    "a key that every object has",
    [{ ...entry, keyVariable: "constructor" }],
    /entry 1 \("a"\): keyVariable names constructor, which is not set/,
  ],
  ["headers in a list", [{ ...entry, headers: ["a"] }], /headers: expected an object with a text for each/],
  ["no prices", [{ ...entry, prices: null }], /prices: expected an object with input and output/],
  ["limits as a number", [{ ...entry, limits: 8192 }], /limits: expected an object with context or output/],
  [
    "capabilities in a list",
    [{ ...entry, capabilities: ["tools"] }],
    /capabilities: expected an object with/,
  ],
  ["a capability", [{ ...entry, capabilities: { tools: 1 } }], /capabilities\.tools: expected true or false/],
];

for (const [what, value, line] of faults)
  test(`${what}: the server does not start, and one line names the entry and the fix`, () => {
    const message = refusalOf(value);
    assert.match(message, line);
    assert.equal(message.split("\n").length, 1);
  });

test("every entry that is wrong has its line, beside those of other variables", () => {
  const lines = refusalOf([{ id: "a" }, entry, { id: "c" }], { PORT: "x" }).split("\n");
  assert.deepEqual(
    lines.map((line) => line.slice(0, 29)),
    [
      'PORT: found "x", expected a p',
      'RIVULET_MODELS, entry 1 ("a")',
      'RIVULET_MODELS, entry 2 ("a")',
      'RIVULET_MODELS, entry 3 ("c")',
    ].map((line) => line.slice(0, 29)),
  );
});

test("S56 a key that stands anywhere in it is in no line", () => {
  const key = "sk-canary-9f3cAbCdEf0123456789";
  const values: unknown[] = [
    key,
    `./${key}`,
    `[{"id": "${key}"`,
    `[{"id": ${key}}]`,
    [{ ...entry, id: key }],
    [{ ...entry, keyVariable: key }],
    [{ ...entry, model: key }],
    [{ ...entry, [key]: true }],
    [{ ...entry, baseURL: key }],
    [{ ...entry, baseURL: `https://u:${key}@h/v1`, keyVariable: "K" }],
    [{ ...entry, headers: { [`${key} `]: "x" } }],
    [{ ...entry, headers: { authorization: `Bearer ${key}\n` } }],
    [{ ...entry, keyVariable: "SPACED" }],
  ];
  for (const value of values)
    assert.doesNotMatch(refusalOf(value, { K: key, SPACED: `${key} x` }), /canary/, JSON.stringify(value));
});
