import assert from "node:assert/strict";
import { test } from "node:test";
import { getWorkflow, getWorkflows } from "#lib/client/workflow-requests.ts";
import { startRun } from "#lib/runs/start-run.ts";
import { listWorkflows } from "#lib/workflows/list-workflows.ts";
import { workflows as defined } from "#lib/workflows/workflows.ts";
import { localApi, otherCookie } from "../../../support/local-api.ts";
import { question, runContext } from "../../../support/run-bench.ts";
import { finished, gate, scriptedModel } from "../../../support/scripted-model.ts";

const workflows = listWorkflows(defined);
const [listed] = workflows;
assert.ok(listed);
const never = new AbortController().signal;

/** Ends at once, whatever it was asked by; or once it may. */
const contextOf = (until: Promise<void> = Promise.resolve()) =>
  runContext(scriptedModel([finished]), {
    pickProducer: async () => ({
      async *produce() {
        yield* [];
        await until;
        return { type: "finished", finishReason: "stop" };
      },
      ...{ model: "toy", usesKey: false },
    }),
  });
const asking = (name: string, text = "Rain?") => ({ ...question(text), agent: name });

test("3.7 every workflow is listed with its graph, its drawing and a flowchart", async () => {
  const api = localApi(contextOf(), { workflows });
  assert.deepEqual(await getWorkflows(api, never), { value: { workflows } });
  for (const { name, graph, drawing, mermaid } of workflows) {
    assert.equal(graph.name, name);
    assert.equal(drawing.nodes.filter(({ type }) => type === "step").length, graph.steps.length);
    assert.match(mermaid, /^flowchart TD\n/);
  }
});

test("3.7 one workflow comes with the newest run of it, the live one too, and with nobody else's", async () => {
  const hold = gate();
  const context = contextOf(hold.promise);
  const api = localApi(context, { workflows });
  assert.deepEqual(await getWorkflow(api, listed.name, never), { value: { workflow: listed } });
  const first = asking(listed.name);
  const { done } = await startRun(context, first);
  const latestOf = async (init?: RequestInit) =>
    (await (await api(`/api/workflows?name=${listed.name}`, init)).json()).latest;
  const { conversationId, runId } = first;
  assert.deepEqual(await latestOf(), { conversationId, runId });
  assert.equal(await latestOf({ headers: { cookie: otherCookie } }), undefined);
  hold.open();
  await done;
  assert.deepEqual(await latestOf(), { conversationId, runId });
  await (await startRun(context, asking("assistant"))).done;
  assert.deepEqual(await latestOf(), { conversationId, runId });
  const next = asking(listed.name, "Snow?");
  await (await startRun(context, next)).done;
  assert.deepEqual(await latestOf(), { conversationId: next.conversationId, runId: next.runId });
});

test("3.7 there is no workflow of another name", async () => {
  const result = await getWorkflow(localApi(contextOf(), { workflows }), "none", never);
  assert.equal("problem" in result && result.problem.code, "not_found");
});
