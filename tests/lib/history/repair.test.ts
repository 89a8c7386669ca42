import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { repair } from "#lib/history/repair.ts";
import { chatRequest } from "#lib/models/chat/chat-request.ts";
import type { ModelMessage, TextContent } from "#lib/models/model-message.ts";
import { callsOf, isAcceptable } from "../../support/acceptable-history.ts";
import { type ChatJson, historyCases, modelMessageOf } from "../../support/history-cases.ts";
import {
  assistant,
  call,
  failure,
  result,
  system,
  thought,
  tool,
  user,
  within,
} from "../../support/model-messages.ts";
import { skipWithoutShared } from "../../support/shared-files.ts";

const words = "The tool call was interrupted before a result was produced.";
const interrupted = (id: string, name?: string) => failure(id, words, name);

const named = (text: string): TextContent => ({
  type: "text",
  text,
  providerMetadata: { wire: { itemId: `item-${text}` } },
});

/** The quirks of real histories; where `repaired` is absent the history is right as it is. */
const cases: [what: string, history: ModelMessage[], repaired?: ModelMessage[]][] = [
  ["nothing", []],
  ["a plain conversation", [system("S"), user("a"), assistant("b"), user("c")]],
  [
    "calls that have their results",
    [user("a"), assistant("b", call("1"), call("2")), tool(result("1"), result("2")), assistant("c")],
  ],
  [
    "a call without a result gets one",
    [user("a"), assistant(call("1")), user("never mind")],
    [user("a"), assistant(call("1")), tool(interrupted("1")), user("never mind")],
  ],
  [
    "of parallel calls, those without a result get one",
    [user("a"), assistant(call("1"), call("2", "sub"), call("3")), tool(result("2"))],
    [
      user("a"),
      assistant(call("1"), call("2", "sub"), call("3")),
      tool(interrupted("1"), result("2", "5", "sub"), interrupted("3")),
    ],
  ],
  [
    "a result without a call is dropped, and the answers that it stood between are one",
    [user("a"), assistant("b"), tool(result("ghost")), assistant("c"), user("d")],
    [user("a"), assistant("b\n\nc"), user("d")],
  ],
  [
    "a result before its call is none",
    [user("a"), tool(result("1")), assistant(call("1")), user("b")],
    [user("a"), assistant(call("1")), tool(interrupted("1")), user("b")],
  ],
  [
    "results are put into the order of their calls",
    [assistant(call("1"), call("2")), tool(result("2", "second"), result("1", "first"))],
    [assistant(call("1"), call("2")), tool(result("1", "first"), result("2", "second"))],
  ],
  [
    "results in several messages, and behind what a person said meanwhile, are one message behind their calls",
    [assistant(call("1"), call("2")), tool(result("1")), user("quick!"), tool(result("2")), assistant("c")],
    [assistant(call("1"), call("2")), tool(result("1"), result("2")), user("quick!"), assistant("c")],
  ],
  [
    "of two results the first is the one that the model saw",
    [assistant(call("1")), tool(result("1", "first"), result("1", "again"))],
    [assistant(call("1")), tool(result("1", "first"))],
  ],
  [
    "two calls of one id in one message stay two calls, each with its result",
    [assistant(call("1"), call("1", "sub")), tool(result("1", "one"), result("1", "two"))],
    [assistant(call("1"), call("1_2", "sub")), tool(result("1", "one"), result("1_2", "two", "sub"))],
  ],
  [
    "an id that a later turn uses again is another call's, whether or not the first got its result",
    [assistant(call("1")), user("a"), assistant(call("1")), tool(result("1", "two")), assistant(call("1_2"))],
    [
      assistant(call("1")),
      ...[tool(interrupted("1")), user("a"), assistant(call("1_2"))],
      ...[tool(result("1_2", "two")), assistant(call("1_2_2")), tool(interrupted("1_2_2"))],
    ],
  ],
  [
    "a call without an id gets one",
    [assistant(call(""))],
    [assistant(call("call")), tool(interrupted("call"))],
  ],
  [
    "a result has the name of its call",
    [assistant(call("1", "sub")), tool(result("1", "5", ""))],
    [assistant(call("1", "sub")), tool(result("1", "5", "sub"))],
  ],
  [
    "a name that no tool may have becomes one that it may, and so does its result's",
    [
      assistant(
        call("1", "functions.add"),
        call("2", "加 \u{1F600}"),
        call("3", "x".repeat(300)),
        call("4", ""),
      ),
      tool(result("1", "5", "functions.add"), result("3", "5", "x".repeat(300))),
    ],
    [
      assistant(call("1", "functions_add"), call("2", "____"), call("3", "x".repeat(64)), call("4", "_")),
      tool(
        ...[result("1", "5", "functions_add"), interrupted("2", "____")],
        ...[result("3", "5", "x".repeat(64)), interrupted("4", "_")],
      ),
    ],
  ],
  [
    "a failed result stays one",
    [assistant(call("1")), tool(failure("1", "It broke."))],
    [assistant(call("1")), tool(failure("1", "It broke."))],
  ],
  [
    "of several system messages the first leads",
    [user("a"), system("mine"), assistant("b"), system("another's")],
    [system("mine"), user("a"), assistant("b")],
  ],
  ["an empty system message is none", [system(""), user("a")], [user("a")]],
  [
    "neighbours of one role are joined, and what is empty is left out",
    [user("a"), assistant(""), user("", "b"), assistant(), assistant("c"), assistant("", "d", "e")],
    [user("a\n\nb"), assistant("c\n\nd\n\ne")],
  ],
  [
    "what was said within a turn is marked, unless it is joined with a question",
    [
      user("a"),
      within("b"),
      assistant("c"),
      within("d"),
      within("e"),
      assistant("f"),
      within("g"),
      user("h"),
    ],
    [user("a\n\nb"), assistant("c"), within("d\n\ne"), assistant("f"), user("g\n\nh")],
  ],
  [
    "texts around a call stay where they are",
    [assistant("a"), assistant("b", "", call("1"), "c", "d"), tool(result("1"))],
    [assistant("a\n\nb", call("1"), "c\n\nd"), tool(result("1"))],
  ],
  [
    "a thought stays before what it led to",
    [user("a"), assistant(thought("hm"), "b", thought("so"), call("1")), tool(result("1"))],
  ],
  [
    "a thought that nothing follows is not sent, nor a message that is nothing else",
    [user("a"), assistant(thought("hm"), "b", thought("so")), user("c"), assistant(thought("hm")), user("d")],
    [user("a"), assistant(thought("hm"), "b"), user("c\n\nd")],
  ],
  [
    "texts that the provider knows by names of their own are not joined",
    [assistant(named("a"), named("b"), "c", "d")],
    [assistant(named("a"), named("b"), "c\n\nd")],
  ],
];

