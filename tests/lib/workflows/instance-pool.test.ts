import assert from "node:assert/strict";
import { test } from "node:test";
import { z } from "zod";
import { ownWorld } from "#lib/agents/clock.ts";
import { defineAgent } from "#lib/agents/define-agent.ts";
import { type MemoryRun, runInMemory } from "#lib/agents/memory-run.ts";
import type { Model } from "#lib/models/model.ts";
import type { ToolPart } from "#lib/protocol/message.ts";
import type { RunState } from "#lib/protocol/run-state.ts";
import { defineEvent, stop } from "#lib/workflows/define-event.ts";
import { step } from "#lib/workflows/define-step.ts";
import { defineWorkflow, type Workflow } from "#lib/workflows/define-workflow.ts";
import { runWorkflow } from "#lib/workflows/run-workflow.ts";
import { gate, scriptedModel } from "../../support/scripted-model.ts";
import { waitUntil } from "../../support/wait-until.ts";
import { Go, Item } from "../../support/workflow-bench.ts";

const writer = defineAgent({ name: "writer", instructions: "Write." });

const Answer = defineEvent("answer", z.object({ text: z.string() }), { isOutside: true });

/** A run, and what each producer of it came to. */
function drive(
  workflow: Workflow,
  resume?: RunState,
  model: Model = scriptedModel(),
): { run: MemoryRun; outcomes: string[] } {
  const outcomes: string[] = [];
  const run = runInMemory({
    ...{ agent: workflow.name, model: "none", userId: "", input: "x", world: ownWorld },
    async *produce(context) {
      const outcome = yield* runWorkflow({ workflow, model }, context);
      outcomes.push(outcome.type);
      return outcome;
    },
    ...(resume && { resume }),
  });
  return { run, outcomes };
}

function answer(run: MemoryRun, content: Readonly<Record<string, unknown>>): void {
  const part = run.log.state.parts.find(
    (each): each is ToolPart => each.type === "tool" && each.state === "approval-requested",
  );
  const approvalId = part?.approvalId ?? assert.fail("nothing is asked");
  run.send({ type: "tool-approval-response", approvalId, approved: true, by: "user", content });
}

const joining = (effect: "read" | "write") => {
  const attempts: string[] = [];
  const workflow = defineWorkflow({
    name: "joins",
    input: Go,
    steps: {
      split: step({ accepts: [Go], emits: [Item] }, () => [1, 2, 3].map((n) => Item({ n }))),
      join: step(
        { accepts: [Item], emits: [stop], waitsFor: [Answer], effect, timeout: 30 },
        async (ctx, { data: { n } }) => {
          attempts.push(`${n}.${ctx.attempt}`);
          if (n === 1) await ctx.waitFor(Answer);
          const all = await ctx.collect(Item, 3);
          return all && stop(all.map(({ data }) => data.n));
        },
      ),
    },
  });
  return { workflow, attempts };
};

test("the wait of a person holds no process, also while other instances wait to join behind it", async () => {
  const { workflow, attempts } = joining("read");
  const { run, outcomes } = drive(workflow);
  await waitUntil("it is left", () => outcomes.length > 0);
  assert.deepEqual(outcomes, ["waiting"]);
  const open = run.log.state.workflow?.open ?? [];
  assert.deepEqual(
    open.map(({ state, attempt }) => [state, attempt]),
    [1, 2, 3].map(() => ["waiting", 1]),
  );
  answer(run, { text: "yes" });
  const ended = await run.ended;
  assert.deepEqual(ended.workflow?.result?.value, [1, 2, 3]);
  // Run up to there once more, and not as another attempt.
  assert.deepEqual(attempts.toSorted(), ["1.1", "1.1", "2.1", "2.1", "3.1", "3.1"]);
  assert.equal(ended.workflow?.steps["join"]?.begun, 3);
});

test("an answer that comes at any moment, also just before the process would be left, is found", async () => {
  const workflow = defineWorkflow({
    name: "asks-two",
    input: Go,
    steps: {
      split: step({ accepts: [Go], emits: [Item] }, () => [1, 2].map((n) => Item({ n }))),
      ask: step({ accepts: [Item], emits: [stop], waitsFor: [Answer] }, async (ctx) => {
        await ctx.waitFor(Answer);
        const all = await ctx.collect(Item, 2);
        return all && stop("both");
      }),
    },
  });
  for (let turns = 0; turns < 12; turns += 1) {
    const { run } = drive(workflow);
    for (let nth = 1; nth <= 2; nth += 1) {
      const asked = () =>
        run.log.state.parts.filter((part) => part.type === "tool" && part.state === "approval-requested");
      await waitUntil("it asks", () => asked().length > 0);
      for (let left = turns; left > 0; left -= 1) await Promise.resolve();
      answer(run, { text: "yes" });
      await waitUntil(
        "it is answered",
        () => run.log.state.waitedMs !== undefined && asked().length <= 2 - nth,
      );
    }
    assert.equal((await run.ended).workflow?.result?.value, "both", `${turns} turns`);
  }
});

