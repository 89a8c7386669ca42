import assert from "node:assert/strict";
import { test } from "node:test";
import { fold } from "#lib/protocol/fold.ts";
import type { Part, ToolState } from "#lib/protocol/message.ts";
import { messageOf } from "#lib/protocol/message-of.ts";
import { emptyRun } from "#lib/protocol/run-state.ts";
import { storedMessage, storedParts, upgradeMessage, upgradeParts } from "#lib/protocol/upgrade-parts.ts";
import * as b from "../../support/event-builders.ts";

const at = { stepId: "s", startedAt: 1 };
const call = { toolCallId: "c", toolName: "add", inputText: "{}", ...at };

const older: [what: string, stored: object, part: object][] = [
  ["a text", { kind: "text", id: "t", text: "a", ...at }, { type: "text", id: "t", text: "a", ...at }],
  [
    "a source",
    { kind: "source", sourceId: "u", url: "u", ...at },
    { type: "source-url", sourceId: "u", url: "u", ...at },
  ],
  ...(
    [
      ["preparing", "input-streaming"],
      ["queued", "input-available"],
      ["running", "running"],
      ["needs-approval", "approval-requested"],
      ["done", "output-available"],
      ["failed", "output-error"],
      ["denied", "output-denied"],
    ] satisfies [string, ToolState][]
  ).map(([before, state]): [string, object, object] => [
    `a call that is ${before}`,
    { kind: "tool", state: before, ...call },
    { type: "tool", state, ...call },
  ]),
];

for (const [what, stored, part] of older) {
  test(`${what} that an older build stored is read, and stored so that it reads it too`, () => {
    assert.deepEqual(upgradeParts([stored]), [part]);
    const [again] = storedParts(upgradeParts([stored]));
    assert.deepEqual({ ...again, type: undefined }, { ...stored, type: undefined });
    assert.deepEqual(upgradeParts([again]), [part]);
  });
}

/** One part of each type. */
const parts: readonly Part[] = b
  .numbered([
    ...[b.start(), b.startStep(), b.textStart(), b.reasoningStart(), b.refusalDelta("no")],
    ...[b.toolInputStart(), b.objectStart(), b.handoff(), b.sourceUrl(), b.steered("more")],
  ])
  .reduce(fold, emptyRun(b.ids.run)).parts;

test("every type of part is the same after it was stored", () => {
  assert.equal(parts.length, 8);
  assert.deepEqual(upgradeParts(JSON.parse(JSON.stringify(storedParts(parts)))), parts);
});

test("messages of both roles are the same after they were stored", () => {
  const answer = messageOf({ ...emptyRun(b.ids.run), parts });
  const question = { id: "q", parentId: null, runId: "r", role: "user", createdAt: 1, text: "why" } as const;
  for (const message of [answer, question])
    assert.deepEqual(upgradeMessage(JSON.parse(JSON.stringify(storedMessage(message)))), message);
  assert.equal(storedMessage(question), question);
});
