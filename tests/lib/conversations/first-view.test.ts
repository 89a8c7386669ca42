import assert from "node:assert/strict";
import { test } from "node:test";
import { firstView } from "#lib/conversations/first-view.ts";
import type { Message } from "#lib/protocol/message.ts";
import { runOf, savedMessages, viewOf } from "../../support/conversation-situations.ts";
import { text, uuid } from "../../support/event-builders.ts";

const maxJson = 60_000;

/** A question and its answer each, the answers as long as said. */
function turns(...lengths: number[]): Message[] {
  let parentId: string | null = null;
  return lengths.flatMap((length, at) => {
    const runId = uuid(100 + at);
    const answer = savedMessages.at(-1);
    assert.ok(answer?.role === "assistant");
    const parts = answer.parts.map((part) => ({ ...part, text: `${at} `.padEnd(length, "😀") }));
    const turn: Message[] = [
      { id: `u${at}`, parentId, runId, role: "user", createdAt: 1, text: "go" },
      { ...answer, id: `a${at}`, parentId: `u${at}`, runId, parts },
    ];
    parentId = `a${at}`;
    return turn;
  });
}
const idsOf = (messages: readonly Message[]): string[] => messages.map(({ id }) => id);

test("a conversation of a few screens is rendered as it is", () => {
  for (const view of [
    viewOf([]),
    viewOf(turns(10)),
    viewOf(turns(1000, 20_000, 1000), runOf(uuid(900), text("x"))),
  ])
    assert.equal(firstView(view), view);
});

test("of many turns the newest are rendered, whole, and the first of them begins the path", () => {
  const messages = turns(...Array.from({ length: 300 }, () => 4000));
  const { rest, messages: shown } = firstView(viewOf(messages));
  assert.equal(rest, "older");
  assert.ok(shown.length >= 4 && JSON.stringify(shown).length < maxJson);
  assert.deepEqual(idsOf(shown), idsOf(messages.slice(-shown.length)));
  assert.deepEqual(shown[0], { ...messages.at(-shown.length), parentId: null });
  assert.deepEqual(shown.slice(1), messages.slice(1 - shown.length));
});

test("of a newest answer that is too long, its beginning is rendered, under its question, cut in no character", () => {
  for (const pad of ["", "x"]) {
    const messages = turns(100, 4_000_000).map((message) =>
      message.role === "user" ? { ...message, text: `${message.text}${pad}` } : message,
    );
    const { rest, messages: shown } = firstView(viewOf(messages));
    assert.equal(rest, "answer");
    assert.deepEqual(idsOf(shown), ["u1", "a1"]);
    const [, answer] = shown;
    assert.ok(answer?.role === "assistant" && answer.ending);
    const [part] = answer.parts;
    assert.ok(part?.type === "text" && part.text.startsWith("1 😀") && part.text.length > 20_000);
    assert.ok(part.text.isWellFormed() && JSON.stringify(shown).length < maxJson);
  }
});

test("an answer of many parts, and one of long ones, is cut behind what there is room for", () => {
  const [question, answer] = turns(10);
  assert.ok(question && answer?.role === "assistant");
  const [part] = answer.parts;
  assert.ok(part);
  const parts = Array.from({ length: 20_000 }, (_, at) => ({ ...part, id: `text-${at}` }));
  const tool = { type: "tool", toolCallId: "t", toolName: "x", state: "output-available" } as const;
  const output = { ...tool, inputText: "", output: "x".repeat(1_000_000), stepId: "s", startedAt: 1 };
  for (const own of [parts, [part, output, part]]) {
    const { rest, messages } = firstView(viewOf([question, { ...answer, parts: own }]));
    assert.equal(rest, "answer");
    assert.ok(JSON.stringify(messages).length < maxJson);
    const [, shown] = messages;
    assert.ok(shown?.role === "assistant");
    assert.deepEqual(shown.parts, own.slice(0, shown.parts.length));
    assert.ok(shown.parts.length >= 1);
  }
});

test("a live run is rendered whole, and takes the room of what is older; one of hundreds of screens is asked for", () => {
  const messages = turns(30_000, 5_000);
  const live = runOf(uuid(900), text("x".repeat(40_000)));
  const { activeRun, rest, messages: shown } = firstView(viewOf(messages, live));
  assert.equal(activeRun?.state, live);
  assert.equal(rest, "older");
  assert.deepEqual(idsOf(shown), ["u1", "a1"]);
  const endless = firstView(viewOf(messages, runOf(uuid(900), text("x".repeat(1_000_000)))));
  assert.equal(endless.activeRun, undefined);
  assert.notEqual(endless.rest, undefined);
});
