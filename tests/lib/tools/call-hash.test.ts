import assert from "node:assert/strict";
import { test } from "node:test";
import { callHash } from "#lib/tools/call-hash.ts";
import { scriptedTool } from "../../support/scripted-tools.ts";

const tool = scriptedTool("send", () => undefined);

test("what is approved has one name, whatever the order of the arguments", () => {
  const hash = callHash(tool, { to: "Ada", body: { a: 1, b: [2, 3] } });
  assert.match(hash, /^[0-9a-f]{32}$/);
  assert.equal(callHash(tool, { body: { b: [2, 3], a: 1 }, to: "Ada" }), hash);
});

test("another argument, effect, description or schema is something else", () => {
  const others = [
    callHash(tool, { to: "Bob" }),
    callHash({ ...tool, effect: "write" }, { to: "Ada" }),
    callHash({ ...tool, description: "sends, and copies us" }, { to: "Ada" }),
    callHash({ ...tool, inputSchema: {} }, { to: "Ada" }),
  ];
  assert.equal(new Set([...others, callHash(tool, { to: "Ada" })]).size, 5);
});
