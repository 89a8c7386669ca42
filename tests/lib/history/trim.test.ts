import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { messageTokens } from "#lib/history/message-tokens.ts";
import { repair } from "#lib/history/repair.ts";
import { countShortened, type TrimBudget, trim, withoutOldest } from "#lib/history/trim.ts";
import type { ModelMessage } from "#lib/models/model-message.ts";
import { isAcceptable } from "../../support/acceptable-history.ts";
import { historyCases, modelMessageOf } from "../../support/history-cases.ts";
import {
  assistant,
  call,
  failure,
  result,
  system,
  tool,
  user,
  within,
} from "../../support/model-messages.ts";
import { skipWithoutShared } from "../../support/shared-files.ts";

const tokensOf = (messages: readonly ModelMessage[]): number =>
  messages.reduce((sum, message) => sum + messageTokens(message), 0);
const beginsTurn = (message: ModelMessage | undefined): boolean =>
  message?.role === "user" && !message.isWithinTurn;
const turnsIn = (messages: readonly ModelMessage[]): number => messages.filter(beginsTurn).length;
const hundred = (letter: string): string => letter.repeat(300);

test("what fits is sent as it is", () => {
  const history = [system("S"), user("a"), assistant("b"), user("c")];
  assert.equal(trim(history, {}), history);
  assert.equal(trim(history, { tokens: tokensOf(history), messages: 4 }), history);
  assert.deepEqual(trim([], { tokens: 0, messages: 0 }), []);
});

test("what does not fit goes a turn at a time, the oldest first, until there is room to go on", () => {
  const turn = (letter: string) => [user(letter), assistant(hundred(letter))];
  const history = [system("S"), ...["a", "b", "c", "d"].flatMap(turn), user("e")];
  assert.deepEqual(trim(history, { tokens: tokensOf(history) - 1 }), [
    system("S"),
    ...["c", "d"].flatMap(turn),
    user("e"),
  ]);
});

test("the newest question stays with all that came of it, even where that alone is too long", () => {
  const newest = [
    ...[user(hundred("q")), assistant(call("1")), tool(result("1", hundred("r")))],
    ...[within("and in French"), assistant("so"), within("go on")],
  ];
  const history = [system("S"), user("a"), assistant("b"), ...newest];
  for (const budget of [{ tokens: 0 }, { tokens: 150 }, { messages: 0 }, { messages: 2 }])
    assert.deepEqual(trim(history, budget), [system("S"), ...newest]);
});

