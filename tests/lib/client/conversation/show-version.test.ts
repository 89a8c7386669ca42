import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { initialConversation } from "#lib/client/conversation/conversation-state.ts";
import { conversationTransition } from "#lib/client/conversation/conversation-transition.ts";
import { turnsOf } from "#lib/client/conversation/turns.ts";
import type { Message } from "#lib/protocol/message.ts";
import {
  after,
  fired,
  opened,
  r1,
  r3,
  runOf,
  savedMessages,
  viewOf,
} from "../../../support/conversation-situations.ts";
import { text } from "../../../support/event-builders.ts";
import { textOf } from "../../../support/run-bench.ts";

const [question, answer] = savedMessages;
const beside = { ...question, id: "u1", runId: r1, text: "edited" } as Message;
const itsAnswer = { ...answer, id: "a1", parentId: "u1", runId: r1 } as Message;
const again = { ...answer, id: "a2", parentId: "u1", runId: r3 } as Message;
const messages = [...savedMessages, beside, itsAnswer, again];
const page = after(initialConversation("c", viewOf(messages)), opened);
const choose = (messageId: string) => ({ type: "version-chosen", messageId }) as const;
const answered = (messageId: string, isSettled = true) =>
  ({ type: "choice-answered", messageId, isSettled }) as const;
const shown = (state: typeof page) => turnsOf(state).map(({ asked, answer: each }) => [asked?.id, each?.id]);

test("a version is shown at once, the server is told, and it is kept until it knows", () => {
  assert.deepEqual(shown(page), [["u1", "a2"]]);
  const { state, effects } = conversationTransition(page, choose("u0"));
  assert.deepEqual(shown(state), [["u0", "a0"]]);
  assert.deepEqual(effects, [
    { type: "keep-choosing", choosing: ["u0"] },
    { type: "post-choice", messageId: "u0" },
  ]);
  const told = conversationTransition(state, answered("u0"));
  assert.deepEqual(told.effects, [{ type: "keep-choosing", choosing: [] }]);
  assert.deepEqual([shown(told.state), told.state.choosing], [[["u0", "a0"]], []]);
});

test("of several that are chosen one after another the server is told in turn, the last of all last", () => {
  const hurried = after(page, choose("u0"), choose("u1"), choose("a1"), choose("a2"), choose("a1"));
  assert.deepEqual(hurried.choosing, ["u0", "u1", "a2", "a1"]);
  assert.deepEqual(shown(hurried), [["u1", "a1"]]);
  const { state, effects } = conversationTransition(hurried, answered("u0"));
  assert.deepEqual(effects, [
    { type: "keep-choosing", choosing: ["u1", "a2", "a1"] },
    { type: "post-choice", messageId: "u1" },
  ]);
  assert.equal(conversationTransition(state, answered("u0")).state, state, "a late answer");
});

test("a choice that did not arrive is told once more", () => {
  const chosen = after(page, choose("u0"));
  const { state, effects } = conversationTransition(chosen, answered("u0", false));
  assert.deepEqual(
    effects.map((each) => each.type === "set-timer" && each.timer),
    ["choose"],
  );
  assert.deepEqual(conversationTransition(state, fired("choose")).effects, [
    { type: "post-choice", messageId: "u0" },
  ]);
  assert.deepEqual(conversationTransition(page, fired("choose")).effects, []);
});

describe("a snapshot", () => {
  const chosen = after(page, choose("u0"));
  const arrived = (settledRuns: number, choices = {}) =>
    ({ type: "snapshot-arrived", view: { ...viewOf(messages), choices }, settledRuns }) as const;

  test("does not undo what the server was not told yet", () => {
    assert.deepEqual(shown(after(chosen, arrived(0))), [["u0", "a0"]]);
  });
  test("that was asked for before the server was told is asked for once more", () => {
    const told = after(chosen, answered("u0"));
    const { state, effects } = conversationTransition(told, arrived(0));
    assert.deepEqual([shown(state), effects.map(({ type }) => type)], [[["u0", "a0"]], ["get-snapshot"]]);
  });
  test("brings what was chosen elsewhere", () => {
    assert.deepEqual(shown(after(page, arrived(0, { "": { messageId: "u0" } }))), [["u0", "a0"]]);
  });
});

test("what an earlier page has chosen, and nobody knows, is shown and told", () => {
  const closed = initialConversation("c", viewOf(messages));
  const { state, effects } = conversationTransition(closed, { ...opened, choosing: ["u0"] });
  assert.deepEqual(shown(state), [["u0", "a0"]]);
  assert.deepEqual(effects.at(-1), { type: "post-choice", messageId: "u0" });
});

test("no version is chosen that is not there", () => {
  assert.equal(conversationTransition(page, choose("u9")).state, page);
});

test("while an answer is written in another version, the turn that leads there says so", () => {
  const live = { ...runOf(r3, text("half")), userMessageId: "u1", messageId: "a9", parentRunId: undefined };
  const { parentRunId: _, ...run } = live;
  const writing = after(page, {
    type: "snapshot-arrived",
    view: viewOf(messages, run),
    settledRuns: 0,
  });
  const [there] = turnsOf(writing);
  assert.deepEqual([there?.answer && textOf(there.answer), there?.isWrittenBeside], ["half", undefined]);
  const [here] = turnsOf(after(writing, choose("u0")));
  assert.deepEqual([here?.asked?.id, here?.isWrittenBeside, here?.liveRun], ["u0", true, undefined]);
  assert.deepEqual(here?.questions, ["u0", "u1"]);
});