for (const [what, history, repaired = history] of cases)
  test(what, () => {
    const before = JSON.stringify(history);
    assert.deepEqual(repair(history), repaired);
    assert.deepEqual(repair(repaired), repaired);
    assert.ok(isAcceptable(repaired));
    assert.equal(JSON.stringify(history), before);
  });

describe("arguments", () => {
  const sent = (input: string) => {
    const [message] = repair([assistant(call("1", "add", input))]);
    return (
      message?.role === "assistant" && message.content[0]?.type === "tool-call" && message.content[0].input
    );
  };
  for (const input of [
    "{}",
    ' { "a" : 1.0,\n"a":2 }\n',
    '{"\\u0061":"\\ud83d\\ude00 \\\\ud83d"}',
    '{"a":null,"b":1e300}',
    `{"a":${"[".repeat(60)}${"]".repeat(60)}}`,
  ])
    test(`that are an object stay byte for byte: ${JSON.stringify(input).slice(0, 40)}`, () =>
      assert.equal(sent(input), input));
  for (const input of ["", " ", '{"city": "Mex', '{"a":1}}', "[1]", "null", "5", '"{}"', "undefined"])
    test(`that are none are sent as an empty object: ${JSON.stringify(input)}`, () =>
      assert.equal(sent(input), "{}"));
  for (const [what, input] of [
    ["half a surrogate pair", '{"a":"\\ud83d"}'],
    ["half a surrogate pair in a name", '{"\\\\\\ude00":1}'],
    ["a number that is too great", '{"a":[{"b":1e400}]}'],
    ["levels without end", `{"a":${"[".repeat(6000)}${"]".repeat(6000)}}`],
  ] as const)
    test(`that stricter readers cannot read are sent as an empty object: ${what}`, () =>
      assert.equal(sent(input), "{}"));
});