describe("a turn that is too long by itself", () => {
  const long = (letter: string) => letter.repeat(9000);
  const step = (n: number, output: string) => [assistant(call(`c${n}`)), tool(result(`c${n}`, output))];
  const question = user(long("q"));
  const tooLong = [
    system("S"),
    user("a"),
    assistant("b"),
    question,
    ...["r", "s", "t"].flatMap((letter, n) => step(n, long(letter))),
  ];
  const outputs = (messages: readonly ModelMessage[]): string[] =>
    messages.flatMap((message) =>
      message.role === "tool" ? message.content.map(({ output }) => output) : [],
    );

  test("has its oldest outputs shortened, and the newest stays whole as long as that is enough", () => {
    const sent = trim(tooLong, { tokens: 10_000 });
    assert.deepEqual(
      outputs(sent).map((output) => output.replace(/(.)\1+/, "$1")),
      ["r\n[shortened here: 1000 of 9000 characters]", "s\n[shortened here: 1000 of 9000 characters]", "t"],
    );
    assert.ok(tokensOf(sent) <= 10_000);
    assert.equal(countShortened(tooLong, sent), 2);
    assert.ok(isAcceptable(sent) && sent.includes(question));
  });

  test("has none of the older left, and less of the newest, before its model is asked for too much", () => {
    const sent = trim(tooLong, { tokens: 5000 });
    assert.match(outputs(sent)[0] ?? "", /^\[left out here: 9000 characters\]$/);
    assert.match(outputs(sent)[2] ?? "", /^t{4000}\n\[shortened/);
    assert.ok(tokensOf(sent) <= 5000);
    assert.deepEqual(trim(tooLong, { tokens: 0 })[1], question);
  });

  test("is shortened as it grows, at moments: between two of them each request begins with the one before it", () => {
    const history = [user("q"), ...Array.from({ length: 60 }, (_, n) => step(n, long("r"))).flat()];
    const sent = [...Array(60).keys()].map((n) => trim(history.slice(0, 3 + 2 * n), { tokens: 20_000 }));
    const moves = sent.filter(
      (each, n) => JSON.stringify(each.slice(0, sent[n - 1]?.length)) !== JSON.stringify(sent[n - 1] ?? each),
    );
    assert.ok(moves.length > 5 && moves.length < 30, String(moves.length));
    for (const each of sent) assert.ok(tokensOf(each) <= 20_000);
  });

  test("is not shortened where a turn before it can go", () => {
    const history = [...tooLong.slice(0, 5), ...step(9, long("u")), user("and?")];
    assert.deepEqual(outputs(trim(history, { tokens: 3000 })), []);
  });

  test("of 20,000 calls takes time in proportion to their number", () => {
    const history = [user("q"), ...Array.from({ length: 20_000 }, (_, n) => step(n, long("r"))).flat()];
    const start = performance.now();
    trim(history, { tokens: 1000 });
    assert.ok(performance.now() - start < 5000);
  });
});

test("a history that nobody asked for is sent as it is", () => {
  const history = [assistant(call("1")), tool(result("1")), within("go on")];
  assert.deepEqual(trim(history, { tokens: 0 }), history);
});

test("what is said once, behind it all, moves no cut", () => {
  const history = [user("a"), assistant(hundred("b")), user("c"), assistant(call("1")), tool(result("1"))];
  const words = within(hundred("w"));
  const budget = { tokens: tokensOf(history) };
  assert.deepEqual(trim([...history, words], budget, { besideTokens: messageTokens(words) }), [
    ...history,
    words,
  ]);
  assert.deepEqual(trim([...history, words], budget), [...history.slice(2), words]);
});

test("so many of the oldest are left out that a log names", () => {
  const history = [system("S"), user("a"), assistant("b"), user("c")];
  assert.deepEqual(withoutOldest(history, 2), [system("S"), user("c")]);
  assert.deepEqual(withoutOldest(history.slice(1), 2), [user("c")]);
  assert.equal(withoutOldest(history, 0), history);
});

test("100 turns with calls: what is sent levels off under the budget, and seldom begins anew", () => {
  const turn = (n: number): ModelMessage[] => [
    ...[user(`question ${n} ${hundred("q")}`), assistant(call(`c${n}`, "add", '{"a":1}'))],
    ...[tool(result(`c${n}`, hundred("r"))), assistant(`answer ${n}`)],
  ];
  const history = [system("S"), ...Array.from({ length: 100 }, (_, n) => turn(n)).flat()];
  const budget = { tokens: 3000 };
  const sent = Array.from({ length: 100 }, (_, n) => trim(history.slice(0, 2 + 4 * n), budget));
  assert.ok(Math.max(...sent.map(tokensOf)) <= 3000);
  assert.ok(Math.min(...sent.slice(20).map(tokensOf)) > 0.6 * 3000);
  const moves = sent.filter((each, at) => at > 0 && each[1] !== sent[at - 1]?.[1]);
  assert.ok(moves.length <= 28, String(moves.length));
});

/** Of a conversation in which calls fail or never end, answers are empty, and people talk into them. */
const text = fc
  .tuple(fc.constantFrom("x", "字"), fc.oneof(fc.nat(4), fc.nat(120)))
  .map(([letter, length]) => letter.repeat(length));
const step = fc.record({
  text,
  calls: fc.array(fc.constantFrom("ends", "fails", "is cut off"), { maxLength: 3 }),
  steer: fc.option(text, { freq: 4 }),
});
const conversation = fc
  .record({
    system: fc.boolean(),
    turns: fc.array(fc.record({ question: text, steps: fc.array(step, { maxLength: 4 }) }), {
      minLength: 1,
      maxLength: 12,
    }),
  })
  .map(({ system: hasSystem, turns }) => {
    let calls = 0;
    const stepTurns = ({ text: written, calls: endings, steer }: (typeof turns)[number]["steps"][number]) => {
      const made = endings.map((ending) => ({ ending, id: `call-${(calls += 1)}` }));
      const results = made.flatMap(({ ending, id }) => {
        if (ending === "is cut off") return [];
        return [ending === "ends" ? result(id, written) : failure(id, "It broke.")];
      });
      const turn = [assistant(written, ...made.map(({ id }) => call(id))), tool(...results)];
      return steer === null ? turn : [...turn, within(`steer ${steer}`)];
    };
    return repair([
      ...(hasSystem ? [system("You help.")] : []),
      ...turns.flatMap(({ question, steps }, n) => [
        user(`question ${n} ${question}`),
        ...steps.flatMap(stepTurns),
      ]),
    ]);
  });
const budgets: fc.Arbitrary<TrimBudget> = fc.oneof(
  fc.record({ tokens: fc.nat(1000) }),
  fc.record({ messages: fc.nat(20) }),
  fc.record({ tokens: fc.nat(1000), messages: fc.nat(20) }),
);

const withoutOutputs = (messages: readonly ModelMessage[]): ModelMessage[] =>
  messages.map((message) =>
    message.role === "tool"
      ? { role: message.role, content: message.content.map((each) => ({ ...each, output: "" })) }
      : message,
  );

/** The requests that a history is made of: a model is asked behind a person, or behind results. */
const requestsIn = (history: readonly ModelMessage[]): (readonly ModelMessage[])[] =>
  history.flatMap(({ role }, at) => (role === "user" || role === "tool" ? [history.slice(0, at + 1)] : []));

const systemIn = (messages: readonly ModelMessage[]): readonly ModelMessage[] =>
  messages.filter(({ role }) => role === "system");

function isWithin(messages: readonly ModelMessage[], budget: TrimBudget, share = 1): boolean {
  const own = systemIn(messages);
  const { tokens = Infinity, messages: count = Infinity } = budget;
  return (
    tokensOf(messages) - tokensOf(own) <= share * Math.max(0, tokens - tokensOf(own)) &&
    messages.length - own.length <= share * Math.max(0, count - own.length)
  );
}

test("each request is an end of the history that a provider accepts, with the newest question, in the budget", () => {
  fc.assert(
    fc.property(conversation, budgets, (history, budget) => {
      for (const messages of requestsIn(history)) {
        const sent = trim(messages, budget);
        assert.ok(isAcceptable(sent), JSON.stringify(sent));
        const own = systemIn(messages);
        const kept = [...own, ...messages.slice(messages.length - sent.length + own.length)];
        if (countShortened(messages, sent) === 0) assert.deepEqual(sent, kept);
        assert.deepEqual(withoutOutputs(sent), withoutOutputs(kept));
        assert.ok(beginsTurn(sent[own.length]));
        assert.ok(sent.includes(messages.findLast(beginsTurn) ?? assert.fail()));
        assert.ok(isWithin(sent, budget) || turnsIn(sent) === 1);
        assert.deepEqual(trim(sent, budget), sent);
      }
    }),
  );
});

test("each request begins with the one before it, unless that would be over the budget", () => {
  fc.assert(
    fc.property(conversation, budgets, (history, budget) => {
      const requests = requestsIn(history);
      for (const [at, messages] of requests.entries()) {
        const before = requests[at - 1];
        if (!before) continue;
        const [earlier, sent] = [trim(before, budget), trim(messages, budget)];
        const longer = [...earlier, ...messages.slice(before.length)];
        if (JSON.stringify(sent) === JSON.stringify(longer)) continue;
        assert.ok(sent.length <= longer.length);
        assert.ok(!requestsFit(longer, earlier.length, budget));
      }
    }),
  );
});

/** Whether it was within the budget at each message that came behind the first so many. */
const requestsFit = (messages: readonly ModelMessage[], known: number, budget: TrimBudget): boolean =>
  messages.every((_, at) => at < known || isWithin(messages.slice(0, at + 1), budget));

test("200,000 messages take time in proportion to their number, also in one turn", () => {
  const steps = Array.from({ length: 100_000 }, () => [assistant("a"), user("b")]).flat();
  const inOne = Array.from({ length: 100_000 }, () => [assistant("a"), within("b")]).flat();
  const start = performance.now();
  assert.equal(trim([user("q"), ...steps], { tokens: 1000 }).at(-1), steps.at(-1));
  assert.equal(trim([user("q"), ...inOne], { tokens: 1000 }).length, 200_001);
  assert.ok(performance.now() - start < 5000);
});

describe("worked cases of others", { skip: skipWithoutShared }, () => {
  test("each one of op trim is kept as it says: the system message, whole turns, the newest message", () => {
    const cases = historyCases("trim");
    assert.equal(cases.length, 2);
    for (const { id, history, keep = assert.fail() } of cases) {
      const messages = history.map(modelMessageOf);
      const sent = trim(messages, { messages: keep });
      assert.ok(sent.length <= keep, id);
      assert.deepEqual(sent[0], messages[0], id);
      assert.ok(beginsTurn(sent[1]), id);
      assert.equal(sent.at(-1), messages.at(-1), id);
    }
  });

  test("the pair of a call and its result is left out with its whole turn", () => {
    const { history, expected, keep = assert.fail() } = historyCases("trim")[1] ?? assert.fail();
    assert.deepEqual(trim(history.map(modelMessageOf), { messages: keep }), expected.map(modelMessageOf));
  });

  test("no cut of the ones of op compact falls between a call and its result, wherever it is", () => {
    const cases = historyCases("compact");
    assert.equal(cases.length, 2);
    for (const { history } of cases) {
      const messages = repair(history.map(modelMessageOf));
      for (const keep of messages.keys()) {
        const sent = trim(messages, { messages: keep });
        assert.ok(isAcceptable(sent) && beginsTurn(sent[0]));
      }
    }
  });
});
