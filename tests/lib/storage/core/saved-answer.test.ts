import assert from "node:assert/strict";
import { test } from "node:test";
import { fold } from "#lib/protocol/fold.ts";
import type { UserMessage } from "#lib/protocol/message.ts";
import { messageOf } from "#lib/protocol/message-of.ts";
import { emptyRun, type RunState } from "#lib/protocol/run-state.ts";
import { savedAnswer } from "#lib/storage/core/saved-answer.ts";
import {
  abort,
  finish,
  numbered,
  start,
  startStep,
  textDelta,
  textStart,
} from "../../../support/event-builders.ts";

const [first, second] = [crypto.randomUUID(), crypto.randomUUID()];
const folded = (runId: string, text: string, end = abort()): RunState =>
  numbered([start(), startStep(), textStart(), textDelta(text), end], { runId }).reduce(
    fold,
    emptyRun(runId),
  );

const textOf = ({ parts }: ReturnType<typeof savedAnswer>): string =>
  parts.map((part) => ("text" in part ? part.text : "")).join("");

test("an answer without a saved one is what its run wrote", () => {
  const state = folded(first, "It ");
  assert.deepEqual(savedAnswer(undefined, state), messageOf(state));
});

test("5.6 one that continues a saved answer is appended to it, and keeps its time", () => {
  const saved = { ...savedAnswer(undefined, folded(first, "It ")), createdAt: 1 };
  const joined = savedAnswer(saved, folded(second, "is 5.", finish()));
  assert.deepEqual([textOf(joined), joined.createdAt, joined.runId], ["It is 5.", 1, second]);
  assert.equal(joined.ending?.type, "finish");
});

test("a repeat of the same end changes nothing", () => {
  const state = folded(second, "is 5.", finish());
  const joined = savedAnswer(savedAnswer(undefined, folded(first, "It ")), state);
  assert.deepEqual(savedAnswer(savedAnswer(undefined, state), state), messageOf(state));
  assert.equal(textOf(savedAnswer(joined, state)), "is 5.");
});

test("a question is never continued", () => {
  const question: UserMessage = {
    id: "m",
    parentId: null,
    runId: first,
    role: "user",
    createdAt: 1,
    text: "Hello",
  };
  const state = folded(second, "Hi");
  assert.deepEqual(savedAnswer(question, state), messageOf(state));
});