const id = fc.constantFrom("1", "2", "3", "1_2", "");
const text = fc.constantFrom("", "a", "b\n", "😀");
const input = fc.constantFrom("{}", '{"a":1}', ' {"b": 2}', "{", "", "[]");
const name = fc.constantFrom("add", "", "a.b c", "加", "n".repeat(65));
const toolCall = fc
  .record({ id, name, input })
  .map(({ id: of, name: named, input: args }) => call(of, named, args));
const toolResult = fc.record({ id, text }).map(({ id: of, text: output }) => result(of, output));
const history = fc.array(
  fc.oneof(
    text.map(system),
    fc.array(text, { maxLength: 3 }).map((texts) => user(...texts)),
    fc
      .array(
        fc.oneof(
          text,
          toolCall,
          text.map((of) => thought(of)),
        ),
        { maxLength: 4 },
      )
      .map((parts) => assistant(...parts)),
    fc.array(toolResult, { maxLength: 4 }).map((results) => tool(...results)),
  ),
  { maxLength: 12 },
);

test("any history becomes one that a provider accepts, and repairing it again changes nothing", () => {
  fc.assert(
    fc.property(history, (messages) => {
      const repaired = repair(messages);
      assert.ok(isAcceptable(repaired), JSON.stringify(repaired));
      assert.deepEqual(repair(repaired), repaired);
    }),
    { numRuns: 2000 },
  );
});

test("no word of a person or a model is lost, and no call", () => {
  fc.assert(
    fc.property(history, (messages) => {
      const repaired = repair(messages);
      for (const role of ["user", "assistant"] as const)
        assert.equal(wordsOf(repaired, role), wordsOf(messages, role));
      assert.deepEqual(
        callsOf(repaired).map(({ input: args }) => args.replace(/^\{\}$/, "?")),
        callsOf(messages).map(({ input: args }) => args.replace(/^(\{\}|\{||\[\])$/, "?")),
      );
    }),
  );
});

test("what a history begins with does not change when a person asks on", () => {
  fc.assert(
    fc.property(history, (messages) => {
      const shorter = repair(messages);
      const longer = repair([...messages, user("next")]);
      const kept = shorter.at(-1)?.role === "user" ? shorter.slice(0, -1) : shorter;
      assert.deepEqual(longer.slice(0, kept.length), kept);
    }),
  );
});

test("20,000 calls of one id take time in proportion to their number", () => {
  const calls = Array.from({ length: 20_000 }, () => call("1"));
  const start = performance.now();
  assert.equal(repair([assistant(...calls)]).length, 2);
  assert.ok(performance.now() - start < 2000);
});

describe("worked cases of others", { skip: skipWithoutShared }, () => {
  const sent = (messages: readonly ModelMessage[]) =>
    chatRequest({ messages: repair(messages) }, { model: "m", maxTokensField: "max_tokens" }).messages;

  test("each one of op repair is sent as it says; arguments that were cut off may be an empty object", () => {
    const cut = historyCases("repair");
    assert.equal(cut.length, 6);
    for (const { id: of, history: messages, expected } of cut)
      assert.deepEqual(
        sent(messages.map(modelMessageOf)),
        JSON.parse(JSON.stringify(expected).replace('"{\\"city\\": \\"Mex"', '"{}"')),
        of,
      );
  });

  test("the one of op repair-twice is the same the second time", () => {
    const [twice] = historyCases("repair-twice");
    const once = repair((twice?.history ?? []).map(modelMessageOf));
    assert.equal(once.length, 4);
    assert.deepEqual(repair(once), once);
  });

  test("the one of op cross-agent has one system message, that of the agent that acts", () => {
    const [{ history: messages, expected } = assert.fail()] = historyCases("cross-agent");
    const { system: mine, sent: wanted }: { system: string; sent: ChatJson[] } = JSON.parse(
      JSON.stringify(expected),
    );
    const question = user(wanted.at(-1)?.content ?? "");
    assert.deepEqual(sent([system(mine), ...messages.map(modelMessageOf), question]), wanted);
  });
});

const wordsOf = (messages: readonly ModelMessage[], role: "user" | "assistant"): string =>
  messages
    .flatMap((message) => (message.role === role ? message.content : []))
    .flatMap((part) => (part.type === "text" ? [part.text.replaceAll("\n", "")] : []))
    .join("");
