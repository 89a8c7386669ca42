import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { inputHash } from "#lib/agents/input-hash.ts";
import { continuationPrompt } from "#lib/models/continuation-prompt.ts";
import { ModelError } from "#lib/models/model-error.ts";
import { fold } from "#lib/protocol/fold.ts";
import type { AssistantMessage, Takeover } from "#lib/protocol/message.ts";
import { emptyRun } from "#lib/protocol/run-state.ts";
import { textHash } from "#lib/protocol/text-hash.ts";
import { by, costs, only, question, types, usage } from "../../support/assistant-bench.ts";
import {
  continueStep,
  firstTs,
  ids,
  modelResponse,
  numbered,
  reasoningDelta,
  reasoningStart,
  resetStep,
  start,
  startStep,
  textDelta,
  textEnd,
  textStart,
  toolInputAvailable,
  toolInputDelta,
  toolInputStart,
  toolStart,
  usageEvent,
} from "../../support/event-builders.ts";
import { assistant, within } from "../../support/model-messages.ts";
import { asked, produce } from "../../support/producer-bench.ts";
import { finished, type ModelLine, says, scriptedModel } from "../../support/scripted-model.ts";

test("what was read stays: a step with text is continued, its model is given that and told to go on", async () => {
  const model = scriptedModel([...says("ve."), costs(1, 1), finished]);
  const log = numbered([start(), startStep("s"), textStart("t", "s"), textDelta("It is fi", "t")]);
  const production = await produce(by(model), { log, now: (log.at(-1)?.ts ?? 0) + 3000 });
  const sent = [...question, assistant("It is fi"), within(continuationPrompt)];
  assert.deepEqual(model.requests[0]?.request.messages, sent);
  const told = { afterMs: 3000, isUnreported: true, stalls: 0, maxLength: 8 };
  assert.deepEqual(production.events, [
    { type: "continue-step", stepId: "s", attempt: 2, reason: "owner-gone", ...told },
    { type: "agent-input", stepId: "s", agent: "assistant", messageCount: 4, hash: inputHash(sent) },
    { type: "text-delta", id: "t", delta: "ve." },
    { type: "usage", stepId: "s", model: "scripted", usage: usage(1, 1), total: usage(1, 1) },
    { type: "text-end", id: "t" },
    {
      ...{ type: "finish-step", stepId: "s", finishReason: "stop" },
      ...{ textHash: textHash("It is five."), usage: usage(1, 1) },
    },
  ]);
});

test("a model that goes on by itself from what stands last is not told to", async () => {
  const model = { ...scriptedModel([...says("ve."), finished]), prefills: true };
  const log = numbered([start(), startStep("s"), textStart("t", "s"), textDelta("It is fi", "t")]);
  await produce(by(model), { log });
  assert.deepEqual(model.requests[0]?.request.messages, [...question, assistant("It is fi")]);
});

const half = "The river bends. It bends because ";
const goingOn: [model: string, says: string, text: string[], type: Takeover["type"]][] = [
  ["goes on from what it is sent", "water is slow.", [`${half}water is slow.`], "continued"],
  ["repeats its last sentence", "It bends because water is slow.", [`${half}water is slow.`], "continued"],
  ["begins anew and says the same", `${half}water is slow.`, [`${half}water is slow.`], "anew"],
  [
    "begins anew and says something else",
    "The river bends. It does so.",
    [half, "The river bends. It does so."],
    "anew",
  ],
];
for (const [which, answer, texts, type] of goingOn)
  test(`a model that ${which}: what was read stays, nothing is there twice, and the log says how it went on`, async () => {
    const model = scriptedModel([...says(...answer.split(/(?<= )/)), finished]);
    const log = numbered([start(), startStep("s"), textStart("t", "s"), textDelta(half, "t")]);
    const { events } = await produce(by(model), { log });
    const state = numbered(events, { startAt: log.length + 1 }).reduce(
      fold,
      log.reduce(fold, emptyRun(ids.run)),
    );
    assert.deepEqual(
      state.parts.map((part) => [part.type, "text" in part && part.text, part.endedAt !== undefined]),
      texts.map((text) => ["text", text, true]),
    );
    assert.deepEqual(
      state.takeovers?.map((each) => each.type),
      [type],
    );
  });

test("a model that thinks before it goes on leaves the text open, and goes on in it", async () => {
  const thinks: ModelLine = { type: "reasoning", delta: "hm" };
  const model = scriptedModel([thinks, ...says("ve."), thinks, ...says("Really."), finished]);
  const log = numbered([
    ...[start(), startStep("s"), textStart("t", "s"), textDelta("It is fi", "t"), textEnd("t")],
    ...[reasoningStart("r", "s"), reasoningDelta("so", "r")],
  ]);
  const { events } = await produce(by(model), { log });
  const state = numbered(events, { startAt: log.length + 1 }).reduce(
    fold,
    log.reduce(fold, emptyRun(ids.run)),
  );
  assert.deepEqual(
    state.parts.map((part) => "text" in part && [part.text, part.endedAt !== undefined]),
    [
      ["It is five.", true],
      ["so", true],
      ["hm", true],
      ["hm", true],
      ["Really.", true],
    ],
  );
});

