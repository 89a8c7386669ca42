import assert from "node:assert/strict";
import { test } from "node:test";
import { getAgents } from "#lib/client/agent-requests.ts";
import { localApi } from "../../../support/local-api.ts";
import { runContext } from "../../../support/run-bench.ts";
import { finished, scriptedModel } from "../../../support/scripted-model.ts";

test("3.7 the agents are listed with what people are told of them, the usual one first", async () => {
  const agents = [
    { name: "assistant", tools: "read" as const, handoffs: [] },
    { name: "researcher", description: "Finds sources.", tools: ["search"], handoffs: ["assistant"] },
  ];
  const api = localApi(runContext(scriptedModel([finished])), { agents });
  assert.deepEqual(await getAgents(api, new AbortController().signal), { value: { agents } });
});
