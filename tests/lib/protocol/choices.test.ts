import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import {
  type Choices,
  choicesBehind,
  chooseMessage,
  noChoices,
  pickBy,
  unlessReplaced,
  withoutChoice,
} from "#lib/protocol/choices.ts";
import type { Ending, Message } from "#lib/protocol/message.ts";
import { pathTo, shownPath } from "#lib/protocol/shown-path.ts";

const finish: Ending = { type: "finish", finishReason: "stop" };
const abort: Ending = { type: "abort", by: "user" };

/** "q" asks, "a" is a whole answer, "s" one that was stopped, by their ids; each under its parent. */
const tree = (...pairs: [id: string, parentId: string | null][]): Message[] =>
  pairs.map(([id, parentId]): Message => {
    if (id.startsWith("q")) return { id, parentId, runId: `r${id}`, role: "user", createdAt: 0, text: id };
    const part = { type: "text", id, text: id, stepId: "s", startedAt: 0, endedAt: 1 } as const;
    return {
      ...{ id, parentId, runId: `r${id}`, role: "assistant", createdAt: 0, agent: "a", model: "m" },
      ...{ parts: [part], ending: id.startsWith("a") ? finish : abort },
    };
  });
const read = (messages: readonly Message[], choices: Choices): string =>
  shownPath(messages, pickBy(choices))
    .map(({ id }) => id)
    .join(" ");

/** Two first questions, the second with two answers, the first of them talked on under. */
const talk = tree(
  ["q1", null],
  ["a1", "q1"],
  ["q2", null],
  ["a2", "q2"],
  ["q3", "a2"],
  ["a3", "q3"],
  ["a4", "q2"],
);

describe("what is chosen is shown, with what follows it", () => {
  const cases: [id: string, path: string][] = [
    ["q1", "q1 a1"],
    ["a1", "q1 a1"],
    ["a2", "q2 a2 q3 a3"],
    ["a3", "q2 a2 q3 a3"],
    ["a4", "q2 a4"],
  ];
  assert.equal(read(talk, noChoices), "q2 a4");
  for (const [id, path] of cases)
    test(id, () => assert.equal(read(talk, chooseMessage(noChoices, talk, id) ?? {}), path));

  test("and back, each branch as it was left", () => {
    const there = chooseMessage(noChoices, talk, "a2") ?? {};
    const away = chooseMessage(there, talk, "q1") ?? {};
    assert.equal(read(talk, away), "q1 a1");
    assert.equal(read(talk, chooseMessage(away, talk, "q2") ?? {}), "q2 a2 q3 a3");
  });

  test("but no message that is not there", () => {
    assert.equal(chooseMessage(noChoices, talk, "a9"), undefined);
    assert.equal(chooseMessage(noChoices, talk, "a9", live), undefined);
  });
});

const live = { runId: "rlive", messageId: "live", userMessageId: "q1" };
const written = (ending: Ending): Message[] => [
  ...talk,
  ...tree(["a1", "q1"]).map((each): Message => ({ ...each, id: "live", runId: "rlive", ...{ ending } })),
];

describe("an earlier answer that is chosen while another is written", () => {
  const chosen = chooseMessage(noChoices, talk, "a1", live) ?? {};
  test("stays, whatever becomes of that", () => {
    for (const ending of [finish, abort]) assert.equal(read(written(ending), chosen), "q1 a1");
  });

  test("gives way once the one that is written is chosen, and only if that is whole", () => {
    const back = chooseMessage(chosen, talk, "live", live) ?? {};
    assert.equal(read(written(finish), back), "q1 live");
    assert.equal(read(written(abort), back), "q1 a1");
  });

  test("on another way is left by what is chosen here, also where nothing was chosen between", () => {
    const here = chooseMessage(noChoices, talk, "a3", { ...live, userMessageId: "q3" }) ?? {};
    assert.equal(read(written(finish), here), "q2 a2 q3 a3");
  });
});

describe("what is asked is shown from then on", () => {
  test("and no choice of the way to it is kept where the rules say the same", () => {
    const chosen = chooseMessage(noChoices, talk, "q1") ?? {};
    const asked = [...talk, ...tree(["q5", "a3"])];
    const next = choicesBehind(chosen, asked, "q5");
    assert.deepEqual([next, read(asked, next)], [{}, "q2 a2 q3 a3 q5"]);
  });

  test("where the rules would read on elsewhere it is chosen", () => {
    const next = choicesBehind(noChoices, talk, "a1");
    assert.deepEqual(next, { "": { messageId: "q1" } });
    assert.equal(read(talk, next), "q1 a1");
  });

  test("choices elsewhere stay", () => {
    const chosen = chooseMessage(noChoices, talk, "a2") ?? {};
    const asked = [...talk, ...tree(["q5", "a1"])];
    const next = choicesBehind(chosen, asked, "q5");
    assert.equal(read(asked, next), "q1 a1 q5");
    assert.equal(read(asked, chooseMessage(next, asked, "q2") ?? {}), "q2 a2 q3 a3");
  });

  test("a message whose way is broken is not waited for", () => {
    const broken = tree(["q1", null], ["a2", "lost"]);
    assert.deepEqual(choicesBehind(noChoices, broken, "a2"), { lost: { messageId: "a2" } });
  });
});

