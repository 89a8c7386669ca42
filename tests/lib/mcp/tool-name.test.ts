import assert from "node:assert/strict";
import { test } from "node:test";
import { toolName } from "#lib/mcp/tool-name.ts";

test("a tool's name begins with its server's, and every provider takes it", () => {
  assert.equal(toolName("files", "read_file"), "files__read_file");
  const odd = ["a.b", "a b", "a/b", "天气", "x".repeat(64), `${"x".repeat(64)}y`, ""];
  const names = odd.map((tool) => toolName("files", tool));
  for (const name of names) assert.match(name, /^files__[\w-]{0,57}$/);
  assert.equal(new Set(names).size, odd.length);
});
