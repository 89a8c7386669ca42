import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { AssistantMessage, Ending, Message, Part } from "#lib/protocol/message.ts";
import { endsBranch, isWhole, joinedMessage, pathTo, shownPath } from "#lib/protocol/shown-path.ts";

/** Questions by id and parent, in the order they were saved. */
const saved = (...pairs: [id: string, parentId: string | null][]): Message[] =>
  pairs.map(([id, parentId]) => ({ id, parentId, runId: "r", role: "user", createdAt: 0, text: id }));
const ids = (path: readonly Message[]): string => path.map(({ id }) => id).join("");

/** A question has joined b again: since then b stands behind what was asked under it before. */
const moved = saved(["x", null], ["a", null], ["c", "b"], ["y", "x"], ["b", "a"], ["d", "b"], ["g", "c"]);
const tree = saved(["a", null], ["b", "a"], ["c", "b"], ["d", "a"], ["e", "d"]);

describe("a conversation is read", () => {
  const cases: [title: string, messages: Message[], path: string][] = [
    ["from the first message on", saved(["a", null], ["b", "a"], ["c", "b"]), "abc"],
    ["by the newest of siblings", tree, "ade"],
    ["by the newest, however deep it stands, where what it joins was moved behind it", moved, "abcg"],
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

const part = (type: "text" | "reasoning" | "refusal", text: string): Part => ({
  ...{ type, text, id: text, stepId: "s", startedAt: 0, endedAt: 1 },
});
const answer = (id: string, parts: Part[], ending?: Ending): AssistantMessage => ({
  ...{ id, parentId: "q", runId: id, role: "assistant", createdAt: 0, agent: "a", model: "m", parts },
  ...(ending && { ending }),
});
const question: Message = { id: "q", parentId: null, runId: "r", role: "user", createdAt: 0, text: "q" };
const finish = (finishReason: "stop" | "length" | "content-filter" | "other"): Ending => ({
  type: "finish",
  finishReason,
});
const words = [part("text", "words")];
const good = answer("good", words, finish("stop"));
const failed: Ending = { type: "error", code: "provider-failed", errorText: "", retryable: true };
const endings: Ending[] = [
  failed,
  { type: "abort", by: "user" },
  { type: "interrupted", reason: "owner-gone", errorText: "" },
  finish("length"),
  finish("content-filter"),
];
const base = { stepId: "s", startedAt: 0, endedAt: 1 };
const empty: Part[][] = [
  [],
  [part("text", " \n")],
  [part("text", "\u200b\u3164\ufeff")],
  [part("reasoning", "hm")],
  [{ ...base, type: "source-url", sourceId: "1", url: "https://a.example/" }],
  [{ ...base, type: "handoff", from: "a", to: "b" }],
];

/** Answers that are not whole, by what they are. */
const stumps: [what: string, AssistantMessage][] = [
  ...endings.flatMap((ending): [string, AssistantMessage][] =>
    [words, ...empty].map((parts) => [
      `${ending.type} ${"finishReason" in ending ? ending.finishReason : ""} "${parts.length}"`,
      answer("stump", parts, ending),
    ]),
  ),
  ...empty.map((parts): [string, AssistantMessage] => ["empty", answer("stump", parts, finish("stop"))]),
  ["declined", answer("stump", [part("refusal", "no")], finish("stop"))],
];

describe("a whole answer is shown, and asked under, whatever became of the newer ones", () => {
  for (const [what, stump] of stumps)
    test(what, () => {
      assert.equal(isWhole(stump), false);
      for (const newer of [[stump], [stump, { ...stump, id: "another" }]]) {
        const messages: Message[] = [question, good, ...newer];
        assert.equal(shownPath(messages).at(-1)?.id, "good");
        assert.equal(joinedMessage(messages, {}), "good");
      }
      assert.equal(shownPath([question, good, stump, { ...good, id: "better" }]).at(-1)?.id, "better");
      assert.equal(shownPath([question, stump, good]).at(-1)?.id, "good");
    });
});

describe("of answers none of which is whole", () => {
  const [one, two] = [answer("one", words, failed), answer("two", words, failed)];
  const [blank, last] = [answer("blank", [], failed), answer("last", [], failed)];
  const cases: [promise: string, answers: AssistantMessage[], shown: string][] = [
    ["the first that has words stays", [one, two, last], "one"],
    ["one that has words is better than none", [blank, one, last], "one"],
    ["the newest says what is wrong where none has words", [blank, last], "last"],
  ];
  for (const [promise, answers, shown] of cases)
    test(promise, () => assert.equal(shownPath([question, ...answers]).at(-1)?.id, shown));
});

test("an answer that something was asked under stays, until a newer whole one comes", () => {
  const stump = answer("stump", words, failed);
  const next: Message = { ...question, id: "next", parentId: "stump" };
  assert.equal(ids(shownPath([question, good, stump, next])), "qstumpnext");
  assert.equal(ids(shownPath([question, good, stump, next, { ...good, id: "better" }])), "qbetter");
  assert.equal(ids(shownPath([question, good, stump, next, { ...stump, id: "worse" }])), "qstumpnext");
});

test("of a talk under one answer and an Again on another, the newer is shown, and the other can be picked", () => {
  const other = { ...good, id: "other" };
  const next: Message = { ...question, id: "next", parentId: "good" };
  const reply = { ...good, id: "reply", parentId: "next" };
  const again = { ...good, id: "again" };
  assert.equal(ids(shownPath([question, good, other, next, reply])), "qgoodnextreply");
  const messages = [question, good, other, next, reply, again];
  assert.equal(ids(shownPath(messages)), "qagain");
  const pick = (siblings: readonly Message[]) => siblings.find(({ id }) => id === "good");
  assert.equal(ids(shownPath(messages, pick)), "qgoodnextreply");
  // One that fails, or is stopped, hides nothing.
  assert.equal(ids(shownPath([...messages.slice(0, -1), { ...again, ending: failed }])), "qgoodnextreply");
});

test("what is picked is shown, and what follows it", () => {
  const next: Message = { ...question, id: "next", parentId: "good" };
  const stump = answer("stump", words, failed);
  const messages = [question, stump, good, next];
  const pick = (id: string) =>
    ids(shownPath(messages, (siblings) => siblings.find((each) => each.id === id)));
  assert.deepEqual([pick("stump"), pick("good"), pick("none")], ["qstump", "qgoodnext", "qgoodnext"]);
});

test("a question joins any answer that nothing was asked under, and no other message", () => {
  const stump = answer("stump", [], failed);
  const next: Message = { ...question, id: "next", parentId: "good" };
  const messages = [question, good, stump, next, { ...good, id: "last", parentId: "next" }];
  const joined = ["stump", "last", "good", "q", "next", "none", null].map((id) =>
    joinedMessage(messages, { parentMessageId: id }),
  );
  assert.deepEqual(joined, ["stump", "last", ...Array.from({ length: 5 }, () => undefined)]);
  assert.deepEqual([joinedMessage([], { parentMessageId: null }), joinedMessage([], {})], [null, null]);
  assert.equal(joinedMessage([], { parentMessageId: "none" }), undefined);
  assert.deepEqual(
    ["stump", "q"].map((id) => endsBranch(messages, id)),
    [true, false],
  );
});

test("whoever has seen how the conversation goes on may begin a branch under any answer, or anew", () => {
  const next: Message = { ...question, id: "next", parentId: "good" };
  const messages = [question, good, next, { ...good, id: "last", parentId: "next" }];
  const joined = (parentMessageId: string | null | undefined, seen: string | null) =>
    joinedMessage(messages, { parentMessageId, seen });
  assert.deepEqual(
    ["good", "last", null, undefined].map((id) => joined(id, "last")),
    ["good", "last", null, "last"],
  );
  // A question, and what is not there, have no answer to go on from.
  for (const id of ["q", "next", "none"]) assert.equal(joined(id, "last"), undefined);
  for (const seen of ["good", "next", "none", null])
    for (const id of ["good", "last", null, undefined]) assert.equal(joined(id, seen), undefined);
  const unanswered: Message = { ...question, id: "unanswered", parentId: "last" };
  const asked = { parentMessageId: "last", seen: "unanswered" };
  assert.equal(joinedMessage([...messages, unanswered], asked), "last");
  assert.equal(joinedMessage([], { parentMessageId: null, seen: null }), null);
  assert.equal(joinedMessage([], { parentMessageId: null, seen: "last" }), undefined);
});