test("a choice can be given up, or until an answer is whole; where there is none nothing changes", () => {
  const chosen: Choices = { q: { messageId: "a" } };
  assert.deepEqual(unlessReplaced(chosen, "q", "r"), { q: { messageId: "a", unlessRunId: "r" } });
  assert.deepEqual(withoutChoice(chosen, "q"), {});
  assert.equal(unlessReplaced(chosen, "other", "r"), chosen);
  assert.equal(withoutChoice(chosen, "other"), chosen);
});

test("of very many choices the oldest are forgotten", () => {
  const questions = Array.from({ length: 300 }, (_, at) => `q${at}`);
  const messages = tree(
    ...questions.map((id, at): [string, string | null] => [id, at ? `a${at - 1}` : null]),
    ...questions.map((id, at): [string, string] => [`a${at}`, id]),
  );
  const choices = questions.reduce<Choices>(
    (before, _, at) => chooseMessage(before, messages, `a${at}`) ?? {},
    noChoices,
  );
  assert.deepEqual(Object.keys(choices), questions.slice(100));
});

/** A conversation in any order: each question under an answer or none, each answer under a question. */
const anyTree = fc.array(fc.nat(), { maxLength: 24 }).map((picks) => {
  const messages: Message[] = [];
  for (const [at, pick] of picks.entries()) {
    const under = [null, ...messages][pick % (messages.length + 1)] ?? null;
    const kind = under?.role !== "user" ? "q" : pick % 3 === 0 ? "s" : "a";
    messages.push(...tree([`${kind}${at}`, under?.id ?? null]));
    // As a store does with the answer that a question joins.
    if (under?.role === "assistant") messages.push(...messages.splice(messages.indexOf(under), 1));
  }
  return messages;
});
const acts = fc.array(fc.nat(), { maxLength: 8 });

/** What was chosen, one after another. */
const chosenIn = (messages: readonly Message[], picks: readonly number[]): Choices =>
  picks.reduce<Choices>(
    (choices, pick) =>
      chooseMessage(choices, messages, messages[pick % Math.max(1, messages.length)]?.id ?? "") ?? choices,
    noChoices,
  );

describe("in any tree, whatever was chosen", () => {
  test("the way that is shown is a chain from a first question to an end", () => {
    fc.assert(
      fc.property(anyTree, acts, (messages, picks) => {
        const path = shownPath(messages, pickBy(chosenIn(messages, picks)));
        assert.equal(path.length > 0, messages.length > 0);
        for (const [at, { parentId }] of path.entries()) assert.equal(parentId, path[at - 1]?.id ?? null);
        assert.ok(!messages.some(({ parentId }) => path.length > 0 && parentId === path.at(-1)?.id));
      }),
    );
  });

  test("the last choice is on it, and what leads there", () => {
    fc.assert(
      fc.property(anyTree, acts, fc.nat(), (messages, picks, last) => {
        fc.pre(messages.length > 0);
        const id = messages[last % messages.length]?.id ?? "";
        const choices = chosenIn(messages, [...picks, last]);
        const path = shownPath(messages, pickBy(choices));
        assert.deepEqual(path.slice(0, pathTo(messages, id).length), pathTo(messages, id));
        // It is the same after a reload, and chosen once more it changes nothing.
        assert.deepEqual(chooseMessage(JSON.parse(JSON.stringify(choices)), messages, id), choices);
      }),
    );
  });

  test("a question that is asked anywhere is where the conversation is read to", () => {
    fc.assert(
      fc.property(anyTree, acts, fc.nat(), (messages, picks, at) => {
        const answers = [null, ...messages.filter(({ role }) => role === "assistant")];
        const under = answers[at % answers.length] ?? null;
        const asked = [...messages, ...tree(["q-new", under?.id ?? null])];
        const next = choicesBehind(chosenIn(messages, picks), asked, "q-new");
        assert.deepEqual(shownPath(asked, pickBy(next)), pathTo(asked, "q-new"));
      }),
    );
  });
});