test("a step with nothing to read is reset and asked anew under its id, with parts of other ids and the costs so far", async () => {
  const model = scriptedModel([...says("five"), costs(1, 1), finished]);
  const log = numbered([start(), startStep("s"), usageEvent(usage(9, 5)), reasoningStart("r", "s")]);
  const production = await produce(by(model), { log });
  assert.deepEqual(production.events.slice(0, 3), [
    { type: "reset-step", stepId: "s", attempt: 2, reason: "owner-gone" },
    { type: "agent-input", stepId: "s", agent: "assistant", messageCount: 2, hash: inputHash(question) },
    { type: "text-start", id: "s.2/0", stepId: "s" },
  ]);
  assert.deepEqual(only(production, "usage")[0]?.total, usage(10, 6));
  assert.equal(production.outcome.type, "finished");
});

test("a step that was left behind text and a begun call keeps its text, and the call is one that failed", async () => {
  const model = scriptedModel([...says("five"), finished]);
  const log = numbered([
    ...[
      start(),
      startStep("s"),
      textStart("t", "s"),
      textDelta("Adding.", "t"),
      toolInputStart("c", "add", "s"),
      toolInputDelta("c", '{"a":'),
    ],
  ]);
  const production = await produce(by(model), { log });
  assert.deepEqual(production.events.slice(0, 2), [
    {
      ...{ type: "continue-step", stepId: "s", attempt: 2, reason: "owner-gone" },
      ...{ afterMs: 0, isUnreported: true, maxLength: 7, stalls: 0 },
    },
    { type: "text-end", id: "t" },
  ]);
  assert.equal(
    types(production),
    "continue-step text-end tool-output-error finish-step start-step agent-input text-start text-delta text-end finish-step",
  );
  const sent = JSON.stringify(model.requests[0]?.request.messages);
  for (const told of ["Adding.", "add"]) assert.match(sent, new RegExp(told));
});

test("a step with a begun call and nothing to read is reset", async () => {
  const log = numbered([start(), startStep("s"), toolInputStart("c", "add", "s")]);
  const production = await produce(by(scriptedModel([...says("five"), finished])), { log });
  assert.equal(production.events[0]?.type, "reset-step");
});

test("a call that was started to a tool that is not there any more is answered, and its model told", async () => {
  const model = scriptedModel([...says("sorry"), finished]);
  const log = numbered([
    ...[
      start(),
      startStep("s"),
      toolInputStart("c", "add", "s"),
      toolInputAvailable("c", "add", {}),
      toolStart("c"),
    ],
  ]);
  const production = await produce(by(model), { log });
  assert.equal(
    types(production),
    "tool-output-error finish-step start-step agent-input text-start text-delta text-end finish-step",
  );
  assert.deepEqual([production.outcome.type, model.requests.length], ["finished", 1]);
});

