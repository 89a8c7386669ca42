import assert from "node:assert/strict";
import { test } from "node:test";
import { createAgentProducers } from "#lib/agents/agent-producers.ts";
import { agentTool } from "#lib/agents/agent-tool.ts";
import { agents as listed } from "#lib/agents/agents.ts";
import { defineAgent } from "#lib/agents/define-agent.ts";
import { inputHash } from "#lib/agents/input-hash.ts";
import { knownAgents } from "#lib/agents/known-agents.ts";
import { sentInput } from "#lib/agents/sent-input.ts";
import { readFixture } from "#lib/conversations/read-fixture.ts";
import { ModelError } from "#lib/models/model-error.ts";
import { decodeFixture, encodeFixture, type RunFixture } from "#lib/protocol/run-fixture.ts";
import { systemClock } from "#lib/runs/clock.ts";
import { startRun } from "#lib/runs/start-run.ts";
import type { Storage } from "#lib/storage/storage.ts";
import { workflowWriters } from "#lib/workflows/workflow-writers.ts";
import { workflows } from "#lib/workflows/workflows.ts";
import { documentOf } from "../../support/listed-workflows.ts";
import { question, runContext } from "../../support/run-bench.ts";
import { callsTools, finished, type ModelLine, says, scriptedModel } from "../../support/scripted-model.ts";
import { scriptedTool } from "../../support/scripted-tools.ts";
import { openSite, over, sweep } from "../runs/crash-bench.ts";

const add = scriptedTool("add", ({ a }) => Number(a) + 1);
const reader = defineAgent({ name: "reader", instructions: "You read.", tools: [add] });
const other = defineAgent({ name: "other", instructions: "You take over.", tools: [add] });
const desk = defineAgent({
  ...{
    name: "desk",
    instructions: "You answer at a desk.",
    handoffs: ["other"],
    maxSteps: 3,
    atMaxSteps: "answer",
  },
  tools: [add, agentTool(reader, { name: "ask_reader" })],
});
const agents = [...listed, desk, other];
const known = knownAgents([...agents, ...workflows.flatMap((workflow) => workflow.agents ?? [])]);

async function fixtureOf(storage: Storage, runId: string): Promise<RunFixture> {
  const run = (await storage.runs.run(runId)) ?? assert.fail();
  const { messages, entries } = (await readFixture({ storage }, run)) ?? assert.fail();
  return decodeFixture(encodeFixture(messages, entries));
}

/** Each request of a run, as its model was sent it, is what is built of the log alone. */
function assertSent(fixture: RunFixture, sent: readonly { hash: string }[]): void {
  const inputs = fixture.events.flatMap((event) => (event.type === "agent-input" ? [event] : []));
  assert.deepEqual(inputs.map(({ hash }) => hash).toSorted(), sent.map(({ hash }) => hash).toSorted());
  for (const [at, { seq, stepId, agent }] of inputs.entries()) {
    const shown = sentInput(fixture, seq, known);
    assert.deepEqual({ ...shown, messages: [] }, { seq, stepId, agent, isExact: true, messages: [] });
    // Between two requests it is still the one before.
    const next = inputs[at + 1]?.seq ?? fixture.events.length + 1;
    assert.equal(sentInput(fixture, next - 1, known)?.seq, seq);
  }
}

const hashes = (model: ReturnType<typeof scriptedModel>) =>
  model.requests.map(({ request }) => ({ hash: inputHash(request.messages) }));

const runs: Readonly<Record<string, { asks?: string; text?: string; scripts: ModelLine[][] }>> = {
  "a text": { scripts: [[...says("Five."), finished]] },
  "calls, and the last step": {
    scripts: [
      [...says("Looking."), ...callsTools(["a", "add", { a: 1 }], ["x", "unknown"])],
      callsTools(["b", "add", { a: 2 }]),
      callsTools(["c", "add", { a: 3 }]),
      [...says("Done."), finished],
    ],
  },
  "an agent inside a call": {
    scripts: [
      callsTools(["r", "ask_reader", { request: "Read." }], ["a", "add", { a: 1 }]),
      callsTools(["i", "add", { a: 1 }]),
      [...says("Read."), finished],
      [...says("It is read."), finished],
    ],
  },
  "a hand-over": {
    scripts: [
      callsTools(["h", "transfer_to_agent", { to_agent: "other" }]),
      [...says("I am another."), finished],
    ],
  },
  "an empty reply": { scripts: [[finished], [...says("Five."), finished]] },
  "a form that the person brings": {
    asks: "form",
    text: '{"type":"object","properties":{"name":{"type":"string"}},"required":["name"]}\n\nAda',
    scripts: [
      [...says("{}"), finished],
      [...says('{"name":"Ada"}'), finished],
    ],
  },
  "a workflow whose agents write, in cards and the answer": {
    asks: "summarise-document",
    text: documentOf(2),
    scripts: [[...says("It rained."), finished]],
  },
  "a model that fails at first": {
    scripts: [
      [new ModelError("provider-failed", "host answered 500", { retryable: true })],
      [...says("At last."), finished],
    ],
  },
};

for (const [what, { asks = "desk", text = "2+3?", scripts }] of Object.entries(runs))
  test(`what its model was sent is built again from the log: ${what}`, async () => {
    const model = scriptedModel(...scripts);
    const pickProducer = createAgentProducers({
      ...{ agents, others: workflowWriters(workflows), pickModel: async () => model },
    });
    const context = runContext(model, {
      pickProducer,
      clock: { ...systemClock, sleep: async () => undefined },
    });
    const run = { ...question(text), agent: asks };
    await (await startRun(context, run)).done;
    const sent = [...new Set(hashes(model).map(({ hash }) => hash))].map((hash) => ({ hash }));
    assertSent(await fixtureOf(context.storage, run.runId), sent);
    await context.storage.close();
  });

test("so it is of an answer that another process goes on with, and of one that begins anew", async () => {
  for (const first of [
    says("It is a long story about the rain, "),
    [{ type: "reasoning", delta: "Hm." } as const],
  ]) {
    const site = openSite();
    const run = question("Tell.");
    const model = scriptedModel(
      [...first, new Promise(() => undefined)],
      [...says("and it ends."), finished],
    );
    const process = site.start(model, { sliceMs: 30 });
    await (await startRun(process.context, run)).done;
    sweep(process);
    await over(site, run.runId);
    assertSent(await fixtureOf(site.storage, run.runId), hashes(model));
  }
});

test("what an agent is told otherwise by now is shown as it is now, and said to be no more than that", async () => {
  const model = scriptedModel([...says("Five."), finished]);
  const context = runContext(model, {
    pickProducer: createAgentProducers({ agents, pickModel: async () => model }),
  });
  const run = { ...question("2+3?"), agent: "desk" };
  await (await startRun(context, run)).done;
  const fixture = await fixtureOf(context.storage, run.runId);
  const changed = sentInput(fixture, 99, [{ ...desk, instructions: "You are brief." }]);
  assert.equal(changed?.isExact, false);
  assert.deepEqual(changed.messages, [
    { role: "system", content: [{ type: "text", text: "You are brief." }] },
    { role: "user", content: [{ type: "text", text: "2+3?" }] },
  ]);
  const gone = sentInput(fixture, 99, []);
  assert.deepEqual(
    gone?.messages.map(({ role }) => role),
    ["user"],
  );
  assert.equal(sentInput(fixture, 1, known), undefined);
});
