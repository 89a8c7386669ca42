import assert from "node:assert/strict";
import { test } from "node:test";
import type { Producer } from "#lib/agents/producer.ts";
import { getRunDrawing } from "#lib/client/workflow-requests.ts";
import { startRun } from "#lib/runs/start-run.ts";
import { drawGraph } from "#lib/workflows/draw-graph.ts";
import * as b from "../../../support/event-bodies.ts";
import { localApi, otherCookie } from "../../../support/local-api.ts";
import { question, runContext } from "../../../support/run-bench.ts";
import { finished, scriptedModel } from "../../../support/scripted-model.ts";

const begin = b.workflowStart();

/** Begins a workflow, and ends. */
const produce: Producer = async function* () {
  yield begin;
  yield b.workflowEvent("1", "topic", "rain");
  return { type: "finished", finishReason: "stop" };
};

test("3.13 the drawing of a run is that of the graph in its log, and no stranger has it", async () => {
  const context = runContext(scriptedModel(), {
    pickProducer: async () => ({ produce, model: "toy", usesKey: false }),
  });
  const run = question("Rain?");
  await (await startRun(context, run)).done;
  const api = localApi(context);
  const { graph, definitionHash } = begin;
  assert.deepEqual(await getRunDrawing(api, run.runId), {
    value: { graph, definitionHash, drawing: drawGraph(graph) },
  });
  const other = await api(`/api/runs/${run.runId}/graph`, { headers: { cookie: otherCookie } });
  assert.equal(other.status, 404);
  const view = await (await api(`/api/conversations/${run.conversationId}`)).json();
  assert.deepEqual(view.messages.at(-1).workflow.received, { topic: 1 });
});

test("3.13 a run that no workflow writes has no drawing", async () => {
  const context = runContext(scriptedModel([finished]));
  const run = question("Rain?");
  await (await startRun(context, run)).done;
  assert.equal((await localApi(context)(`/api/runs/${run.runId}/graph`)).status, 404);
});
