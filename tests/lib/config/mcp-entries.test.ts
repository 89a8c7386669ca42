import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { ConfigError, readConfig } from "#lib/config.ts";

const dir = mkdtempSync(join(tmpdir(), "rivulet-mcp-"));
after(() => rmSync(dir, { recursive: true, force: true }));

const entry = { name: "a", url: "http://127.0.0.1:1/mcp" };

const serversOf = (value: unknown, env: Record<string, string> = {}) =>
  readConfig({ MCP_SERVERS: JSON.stringify(value), ...env }).mcpServers;

/** The lines of a refusal; a list that is taken fails the test. */
function refusalOf(value: unknown, env: Record<string, string> = {}): string {
  try {
    serversOf(value, env);
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error));
    return error.message;
  }
  return assert.fail(`taken: ${JSON.stringify(value)}`);
}

test("an entry is a server that is reached over HTTP or started, with what its variables hold", () => {
  const web = {
    name: "web",
    url: "https://h.example/mcp",
    headers: { Authorization: "Bearer ${WEB_TOKEN}", "x-team": "blue" },
    tools: ["search"],
    effects: { search: "read" },
    timeoutSeconds: 5,
  };
  const files = {
    name: "files",
    command: "npx",
    args: ["-y", "files"],
    env: { ROOT: "${ROOT}/x" },
    cwd: "/",
  };
  assert.deepEqual(
    serversOf([web, { ...files, effect: "write" }, entry], { WEB_TOKEN: " t0 ", ROOT: "/r" }),
    [
      {
        name: "web",
        reach: { type: "http", url: web.url, headers: { Authorization: "Bearer t0", "x-team": "blue" } },
        tools: ["search"],
        effect: "network",
        effects: { search: "read" },
        idleTimeoutMs: 5000,
      },
      {
        name: "files",
        reach: { type: "stdio", command: "npx", args: ["-y", "files"], env: { ROOT: "/r/x" }, cwd: "/" },
        effect: "write",
        effects: {},
        idleTimeoutMs: 60_000,
      },
      {
        name: "a",
        reach: { type: "http", url: entry.url, headers: {} },
        effect: "network",
        effects: {},
        idleTimeoutMs: 60_000,
      },
    ],
  );
  assert.deepEqual(readConfig({}).mcpServers, []);
});

test("the form that other programs keep is read too, and a file that holds it", () => {
  const value = { mcpServers: { files: { type: "stdio", command: "npx", args: [] } } };
  const file = join(dir, "mcp.json");
  writeFileSync(file, JSON.stringify(value, undefined, 2));
  for (const MCP_SERVERS of [JSON.stringify(value, undefined, 2), file]) {
    const [server] = readConfig({ MCP_SERVERS }).mcpServers;
    assert.equal(server?.name, "files");
    assert.equal(server?.reach.type, "stdio");
  }
});

const faults: [what: string, value: unknown, line: RegExp][] = [
  ["one object", entry, /^MCP_SERVERS: found one object, expected a list such as \[\{"name"/],
  ["no object", [1], /^MCP_SERVERS, entry 1: found something that is no entry/],
  ["no name", [{ url: entry.url }], /entry 1: name: missing, expected a short name/],
  ["two underscores", [{ ...entry, name: "a__b" }], /name: expected a short name of letters/],
  ["a name twice", [entry, { ...entry, name: "A" }], /entry 2 \("A"\): its name is that of entry 1 too/],
  ["no way to reach it", [{ name: "a" }], /entry 1 \("a"\): expected either a url or a command/],
  ["two ways", [{ ...entry, command: "x" }], /expected either a url or a command/],
  ["another type", [{ ...entry, type: "sse" }], /type: expected http or stdio: servers that speak SSE alone/],
  ["the wrong type", [{ ...entry, type: "stdio" }], /type is stdio, expected the one of its url or command/],
  ["a password", [{ name: "a", url: "http://u:p@h/mcp" }], /url: expected an address without user and pass/],
  ["another address", [{ name: "a", url: "ftp://h" }], /url: expected an http\(s\) address/],
  ["an unset variable", [{ ...entry, headers: { a: "${NONE}" } }], /headers\.a names NONE, which is not set/],
  ["that every object has", [{ ...entry, headers: { a: "${constructor}" } }], /names constructor, which is/],
  [
    "a header of ours",
    [{ ...entry, headers: { "Mcp-Method": "x" } }],
    /headers: expected no header that the/,
  ],
  ["another effect", [{ ...entry, effects: { x: "all" } }], /effects\.x: expected read, write, network or/],
  ["no time at all", [{ ...entry, timeoutSeconds: 0 }], /timeoutSeconds: expected 1 second or more/],
  ["a key in another case", [{ ...entry, Headers: {} }], /unknown key "Headers", write headers/],
];

for (const [what, value, line] of faults)
  test(`${what}: the server does not start, and one line names the entry and the fix`, () => {
    const message = refusalOf(value);
    assert.match(message, line);
    assert.equal(message.split("\n").length, 1);
  });

test("no line repeats a header, an argument or the value of a variable", () => {
  const secret = "sk-canary-0123456789abcdef";
  for (const value of [
    [{ ...entry, headers: { Authorization: `Bearer ${secret}` }, colour: 1 }],
    [{ name: "a", command: "x", args: [secret], effects: { y: "all" } }],
    [{ ...entry, headers: { a: "${KEY}" } }],
    [{ name: secret, url: entry.url }],
  ])
    assert.doesNotMatch(refusalOf(value, { KEY: `${secret}\n` + "ü" }), /canary/);
});
