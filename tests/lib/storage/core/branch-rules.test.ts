import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Choices } from "#lib/protocol/choices.ts";
import type { Ending, Message } from "#lib/protocol/message.ts";
import { joinBranch } from "#lib/storage/core/branch-rules.ts";
import type { NewRun } from "#lib/storage/run-store.ts";

const finish: Ending = { type: "finish", finishReason: "stop" };
const failed: Ending = { type: "error", code: "provider-failed", errorText: "", retryable: true };
const question = (id: string, parentId: string | null): Message => ({
  ...{ id, parentId, runId: `r${id}`, role: "user", createdAt: 0, text: id },
});
const answer = (id: string, parentId: string, ending: Ending = finish, text = id): Message => ({
  ...{ id, parentId, runId: `r${id}`, role: "assistant", createdAt: 0, agent: "a", model: "m", ending },
  parts: text ? [{ type: "text", id, text, stepId: "s", startedAt: 0, endedAt: 1 }] : [],
});

/** Two answers to the first question, the second of them newer, and an edited first question. */
const messages = [
  ...[question("q", null), answer("a", "q"), answer("b", "q"), answer("c", "q", failed)],
  ...[answer("d", "q", failed, ""), question("p", null), answer("e", "p")],
];
const chosen: Choices = { "": { messageId: "q" }, q: { messageId: "a" } };
const earlier = (messageId: string) => ({ messageId, userMessageId: "q" });
const join = (ask: NewRun["ask"], choices: Choices = chosen, of?: ReturnType<typeof earlier>) =>
  joinBranch({ messages, choices }, { runId: "new", ask }, of);
const asks = (fields: { parentMessageId?: string | null; seen?: string | null }): NewRun["ask"] => ({
  kind: "message",
  message: { id: "n", text: "n" },
  ...fields,
});

describe("B1 a question", () => {
  const cases: [promise: string, ask: NewRun["ask"], joined: string | null | undefined][] = [
    ["joins where the conversation is read to", asks({}), "a"],
    ["joins the answer that it names", asks({ parentMessageId: "e" }), "e"],
    ["begins the conversation anew", asks({ parentMessageId: null, seen: "e" }), null],
    ["joins an answer under which others ask", asks({ parentMessageId: "a", seen: "b" }), "a"],
    ["is stale where the conversation went on", asks({ parentMessageId: null }), undefined],
    ["is stale where nothing like it was seen", asks({ parentMessageId: "a", seen: "x" }), undefined],
  ];
  for (const [promise, ask, joined] of cases) test(promise, () => assert.equal(join(ask)?.joinedId, joined));
});

test("B2 what something was asked under is not written again, nor continued but by who wrote it last", () => {
  const asked = [...messages, question("n", "a")];
  const of = (ask: NewRun["ask"]) =>
    joinBranch({ messages: asked, choices: {} }, { runId: "new", ask }, earlier("a"));
  assert.equal(of({ kind: "retry", retryRunId: "ra" }), undefined);
  assert.equal(of({ kind: "continue", continueRunId: "ra" }), undefined);
  assert.equal(join({ kind: "continue", continueRunId: "other" }, chosen, earlier("c")), undefined);
  assert.equal(join({ kind: "continue", continueRunId: "rc" }, chosen, earlier("c"))?.joinedId, "c");
  assert.equal(join({ kind: "retry", retryRunId: "ra" }), undefined, "of no run");
});

test("B3 the conversation is read along the way to the question from then on, and choices elsewhere stay", () => {
  assert.deepEqual(join(asks({}))?.choices, {});
  assert.deepEqual(join(asks({ parentMessageId: "e" }))?.choices, { q: { messageId: "a" } });
  const retried = join({ kind: "retry", retryRunId: "rb" }, { "": { messageId: "p" } }, earlier("b"));
  assert.deepEqual(retried?.choices, { "": { messageId: "q" } });
});

describe("B4 of an answer that is asked for again", () => {
  const cases: [promise: string, id: string, held: Choices[string] | undefined][] = [
    ["one that was chosen stays until the new one is whole", "a", { messageId: "a", unlessRunId: "new" }],
    ["another one that was shown by now stays so too", "b", { messageId: "b", unlessRunId: "new" }],
    ["a failed one that has words stays so too", "c", { messageId: "c", unlessRunId: "new" }],
    ["one without a word does not", "d", undefined],
    ["one that is not there does not", "x", undefined],
  ];
  for (const [promise, id, held] of cases)
    test(promise, () =>
      assert.deepEqual(join({ kind: "retry", retryRunId: `r${id}` }, chosen, earlier(id))?.choices, {
        "": { messageId: "q" },
        ...(held && { q: held }),
      }),
    );

  test("where none was chosen, the rules say which is shown", () => {
    const ask = { kind: "retry", retryRunId: "ra" } as const;
    assert.deepEqual(join(ask, { "": { messageId: "q" } }, earlier("a"))?.choices, {
      "": { messageId: "q" },
    });
  });
});
