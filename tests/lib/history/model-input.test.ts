import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { modelInput } from "#lib/history/model-input.ts";
import { continuationPrompt } from "#lib/models/continuation-prompt.ts";
import type { ModelMessage } from "#lib/models/model-message.ts";
import type { ErrorCode } from "#lib/protocol/codes.ts";
import { fold } from "#lib/protocol/fold.ts";
import type { AssistantMessage, Message, UserMessage } from "#lib/protocol/message.ts";
import { messageOf } from "#lib/protocol/message-of.ts";
import { emptyRun } from "#lib/protocol/run-state.ts";
import { pathTo, shownPath } from "#lib/protocol/shown-path.ts";
import {
  failure as failed,
  finish,
  finishStep,
  type Line,
  log,
  result as output,
  reasoning,
  reasoningDelta,
  reasoningEnd,
  reasoningStart,
  refusalDelta,
  start,
  startStep,
  steered,
  stopRequested,
  text,
  textDelta,
  textEnd,
  textStart,
  toolApprovalRequest,
  toolCall,
  toolInputAvailable,
  toolInputDelta,
  toolInputError,
  toolInputStart,
  toolOutputAvailable,
  toolOutputDenied,
  toolStart,
  uuid,
} from "../../support/event-builders.ts";
import {
  assistant,
  call,
  failure,
  result,
  spoken,
  tool,
  user,
  within,
} from "../../support/model-messages.ts";

const asks = (id: string, parentId: string | null, text = id): UserMessage => ({
  id,
  parentId,
  runId: `run-${id}`,
  role: "user",
  createdAt: 1,
  text,
});
const says = (id: string, parentId: string, text = id): AssistantMessage => ({
  id,
  parentId,
  runId: `run-${id}`,
  role: "assistant",
  createdAt: 1,
  agent: "assistant",
  model: "m",
  parts: text === "" ? [] : [{ type: "text", id: "t", stepId: "s", startedAt: 1, endedAt: 1, text }],
});
const ids = (messages: readonly Message[]): string[] => messages.map(({ id }) => id);

test("of siblings the newest is shown, with what follows it", () => {
  const messages = [asks("q1", null), says("a1", "q1"), asks("q2", "a1"), says("a2", "q2"), says("a3", "q2")];
  assert.deepEqual(ids(shownPath(messages)), ["q1", "a1", "q2", "a3"]);
  assert.deepEqual(ids(shownPath([...messages, says("a4", "q1")])), ["q1", "a4"]);
  assert.deepEqual(ids(pathTo(messages, "q2")), ["q1", "a1", "q2"]);
  assert.deepEqual(ids(shownPath([])), []);
});

test("a partial answer is sent, an empty one is left out, and no two of one role stand in a row", () => {
  const messages = [
    asks("q1", null),
    says("a1", "q1", ""),
    asks("q2", "a1"),
    says("a2", "q2", "half"),
    asks("q3", "a2"),
  ];
  assert.deepEqual(modelInput(messages), [user("q1\n\nq2"), assistant("half"), user("q3")]);
});

/** The question "q" and the answer that a log folds to. */
function answered(...lines: Line[]): Message[] {
  const answer = messageOf(log(...lines).reduce(fold, emptyRun("")));
  return [asks("q", null), { ...answer, parentId: "q" }];
}

test("what the code of an answer has read may be in what the code of its continuation gives, and in no later answer's", () => {
  const ran = (id: string, isOutside: boolean): Line[] => [
    ...[toolInputStart(id, "run_code"), toolInputAvailable(id, "run_code", { code: "1" })],
    ...[{ ...toolStart(id), ...(isOutside && { isOutside }) }, toolOutputAvailable(id, id), finish()],
  ];
  const answer = (id: string, parentId: string, isOutside = false): Message => ({
    ...messageOf(log(...ran(`${id}-call`, isOutside)).reduce(fold, emptyRun(""))),
    ...{ id, parentId },
  });
  const path = [asks("q", null), answer("a", "q", true), answer("b", "a"), asks("r", "b"), answer("c", "r")];
  const results = modelInput(path).flatMap(({ role, content }) =>
    role === "tool"
      ? content.map(({ toolCallId, output }) => [toolCallId, output.startsWith("<written")])
      : [],
  );
  assert.deepEqual(results, [
    ["a-call", true],
    ["b-call", true],
    ["c-call", false],
  ]);
});

const interrupted = (id: string, name?: string) =>
  failure(id, "The tool call was interrupted before a result was produced.", name);