describe("where the provider keeps the answer", () => {
  const begun = [start(), startStep("s"), modelResponse("resp-1", "s")];
  const read = [textStart("t", "s"), { ...textDelta("It is fi", "t"), cursor: 7 }];
  const forgotten = new ModelError("cut-off", "gone", { retryable: false, facts: { reason: "forgotten" } });
  const resumes = (model: ReturnType<typeof scriptedModel>) =>
    model.requests.map(({ request }) => request.resume);

  test("its rest is fetched behind what was read, and nothing is asked for or cut", async () => {
    const rest: ModelLine[] = [
      { type: "response", responseId: "resp-1" },
      { type: "text", delta: "It is fi", cursor: 8 },
    ];
    const model = scriptedModel([...rest, finished]);
    const production = await produce(by(model), { log: numbered([...begun, ...read]) });
    assert.deepEqual(resumes(model), [{ responseId: "resp-1", cursor: 7 }]);
    assert.equal(types(production), "continue-step agent-input text-delta text-end finish-step");
    assert.deepEqual(only(production, "continue-step")[0], {
      ...{ type: "continue-step", stepId: "s", attempt: 2, reason: "owner-gone" },
      ...{ afterMs: 0, isFetched: true, stalls: 0, maxLength: 8 },
    });
  });

  test("nothing was read of it: it is fetched from its beginning", async () => {
    const model = scriptedModel([...says("five"), finished]);
    const production = await produce(by(model), { log: numbered(begun) });
    assert.deepEqual(resumes(model), [{ responseId: "resp-1" }]);
    assert.equal(
      types(production),
      "reset-step model-response agent-input text-start text-delta text-end finish-step",
    );
  });

  test("what it has used is reported once more, and that replaces what was reported before", async () => {
    const [earlier, once] = [usage(3, 2), usage(10, 5)];
    const reported = { ...usageEvent(once, usage(13, 7)), stepId: "s" };
    const before = [...[start(), startStep("s")], usageEvent(earlier), modelResponse("resp-1", "s")];
    const logs = [
      [...before, ...read, reported],
      [...before, reported],
      [...before, ...read, reported, continueStep("s", 2), reported],
      [...before, reported, resetStep("s", 2), modelResponse("resp-1", "s")],
    ];
    for (const log of logs) {
      const model = scriptedModel([{ type: "text", delta: "ve", cursor: 9 }, costs(10, 5), finished]);
      const production = await produce(by(model), { log: numbered(log) });
      assert.deepEqual(
        only(production, "usage").map(({ total }) => total),
        [usage(13, 7)],
      );
    }
  });

  test("what a forgotten answer has used was used: what the next one uses is added", async () => {
    const model = scriptedModel([forgotten], [...says("ve."), costs(1, 1), finished]);
    const log = numbered([...begun, ...read, { ...usageEvent(usage(10, 5)), stepId: "s" }]);
    const production = await produce(by(model), { log });
    assert.deepEqual(
      only(production, "usage").map(({ total }) => total),
      [usage(11, 6)],
    );
  });

  test("it has forgotten it: the model is asked to go on with what was read, and the log says so", async () => {
    const model = scriptedModel([forgotten], [...says("ve."), costs(1, 1), finished]);
    const log = numbered([...begun, ...read]);
    const { events } = await produce(by(model), { log });
    assert.deepEqual(resumes(model), [{ responseId: "resp-1", cursor: 7 }, undefined]);
    assert.deepEqual(model.requests[1]?.request.messages.slice(2), [
      assistant("It is fi"),
      within(continuationPrompt),
    ]);
    const state = numbered(events, { startAt: log.length + 1 }).reduce(
      fold,
      log.reduce(fold, emptyRun(ids.run)),
    );
    assert.deepEqual(
      state.parts.map((part) => "text" in part && part.text),
      ["It is five."],
    );
    assert.deepEqual(
      state.takeovers?.map(({ type, isUnreported }) => [type, isUnreported]),
      [["continued", true]],
    );
  });

  test("a text that another answer went on with is fetched from there, without what repeats it", async () => {
    const log = numbered([
      ...[start(), startStep("s"), textStart("t", "s"), textDelta(half, "t"), continueStep("s", 2)],
      modelResponse("resp-2", "s"),
    ]);
    const model = scriptedModel([...says("It bends because water is slow."), finished]);
    const production = await produce(by(model), { log });
    assert.deepEqual(resumes(model), [{ responseId: "resp-2" }]);
    assert.deepEqual(
      only(production, "text-delta").map(({ delta }) => delta),
      ["water is slow."],
    );
  });
});

test("a run that continues an answer asks the model to go on with it", async () => {
  const partial: AssistantMessage = {
    id: ids.message,
    parentId: ids.userMessage,
    runId: ids.run,
    role: "assistant",
    createdAt: firstTs,
    agent: "assistant",
    model: "m",
    parts: [{ type: "text", id: "t", text: "It i", stepId: "s", startedAt: firstTs }],
  };
  const model = scriptedModel([...says("s 5"), finished]);
  await produce(by(model), { history: [asked, partial] });
  assert.deepEqual(model.requests[0]?.request.messages.slice(2), [
    assistant("It i"),
    within(continuationPrompt),
  ]);
  // Another holder goes on with what this run has written of it: one text.
  const log = numbered([start(), startStep("u"), textStart("u/0", "u"), textDelta("s fi", "u/0")]);
  await produce(by(model), { history: [asked, { ...partial, runId: "earlier" }], log });
  assert.deepEqual(model.requests[1]?.request.messages.slice(2), [
    assistant("It is fi"),
    within(continuationPrompt),
  ]);
});

test("a run that continues an answer does not repeat the end of it", async () => {
  const partial: AssistantMessage = {
    ...{ id: ids.message, parentId: ids.userMessage, runId: "earlier", role: "assistant" },
    ...{ createdAt: firstTs, agent: "assistant", model: "m" },
    parts: [{ type: "text", id: "t", text: half, stepId: "s", startedAt: firstTs }],
  };
  const model = scriptedModel([...says("It bends because water is slow."), finished]);
  const production = await produce(by(model), { history: [asked, partial] });
  assert.deepEqual(
    only(production, "text-delta").map(({ delta }) => delta),
    ["water is slow."],
  );
});
