import assert from "node:assert/strict";
import { test } from "node:test";
import { createAgentProducers } from "#lib/agents/agent-producers.ts";
import { agents } from "#lib/agents/agents.ts";
import type { ToolPart } from "#lib/protocol/message.ts";
import type { RunEvent } from "#lib/protocol/run-event.ts";
import { systemClock } from "#lib/runs/clock.ts";
import { stop } from "#lib/workflows/define-event.ts";
import { step } from "#lib/workflows/define-step.ts";
import { defineWorkflow } from "#lib/workflows/define-workflow.ts";
import { streamWorkflow } from "#lib/workflows/stream-workflow.ts";
import { summariseDocument } from "#lib/workflows/summarise-document.ts";
import { workflowWriters } from "#lib/workflows/workflow-writers.ts";
import { workflows } from "#lib/workflows/workflows.ts";
import { writeWithReview } from "#lib/workflows/write-with-review.ts";
import { documentOf, listedReplies } from "../../support/listed-workflows.ts";
import { question, runContext, runToEnd } from "../../support/run-bench.ts";
import { gate } from "../../support/scripted-model.ts";
import { waitUntil } from "../../support/wait-until.ts";
import { eventsOf, Go, ofType } from "../../support/workflow-bench.ts";

test("no agent has the name of a workflow", () => {
  assert.throws(
    () =>
      createAgentProducers({
        agents: [{ name: "summarise-document", instructions: "" }],
        others: workflowWriters(workflows),
        pickModel: async () => listedReplies(),
      }),
    /an agent and a workflow have the name summarise-document/,
  );
  const names = [...agents, ...workflows].map(({ name }) => name);
  assert.equal(new Set(names).size, names.length);
});

test("a document is summarised part by part, each checked, with progress, and joined in its order", async () => {
  const model = listedReplies();
  const run = streamWorkflow({ workflow: summariseDocument, input: documentOf(6), model });
  const events = await eventsOf(run);
  assert.equal(
    await run.result,
    `All of it: ${[1, 2, 3, 4, 5, 6].map((n) => `${n}. Part ${n} is about Chapter ${n}.`).join(" ")}`,
  );
  assert.deepEqual(
    ofType(events, "progress").map(({ progress, total }) => [progress, total]),
    [1, 2, 3, 4, 5, 6].map((n) => [n, 6]),
  );
  // The answer is the editor's text, once; the summaries stand in cards.
  const texts = run.state.parts.filter((part) => part.type === "text" && part.parentToolCallId === undefined);
  assert.deepEqual(
    texts.map((part) => "text" in part && part.text),
    [await run.result],
  );
  assert.equal(run.state.parts.filter(({ type }) => type === "tool").length, 6);
  assert.equal(model.asked.length, 7);
});

test("a summary that is none is asked for once more, and then the part itself stands in its place", async () => {
  const model = listedReplies();
  const { stream } = model;
  model.stream = async function* (request, signal) {
    const isPart = JSON.stringify(request.messages).includes("Part 1 of 2");
    if (isPart) {
      yield { type: "text", delta: "word ".repeat(2000) };
      yield { type: "finish", reason: "stop" };
    } else yield* stream(request, signal);
  };
  const run = streamWorkflow({ workflow: summariseDocument, input: documentOf(2), model });
  assert.match(String(await run.result), /1\. Chapter 1\. Words/);
  assert.equal(run.state.workflow?.steps["summarise"]?.done, 3);
});

const openQuestion = (parts: readonly { type: string }[]): ToolPart | undefined =>
  parts.find(
    (part): part is ToolPart =>
      part.type === "tool" && "state" in part && part.state === "approval-requested",
  );

test("a draft is revised until the critic accepts it, and then until a person does", async () => {
  const model = listedReplies();
  const run = streamWorkflow({ workflow: writeWithReview, input: "About rain", model });
  const asks = (n: number) =>
    waitUntil("it asks", () => openQuestion(run.state.parts)?.toolCallId.startsWith(`ask-${n}`) === true);
  await asks(1);
  assert.equal(run.state.workflow?.open[0]?.state, "waiting");
  run.send("word", { isAccepted: false, notes: "Once more." });
  await asks(2);
  run.send("word", { isAccepted: true });
  assert.equal(await run.result, "Shorter.");
  const texts = run.state.parts.flatMap((part) =>
    part.type === "text" && part.parentToolCallId === undefined ? [part.text] : [],
  );
  assert.deepEqual(texts, ["A first draft.", "Shorter.", "Shorter."]);
});

test("a run of a workflow is chosen by its name, and one that may run once at a time waits for its turn", async () => {
  let inside = 0;
  let max = 0;
  const one = defineWorkflow({
    name: "one-at-a-time",
    input: Go,
    runsAtOnce: 1,
    steps: {
      only: step({ accepts: [Go], emits: [stop] }, async (_, { data }) => {
        max = Math.max(max, (inside += 1));
        await new Promise((resolve) => setImmediate(resolve));
        inside -= 1;
        return stop(data);
      }),
    },
  });
  const model = listedReplies();
  const pickProducer = createAgentProducers({
    agents,
    others: workflowWriters([one]),
    pickModel: async () => model,
  });
  assert.equal((await pickProducer({ agent: "one-at-a-time" })).isWorkflow, true);
  const context = runContext(model, { pickProducer });
  const order: string[] = [];
  const logs = await Promise.all(
    ["a", "b", "c", "d"].map(async (text): Promise<RunEvent[]> => {
      const log = await runToEnd(context, { ...question(text), agent: "one-at-a-time" });
      order.push(text);
      return log;
    }),
  );
  assert.equal(max, 1);
  assert.deepEqual(order, ["a", "b", "c", "d"]);
  for (const log of logs) assert.equal(log.at(-1)?.type, "finish");
  await context.storage.close();
});

test("what a run waits for its turn is none of the time that it may take", async () => {
  let time = 1_700_000_000_000;
  const first = gate();
  const slow = defineWorkflow({
    name: "slow",
    input: Go,
    timeout: 60,
    runsAtOnce: 1,
    steps: {
      only: step({ accepts: [Go], emits: [stop] }, async (_, { data }) => {
        if (data === "first") await first.promise;
        time += 50_000;
        await new Promise((resolve) => setImmediate(resolve));
        return stop(data);
      }),
    },
  });
  const model = listedReplies();
  const pickProducer = createAgentProducers({
    agents,
    others: workflowWriters([slow]),
    pickModel: async () => model,
  });
  const context = runContext(model, { pickProducer, clock: { ...systemClock, wall: () => time } });
  const runs = ["first", "second", "third"].map((text) => ({ ...question(text), agent: "slow" }));
  const logs = runs.map((run) => runToEnd(context, run));
  for (const { runId } of runs)
    await waitUntil("it has begun", async () => {
      const read = await context.storage.runs.read(runId, { seq: 0 }, 1);
      return read !== null && !read.gone && read.entries.length > 0;
    });
  first.open();
  for (const log of await Promise.all(logs)) assert.equal(log.at(-1)?.type, "finish");
  await context.storage.close();
});