const input = (json: string): Line[] => [
  toolInputStart("call-1", "add"),
  ...json.split(/(?<=,)/).map((delta) => toolInputDelta("call-1", delta)),
];

const given = { wire: { signature: "abc=" } };

const cases: [what: string, lines: Line[], sent: ModelMessage[]][] = [
  [
    "each model request is an assistant message, and the results of its calls follow it in their order",
    [
      ...[text("Adding."), toolCall("add", { a: 2 }), toolCall("sub", { a: 1 })],
      ...[output("5"), output({ b: [1] }), text("It is 5."), toolCall("add"), failed("It broke."), finish()],
    ],
    [
      assistant("Adding.", call("call-1", "add", '{"a":2}'), call("call-2", "sub", '{"a":1}')),
      tool(result("call-1", "5"), result("call-2", '{"b":[1]}', "sub")),
      assistant("It is 5.", call("call-3")),
      tool(failure("call-3", "It broke.")),
    ],
  ],
  [
    "texts of a step, and of steps without a call, are one",
    [text("a"), reasoning("hm"), text("b"), finishStep(), startStep("step-2", 1), text("c"), finish()],
    [assistant("a\n\nb\n\nc")],
  ],
  ["reasoning is not sent, a refusal is", [reasoning("hm"), refusalDelta("no"), finish()], [assistant("no")]],
  [
    "arguments are sent byte for byte as the model wrote them",
    [...input('{ "a":\t1.0, "b": "\\u0041"}'), stopRequested()],
    [assistant(call("call-1", "add", '{ "a":\t1.0, "b": "\\u0041"}')), tool(interrupted("call-1"))],
  ],
  [
    "a call whose arguments were cut off is sent with none, and says why it failed",
    [...input('{"a": 1, "b'), toolInputError("call-1", "add", '{"a": 1, "b', "cut off"), finish()],
    [assistant(call("call-1")), tool(failure("call-1", "cut off"))],
  ],
  [
    "what a person half while it was written stands between the steps, each time where the model first saw it",
    [
      ...[text("a"), finishStep(), steered("b", uuid(8)), startStep("step-2", 1), text("c"), finishStep()],
      ...[steered("d", uuid(9)), startStep("step-3", 2), text("e"), finish()],
    ],
    [assistant("a"), within("b"), assistant("c"), within("d"), assistant("e")],
  ],
  [
    "what a step inside a tool call wrote is not sent, the result of the call is",
    [
      ...[toolCall("research"), startStep("inner", 0, "researcher", { parentToolCallId: "call-1" })],
      ...[text("found"), finishStep("stop", "inner"), toolOutputAvailable("call-1", "five"), finish()],
    ],
    [assistant(call("call-1", "research")), tool(result("call-1", "five", "research"))],
  ],
  [
    "a call that was denied, that runs or that waits for a person says so",
    [
      ...[toolCall("add"), toolCall("sub"), toolCall("mul"), toolOutputDenied("call-1")],
      ...[toolStart("call-2"), toolApprovalRequest("call-3")],
    ],
    [
      assistant(call("call-1"), call("call-2", "sub"), call("call-3", "mul")),
      tool(
        failure("call-1", "The person denied the tool call."),
        interrupted("call-2", "sub"),
        interrupted("call-3", "mul"),
      ),
    ],
  ],
  [
    "a thought that its provider wants back is sent before what it led to, as is what it gave with a call",
    [
      ...[reasoningStart("r"), reasoningDelta("hm", "r"), { ...reasoningEnd("r"), providerMetadata: given }],
      ...[textStart("t"), textDelta("a", "t"), { ...textEnd("t"), providerMetadata: given }],
      ...[toolInputStart(), toolInputDelta("call-1", "{}")],
      ...[
        { ...toolInputAvailable(), providerMetadata: given },
        toolOutputAvailable("call-1", "five"),
        finish(),
      ],
    ],
    [
      assistant(
        { type: "reasoning", text: "hm", providerMetadata: given },
        { type: "text", text: "a", providerMetadata: given },
        { ...call("call-1"), providerMetadata: given },
      ),
      tool(result("call-1", "five")),
    ],
  ],
  ["an answer without a word is left out", [finish("content-filter")], []],
];
for (const [what, lines, sent] of cases)
  test(what, () => assert.deepEqual(modelInput(answered(...lines)), [user("q"), ...sent]));

