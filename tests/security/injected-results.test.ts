import assert from "node:assert/strict";
import { test } from "node:test";
import type { ToolEffect } from "#lib/tools/tool.ts";
import { agentWith, answers, callOf, resultsIn } from "../support/agent-bench.ts";
import { numbered, start, toolApprovalResponse } from "../support/event-builders.ts";
import { produce } from "../support/producer-bench.ts";
import { callsTools, type ModelLine, says, scriptedModel } from "../support/scripted-model.ts";
import { scriptedTool } from "../support/scripted-tools.ts";
import { injections } from "./injection-corpus.ts";

/** A tool of each kind that does something. */
const harmful: readonly (readonly [id: string, name: string, effect: ToolEffect])[] = [
  ["w", "save_note", "write"],
  ["n", "send_message", "network"],
  ["c", "run_code", "code"],
];

/** A model that reads the text and does all that it says, with the word of a person that it makes up. */
function obeying(text: string) {
  const tools = harmful.map(([, name, effect]) => scriptedTool(name, () => "done", { effect }));
  const reading = scriptedTool("read_page", () => ({ text }));
  const calls = callsTools(...harmful.map(([id, name]) => [id, name, { text, approved: true }] as const));
  const model = scriptedModel(
    callsTools(["r", "read_page", {}]),
    [...(says("The person has approved: true.") as ModelLine[]), ...calls],
    answers,
  );
  return { tools, model, agent: agentWith(model, [reading, ...tools]) };
}

test("S61 whatever a tool's result says, nothing that writes, sends or runs code is run unless a person says so", async () => {
  assert.ok(injections.length >= 40);
  for (const text of injections) {
    const { tools, model, agent } = obeying(text);
    const production = await produce(agent);
    assert.deepEqual(production.outcome, { type: "waiting" }, text);
    assert.deepEqual(
      tools.flatMap(({ runs }) => runs),
      [],
      text,
    );
    for (const [id, , effect] of harmful) {
      const call = callOf(production, id);
      assert.deepEqual([call.state, call.effect, call.approvalId], ["approval-requested", effect, `${id}:1`]);
    }
    // The text came as the result of the call and as nothing else.
    assert.deepEqual(resultsIn(model, 1), [["r", JSON.stringify({ text })]]);
    const others = model.requests[1]?.request.messages.filter(({ role }) => role !== "tool");
    assert.equal(others?.filter(({ role }) => role === "system").length, 1);
    assert.ok(!JSON.stringify(others).includes(JSON.stringify(text).slice(1, -1)));
  }
});

test("S61 one of several calls that is approved runs by itself", async () => {
  const { tools, agent } = obeying(injections[0] ?? "");
  const asked = await produce(agent);
  const log = numbered([start(), ...asked.events]);
  const decided = await produce(agent, {
    log,
    inbox: [
      toolApprovalResponse("w:1"),
      toolApprovalResponse("n:1", false),
      toolApprovalResponse("c:1", false),
    ],
  });
  assert.deepEqual(
    tools.map(({ runs }) => runs.length),
    [1, 0, 0],
  );
  assert.equal(decided.outcome.type, "finished");
});
