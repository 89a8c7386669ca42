import assert from "node:assert/strict";
import { it } from "node:test";
import * as ours from "#components/message/markdown/inline-constructs.ts";
import * as theirs from "../../../../node_modules/micromark-core-commonmark/index.js";

it("what stands for the package in the browser has all that it has; what is not its own takes nothing", () => {
  assert.deepEqual(Object.keys(ours), Object.keys(theirs));
  const own: unknown[] = Object.values(theirs);
  for (const [name, construct] of Object.entries(ours)) {
    if (own.includes(construct)) continue;
    assert.ok("name" in construct && construct.name === name, name);
    const refuse = () => undefined;
    assert.equal(Reflect.apply(construct.tokenize, undefined, [undefined, undefined, refuse]), refuse, name);
  }
});