test("what a step asks beside a wait goes on, and only then is the wait without a process", async () => {
  const words = gate();
  const model: Model & { asked: number } = {
    ...{ id: "slow", demo: false, asked: 0 },
    async *stream() {
      model.asked += 1;
      yield { type: "text", delta: "so" };
      await words.promise;
      yield { type: "finish", reason: "stop" };
    },
  };
  const workflow = defineWorkflow({
    name: "waits-and-asks",
    input: Go,
    steps: {
      ask: step({ accepts: [Go], emits: [stop], waitsFor: [Answer] }, async (ctx) => {
        const [answered, written] = await Promise.all([
          ctx.waitFor(Answer).then((came) => ctx.agent(writer, came?.data.text ?? "")),
          ctx.agent(writer, "beside"),
          ctx.waitFor(Answer, { message: "once more" }),
        ]);
        return stop([answered, written]);
      }),
    },
  });
  const { run, outcomes } = drive(workflow, undefined, model);
  const asked = () => {
    const { parts } = run.log.state;
    return parts.filter((part) => part.type === "tool" && part.state === "approval-requested").length;
  };
  await waitUntil("both are asked", () => asked() === 2);
  await waitUntil("the agent is asked", () => model.asked === 1);
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(outcomes, []);
  words.open();
  await waitUntil("it is left", () => outcomes.length === 1);
  answer(run, { text: "first" });
  await waitUntil("its answer is gone on with, and it is left", () => outcomes.length === 2);
  assert.equal(model.asked, 2);
  answer(run, { text: "second" });
  assert.deepEqual((await run.ended).workflow?.result?.value, ["so", "so"]);
  assert.deepEqual([outcomes, model.asked], [["waiting", "waiting", "finished"], 2]);
});

test("one that changes something is not left behind to be run again: it waits to join where it is", async () => {
  const { workflow, attempts } = joining("write");
  const { run, outcomes } = drive(workflow);
  await waitUntil("it asks", () => run.log.state.parts.some(({ type }) => type === "tool"));
  await waitUntil(
    "it waits",
    () => run.log.state.workflow?.open.some(({ state }) => state === "waiting") === true,
  );
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(outcomes, []);
  answer(run, { text: "yes" });
  await run.ended;
  assert.deepEqual(attempts.toSorted(), ["1.1", "2.1", "3.1"]);
});

test("whether a step that was cut off is run again is asked without a process, and once", async () => {
  const never = gate();
  const workflow = defineWorkflow({
    name: "once",
    input: Go,
    steps: {
      pay: step({ accepts: [Go], emits: [stop], effect: "write" }, async (ctx) => {
        if (ctx.attempt === 1) await never.promise;
        return stop("paid");
      }),
    },
  });
  const { run } = drive(workflow);
  await waitUntil("it runs", () => run.log.state.workflow?.open.length === 1);
  const cutOff: RunState = JSON.parse(JSON.stringify(run.log.state));
  run.stop();
  const next = drive(workflow, cutOff);
  await waitUntil("it is left", () => next.outcomes.length > 0);
  assert.deepEqual(next.outcomes, ["waiting"]);
  // Elsewhere it goes on to wait for the same answer.
  const left: RunState = JSON.parse(JSON.stringify(next.run.log.state));
  next.run.stop();
  const last = drive(workflow, left);
  await waitUntil("it is left", () => last.outcomes.length > 0);
  assert.equal(last.run.log.state.parts.filter(({ type }) => type === "tool").length, 1);
  answer(last.run, { again: true });
  assert.equal((await last.run.ended).workflow?.result?.value, "paid");
});

test("steps that fail at the same time have all failed", async () => {
  const open = gate();
  const workflow = defineWorkflow({
    name: "fails",
    input: Go,
    steps: {
      split: step({ accepts: [Go], emits: [Item] }, () => [1, 2, 3].map((n) => Item({ n }))),
      fail: step({ accepts: [Item], emits: [stop] }, async () => {
        await open.promise;
        throw new Error("no");
      }),
    },
  });
  const { run } = drive(workflow);
  await waitUntil("they run", () => run.log.state.workflow?.open.length === 3);
  open.open();
  await assert.rejects(run.ended, /the step fail failed: no/);
  assert.equal(run.log.state.workflow?.steps["fail"]?.failed, 3);
});
