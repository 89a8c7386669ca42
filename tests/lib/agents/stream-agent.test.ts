import assert from "node:assert/strict";
import { test } from "node:test";
import { defineAgent } from "#lib/agents/define-agent.ts";
import { type StreamOptions, streamAgent } from "#lib/agents/stream-agent.ts";
import { decodeHistory, encodeHistory } from "#lib/history/history-json.ts";
import type { Model } from "#lib/models/model.ts";
import { fold } from "#lib/protocol/fold.ts";
import { runEvent } from "#lib/protocol/run-event.ts";
import { emptyRun } from "#lib/protocol/run-state.ts";
import type { Tool } from "#lib/tools/tool.ts";
import { callsTools, finished, gate, says, scriptedModel } from "../../support/scripted-model.ts";
import { scriptedTool } from "../../support/scripted-tools.ts";

const run = (model: Model, tools: readonly Tool[] = [], more: Partial<StreamOptions> = {}) =>
  streamAgent({
    agent: defineAgent({ name: "adder", instructions: "Add.", tools }),
    model,
    input: "2+3?",
    ...more,
  });
const add = () => scriptedTool("add", () => 5);
const answering = () =>
  scriptedModel(
    [...says("Let me ", "add."), ...callsTools(["c", "add", {}])],
    [...says("It is ", "five."), { type: "usage", usage: { outputTokens: 3, source: "provider" } }, finished],
  );
const all = async <T>(items: AsyncIterable<T>): Promise<T[]> => await Array.fromAsync(items);

test("D1 a script reads the events while they come, and then the result", async () => {
  await using started = run(answering(), [add()]);
  const events = [];
  for await (const event of started.events()) events.push(runEvent.parse(event));
  const { text, usage, state } = await started.result;
  assert.equal(text, "Let me add.\n\nIt is five.");
  assert.equal(usage?.outputTokens, 3);
  assert.deepEqual(
    events.map(({ seq }) => seq),
    events.map((_, at) => at + 1),
  );
  assert.deepEqual(events.reduce(fold, emptyRun(state.runId)), state);
  assert.equal(events.at(-1)?.type, "finish");
});

test("A7, D2 any number of readers, early or late, as deltas or as snapshots: they come to the same text", async () => {
  await using started = run(answering(), [add()]);
  const early = all(started.textDeltas());
  const { text } = await started.result;
  const snapshots = await all(started.textSnapshots());
  assert.equal((await early).join(""), text);
  assert.equal((await all(started.textDeltas())).join(""), text);
  assert.equal(snapshots.at(-1), text);
  for (const snapshot of snapshots) assert.ok(text.startsWith(snapshot));
});

test("D1 leaving the block ends what still runs: the model's stream is closed and tools are told", async () => {
  const running = gate();
  let isAborted = false;
  const tool = scriptedTool("add", async (_, { signal }) => {
    signal.addEventListener("abort", () => (isAborted = true));
    running.open();
    await new Promise(() => undefined);
  });
  const model = answering();
  let left: ReturnType<typeof run>;
  {
    await using started = run(model, [tool]);
    left = started;
    await running.promise;
  }
  assert.equal(isAborted, true);
  assert.equal(
    model.requests.every(({ closed }) => closed),
    true,
  );
  assert.equal(left.state.ending?.type, "abort");
  assert.equal((await left.result).text, "Let me add.");
});

test("what asks waits until the script has decided, and what the script says is seen by the model", async () => {
  const send = scriptedTool("send", () => "sent", { effect: "write" });
  const model = scriptedModel(callsTools(["c", "send"]), [...says("done"), finished]);
  await using started = run(model, [send]);
  for await (const event of started.events()) {
    if (event.type !== "tool-approval-request") continue;
    started.say("and be brief");
    started.decide({ approvalId: event.approvalId, approved: true });
  }
  assert.equal(send.runs.length, 1);
  assert.match(JSON.stringify(model.requests[1]?.request.messages.at(-1)), /and be brief/);
});

