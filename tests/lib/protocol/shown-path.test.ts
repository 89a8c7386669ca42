import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Message } from "#lib/protocol/message.ts";
import { pathTo, shownPath } from "#lib/protocol/shown-path.ts";

/** Questions by id and parent, in the order they were saved. */
const saved = (...pairs: [id: string, parentId: string | null][]): Message[] =>
  pairs.map(([id, parentId]) => ({ id, parentId, runId: "r", role: "user", createdAt: 0, text: id }));
const ids = (path: readonly Message[]): string => path.map(({ id }) => id).join("");

const tree = saved(["a", null], ["b", "a"], ["c", "b"], ["d", "a"], ["e", "d"]);

describe("a conversation is read", () => {
  const cases: [title: string, messages: Message[], path: string][] = [
    ["from the first message on", saved(["a", null], ["b", "a"], ["c", "b"]), "abc"],
    ["by the newest of siblings", tree, "ade"],
    ["by the newest first message", saved(["a", null], ["b", "a"], ["c", null]), "c"],
    ["as nothing where there is none", [], ""],
    ["up to where a message is missing", saved(["a", null], ["c", "b"]), "a"],
  ];
  for (const [title, messages, path] of cases)
    test(title, () => assert.equal(ids(shownPath(messages)), path));
});

test("the way to any message is known, also to one that is not shown", () => {
  assert.deepEqual(
    ["a", "c", "e", "none"].map((id) => ids(pathTo(tree, id))),
    ["a", "abc", "ade", ""],
  );
});
