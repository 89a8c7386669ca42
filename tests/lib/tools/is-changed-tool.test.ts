import assert from "node:assert/strict";
import { test } from "node:test";
import { isChangedTool } from "#lib/tools/is-changed-tool.ts";
import { scriptedTool } from "../../support/scripted-tools.ts";

test("a tool has changed where the one of its name that was offered is described otherwise", () => {
  const tool = (definitionHash?: string) =>
    scriptedTool("t", () => "", definitionHash === undefined ? {} : { definitionHash });
  const offered = (definitionHash?: string) => new Map([["t", tool(definitionHash)]]);
  assert.equal(isChangedTool(tool("a"), offered("a")), false);
  assert.equal(isChangedTool(tool("a"), offered("b")), true);
  assert.equal(isChangedTool(tool("a"), offered()), true, "it was one of ours");
  assert.equal(isChangedTool(tool(), offered()), false);
  assert.equal(isChangedTool(tool("a"), new Map()), false, "it was not offered at all");
});