test("P2 a run that fails rejects its result, and ends its events with one error, whoever asks for neither", async () => {
  const failure = new Error("broke");
  await using started = run(scriptedModel([...says("half"), failure]));
  await assert.rejects(started.result, failure);
  const events = await all(started.events());
  assert.equal(events.at(-1)?.type, "error");
  assert.equal(events.filter(({ type }) => type === "text-end").length, 1);
  run(scriptedModel([failure]));
});

test("what the script says at the very end is asked for too; where nobody is asked any more, the script is told", async () => {
  const model = scriptedModel([...says("one"), finished], [...says("two"), finished]);
  await using started = run(model, [], { agent: { name: "adder", instructions: "", maxSteps: 2 } });
  for await (const { type } of started.events()) if (type === "finish-step") started.say("and now?");
  assert.equal((await started.result).text, "one\n\ntwo");
  assert.deepEqual([model.requests.length, started.unseen], [2, ["and now?"]]);
  const failure = new Error("broke");
  await using failing = run(scriptedModel([failure]));
  await assert.rejects(failing.result, failure);
  failing.say("are you there?");
  assert.deepEqual(failing.unseen, ["are you there?"]);
});

test("a second decision about a call changes nothing", async () => {
  const send = scriptedTool("send", () => "sent", { effect: "write" });
  await using started = run(scriptedModel(callsTools(["c", "send"]), [...says("done"), finished]), [send]);
  let approvalId = "";
  for await (const event of started.events()) {
    if (event.type === "tool-approval-request") ({ approvalId } = event);
    const isTime = event.type === "tool-approval-request" || event.type === "tool-output-available";
    if (isTime) started.decide({ approvalId, approved: true });
  }
  const { state } = await started.result;
  assert.deepEqual([send.runs.length, state.ending?.type], [1, "finish"]);
  assert.equal(
    state.parts.some((part) => part.type === "tool" && part.state === "output-available"),
    true,
  );
});

test("D9, D10, D11 the messages of a turn are those of its conversation and the new ones, and go on elsewhere as JSON", async () => {
  const model = answering();
  const first = run(model, [add()]);
  assert.deepEqual(
    first.newMessages.map(({ role }) => role),
    ["user", "assistant"],
  );
  await first.result;
  assert.deepEqual(first.newMessages, first.allMessages);
  const [question, answer] = first.allMessages;
  assert.ok(question?.role === "user" && question.text === "2+3?" && question.parentId === null);
  assert.ok(
    answer?.role === "assistant" && answer.parentId === question.id && answer.ending?.type === "finish",
  );

  const elsewhere = decodeHistory(encodeHistory(first.allMessages));
  const next = scriptedModel([...says("Six."), finished]);
  const second = run(next, [add()], { history: elsewhere, input: "And one more?" });
  await second.result;
  assert.deepEqual(second.allMessages.slice(0, 2), first.allMessages);
  assert.deepEqual(second.allMessages.slice(2), second.newMessages);
  const [asked, answered] = second.newMessages;
  assert.deepEqual([asked?.parentId, answered?.parentId], [answer.id, asked?.id]);
  // What the model is sent begins with what it was sent, and said, in the first turn.
  const sent = next.requests[0]?.request.messages ?? [];
  const before = model.requests[1]?.request.messages ?? [];
  assert.deepEqual(sent.slice(0, before.length), before);
  assert.deepEqual(
    sent.slice(before.length).map(({ role }) => role),
    ["assistant", "user"],
  );
});

test("D10 what was passed in is not new, a question among it neither; of a run that failed there is what it wrote", async () => {
  const question = { id: "q", parentId: null, runId: "r", role: "user", createdAt: 1, text: "2+3?" } as const;
  const given = run(scriptedModel([...says("Five."), finished]), [], { input: [question] });
  await given.result;
  assert.deepEqual(given.allMessages, [question, ...given.newMessages]);
  assert.deepEqual(
    given.newMessages.map(({ role, parentId }) => [role, parentId]),
    [["assistant", "q"]],
  );
  const failing = run(scriptedModel([...says("half"), new Error("broke")]));
  await assert.rejects(failing.result);
  assert.match(JSON.stringify(failing.newMessages), /half/);
  assert.equal(failing.newMessages.length, 2);
});
