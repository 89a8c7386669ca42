import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { agentTool } from "#lib/agents/agent-tool.ts";
import type { Model } from "#lib/models/model.ts";
import type { Tool } from "#lib/tools/tool.ts";
import { agentWith, answers, callOf, foldOf } from "../../support/agent-bench.ts";
import { numbered, start, toolApprovalResponse } from "../../support/event-builders.ts";
import { produce } from "../../support/producer-bench.ts";
import { callsTools, finished, says, scriptedModel } from "../../support/scripted-model.ts";
import { scriptedTool } from "../../support/scripted-tools.ts";

describe("an agent as a tool", () => {
  const poet = { name: "poet", instructions: "Write verse.", model: "verse" };
  const asPoet = (tools: readonly Tool[] = []) => agentTool({ ...poet, tools });
  const outer = () => scriptedModel(callsTools(["c", "poet", { request: "a line" }]), answers);
  const withPoet = (inner: Model, tools: readonly Tool[] = []) =>
    agentWith(outer(), [asPoet(tools)], { pickModel: async () => inner });

  test("writes its steps inside the call, knows the request alone, and gives its answer as the output", async () => {
    const inner = scriptedModel([...says("A rose"), finished]);
    const production = await produce(withPoet(inner));
    const { parts, steps } = foldOf(production.events);
    assert.deepEqual(
      steps.map(({ agent, parentToolCallId }) => [agent, parentToolCallId]),
      [
        ["assistant", undefined],
        ["poet", "c"],
        ["assistant", undefined],
      ],
    );
    assert.equal(callOf(production, "c").output, "A rose");
    assert.equal(parts.find((part) => part.parentToolCallId === "c")?.type, "text");
    assert.deepEqual(
      inner.requests[0]?.request.messages.map(({ role, content }) => [role, content]),
      [
        ["system", "Write verse."],
        ["user", [{ type: "text", text: "a line" }]],
      ],
    );
  });

  test("waits for a person with the run, and goes on from its own steps", async () => {
    const tool = scriptedTool("publish", () => "published", { effect: "write" });
    const first = await produce(withPoet(scriptedModel(callsTools(["p", "publish"])), [tool]));
    assert.deepEqual(first.outcome, { type: "waiting" });
    const log = numbered([start(), ...first.events]);
    const inner = scriptedModel([...says("It is out."), finished]);
    const outerAgain = agentWith(scriptedModel(answers), [asPoet([tool])], { pickModel: async () => inner });
    const second = await produce(outerAgain, { log, inbox: [toolApprovalResponse("p:1")] });
    assert.equal(second.outcome.type, "finished");
    assert.equal(callOf(second, "c", log).output, "It is out.");
    assert.deepEqual([tool.runs.length, callOf(second, "c", log).attempt], [1, 1]);
  });

  test("that fails is an error of the call, and leaves nothing open", async () => {
    const production = await produce(withPoet(scriptedModel([...says("A ro"), new Error("broke")])));
    const { steps, parts } = foldOf(production.events);
    assert.equal(callOf(production, "c").state, "output-error");
    assert.ok(steps.every(({ finishReason }) => finishReason));
    assert.ok(parts.every(({ endedAt }) => endedAt));
  });

  test("that has answered when the lease is lost is nobody's failure: another holder goes on with it", async () => {
    const unhandled: unknown[] = [];
    const note = (error: unknown): void => void unhandled.push(error);
    process.on("unhandledRejection", note);
    const lost = new Error("the lease was lost");
    let after = 0;
    const production = produce(withPoet(scriptedModel([...says("A rose"), finished])), {
      durable(events, abort) {
        // Once it has written its answer, and then as that is to become the output of the call.
        if (events.some(({ type }) => type === "finish-step")) after += 1;
        if (after < 2) return;
        abort.abort("lease-lost");
        throw lost;
      },
    });
    assert.ok(
      await production.then(
        ({ outcome }) => outcome.type === "aborted",
        (error: unknown) => error === lost,
      ),
    );
    // Node tells of them at the end of a turn of its loop.
    await new Promise((resolve) => setImmediate(resolve));
    process.off("unhandledRejection", note);
    assert.deepEqual(unhandled, []);
  });
});
