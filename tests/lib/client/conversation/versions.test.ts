import assert from "node:assert/strict";
import { test } from "node:test";
import { questionVersions } from "#lib/client/conversation/versions.ts";
import type { Message } from "#lib/protocol/message.ts";

const question = (id: string, createdAt: number): Message => ({
  ...{ id, parentId: null, runId: id, role: "user", createdAt, text: id },
});

test("versions of a question stand in the order in which they were asked, whatever order the store has", () => {
  const siblings = [question("c", 3), question("a", 1), question("b", 2)];
  for (const order of [siblings, siblings.toReversed()])
    assert.deepEqual(questionVersions(order), { questions: ["a", "b", "c"] });
});

test("a question that was asked once has no versions", () => {
  assert.deepEqual([questionVersions([question("a", 1)]), questionVersions()], [{}, {}]);
});