test("an input that came without its text is sent as JSON", () => {
  const [question, answer] = answered(toolInputStart(), toolInputError("call-1", "add", { a: 1 }, "no"));
  assert.deepEqual(modelInput([question, answer].filter((each) => each !== undefined)), [
    user("q"),
    assistant(call("call-1", "add", '{"a":1}')),
    tool(failure("call-1", "no")),
  ]);
});

test("an answer that is continued is followed by the continuation prompt; one that waits for the model is not", () => {
  const half = answered(start(), startStep(), text("half"));
  assert.deepEqual(modelInput(half, { continues: true }), [
    ...[user("q"), assistant("half"), within(continuationPrompt)],
  ]);
  const called = answered(text("half"), toolCall("add"), output("5"));
  assert.equal(modelInput(called, { continues: true }).at(-1)?.role, "tool");
  assert.deepEqual(modelInput(answered(finish()), { continues: true }), [user("q")]);
});

test("half a character in an output that was kept before is none in what a model is sent", () => {
  assert.deepEqual(
    modelInput(answered(toolCall("read"), output("a \ud83d b"), finish())).at(-1),
    tool(result("call-1", "a \ufffd b", "read")),
  );
});

test("of a picture in an output a model is sent what it is, and not its bytes", () => {
  const picture = { content: [{ type: "image", mimeType: "image/png", data: "QUFBQQ==" }] };
  const sent = JSON.stringify(modelInput(answered(toolCall("draw"), output(picture), finish())));
  assert.match(sent, /image\/png.*shown to the person/);
  assert.doesNotMatch(sent, /QUFBQQ/);
});

describe("a question that was refused as too long", () => {
  const refused = (id: string, parentId: string, words = "", code: ErrorCode = "context-too-long") => ({
    ...says(id, parentId, words),
    ending: { type: "error", code, errorText: "", retryable: false } as const,
  });
  const long = asks("long", "a1");
  const before = [asks("q1", null), says("a1", "q1")];
  const next = asks("next", "no");

  const cases: [promise: string, path: Message[], sent: string[]][] = [
    [
      "is not sent along with the next one",
      [...before, long, refused("no", "long"), next],
      ["q1", "a1", "next"],
    ],
    [
      "nor after it, once the next one was answered",
      [...before, long, refused("no", "long"), next, says("a2", "next"), asks("q3", "a2")],
      ["q1", "a1", "next", "a2", "q3"],
    ],
    [
      "nor are several of them",
      [...before, long, refused("no", "long"), { ...long, id: "long2" }, refused("no2", "long2"), next],
      ["q1", "a1", "next"],
    ],
    ["nor as the first question", [asks("long", null), refused("no", "long"), next], ["next"]],
    ["is sent when it is asked again", [...before, long], ["q1", "a1", "long"]],
    [
      "is sent along once it was answered",
      [...before, long, says("a2", "long"), next],
      ["q1", "a1", "long", "a2", "next"],
    ],
    [
      "nor is one with whose answer the context filled up, nor that answer",
      [...before, long, refused("no", "long", "half"), next],
      ["q1", "a1", "next"],
    ],
    [
      "whose answer had words is sent with it when that is continued",
      [...before, long, refused("no", "long", "half")],
      ["q1", "a1", "long", "half"],
    ],
    [
      "is no other failure: those are sent along",
      [...before, long, refused("no", "long", "", "provider-failed"), next],
      ["q1", "a1", "long\n\nnext"],
    ],
  ];
  for (const [promise, path, sent] of cases)
    test(promise, () =>
      assert.deepEqual(
        spoken(modelInput(path)).map(([, words]) => words),
        sent,
      ),
    );

  const tooLong = { type: "error", code: "context-too-long", errorText: "", retryable: false } as const;
  const fillings: [what: string, lines: Line[]][] = [
    ["what was written into the run", [text("half"), finishStep("stop"), steered("a whole book")]],
    ["what a tool gave", [toolCall("read"), output("a whole book")]],
    ["what a model wrote", [text("a whole book")]],
  ];
  for (const [what, lines] of fillings)
    test(`that ${what} made too long goes out with no later one, and neither does that`, () => {
      const path = answered(...lines, tooLong);
      const sent = JSON.stringify(modelInput([...path, asks("next", path.at(-1)?.id ?? null)]));
      assert.doesNotMatch(sent, /book/);
      assert.match(sent, /next/);
      assert.match(JSON.stringify(modelInput(path)), /book/);
    });
});
