import assert from "node:assert/strict";
import { test } from "node:test";
import { toolApprovals } from "#lib/config/tool-approvals.ts";
import { readConfig } from "#lib/config.ts";

test("TOOL_APPROVALS names tools or effects, and what becomes of their calls", () => {
  const given = { network: "deny", save_note: "allow", "mcp-files_write": "ask" };
  assert.deepEqual(toolApprovals.parse(JSON.stringify(given)), given);
  assert.deepEqual(readConfig({}).toolApprovals, {});
  assert.deepEqual(readConfig({ TOOL_APPROVALS: '{"code":"deny"}' }).toolApprovals, { code: "deny" });
});

test("TOOL_APPROVALS that say anything else are refused, with the fix", () => {
  for (const wrong of [
    "",
    "{",
    "allow",
    "[]",
    "null",
    '"allow"',
    '{"write":true}',
    '{"write":"never"}',
    '{"a b":"ask"}',
  ])
    assert.throws(() => toolApprovals.parse(wrong), /allow, ask or deny|names of tools/, wrong);
});
