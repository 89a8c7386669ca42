import assert from "node:assert/strict";
import { test } from "node:test";
import { McpError } from "#lib/mcp/mcp-error.ts";
import { mcpFailure } from "#lib/mcp/mcp-failure.ts";

const coded = (code: unknown, message = "m") => Object.assign(new Error(message), { code });
const within = (cause: unknown) => new TypeError("fetch failed", { cause });
const answered = (status: number) => Object.assign(new Error("canary"), { code: "X", data: { status } });

const failures: [what: string, error: unknown, code: string, words: RegExp][] = [
  ["a refused connection", within(coded("ECONNREFUSED")), "unreachable", /^s cannot be reached now$/],
  [
    "in a negotiation",
    Object.assign(coded("ERA"), { data: { cause: within(coded("ENOTFOUND")) } }),
    "unreachable",
    /now$/,
  ],
  ["a broken connection", within(coded("UND_ERR_SOCKET")), "ended", /^s ended its connection/],
  ["a closed one", coded("CONNECTION_CLOSED"), "ended", /^s ended its connection/],
  ["no such command", coded("ENOENT"), "not-started", /^s cannot be started/],
  ["no answer", coded("REQUEST_TIMEOUT"), "timeout", /^s did not answer in time$/],
  ["401", answered(401), "unauthorized", /credentials .*\(401\)$/],
  ["302", answered(302), "refused", /^s sends to another address \(302\)/],
  ["500", answered(500), "refused", /^s answered with the HTTP status 500$/],
  ["the server's own words", coded(-32602, "no such tool"), "refused", /^s refused: no such tool$/],
  ["something else", new SyntaxError("canary"), "not-mcp", /^s answered with something that is no MCP$/],
  ["no error", "canary", "not-mcp", /no MCP$/],
];

for (const [what, error, code, words] of failures)
  test(`${what} is told in words`, () => {
    const failure = mcpFailure("s", error);
    assert.equal(failure.code, code);
    assert.match(failure.message, words);
    assert.doesNotMatch(failure.message, /canary/);
  });

test("what is in words already stays as it is", () => {
  const failure = new McpError("too-large", "much");
  assert.equal(mcpFailure("s", new Error("outer", { cause: failure })), failure);
});
