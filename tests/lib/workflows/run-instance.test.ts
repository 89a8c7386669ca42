import assert from "node:assert/strict";
import { test } from "node:test";
import { z } from "zod";
import { ownWorld } from "#lib/agents/clock.ts";
import { defineAgent } from "#lib/agents/define-agent.ts";
import { runInMemory } from "#lib/agents/memory-run.ts";
import { ModelError } from "#lib/models/model-error.ts";
import { defineEvent, stop } from "#lib/workflows/define-event.ts";
import { defineState } from "#lib/workflows/define-state.ts";
import { step } from "#lib/workflows/define-step.ts";
import { defineWorkflow } from "#lib/workflows/define-workflow.ts";
import { runWorkflow } from "#lib/workflows/run-workflow.ts";
import { streamWorkflow } from "#lib/workflows/stream-workflow.ts";
import { gate, scriptedModel } from "../../support/scripted-model.ts";
import { waitUntil } from "../../support/wait-until.ts";
import { eventsOf, Go, Item, ofType, Square, squares } from "../../support/workflow-bench.ts";

const Answer = defineEvent("answer", z.object({ text: z.string() }), { isOutside: true });
const answers = defineState("answers", z.array(z.string()), []);
const writer = defineAgent({ name: "writer", instructions: "Write." });

test("a step that fails is tried again as its policy says, each attempt in the log, and waits longer each time", async () => {
  let tries = 0;
  const waits: number[] = [];
  const workflow = defineWorkflow({
    name: "retried",
    input: Go,
    steps: {
      flaky: step(
        { accepts: [Go], emits: [stop], retry: { attempts: 4, delay: 0.05, factor: 2 } },
        async (ctx) => {
          await ctx.emit({ message: `attempt ${ctx.attempt}` });
          tries += 1;
          if (tries < 4) throw new Error(`failure ${tries}`);
          return stop("at last");
        },
      ),
    },
  });
  const run = streamWorkflow({ workflow, world: sleepless(waits) });
  const events = await eventsOf(run);
  assert.equal(await run.result, "at last");
  const steps = ofType(events, "workflow-step").map(({ state, attempt, inMs, error }) => [
    state,
    attempt,
    inMs,
    error,
  ]);
  assert.deepEqual(steps, [
    ["running", 1, undefined, undefined],
    ["retrying", 1, 50, "failure 1"],
    ["running", 2, undefined, undefined],
    ["retrying", 2, 100, "failure 2"],
    ["running", 3, undefined, undefined],
    ["retrying", 3, 200, "failure 3"],
    ["running", 4, undefined, undefined],
    ["done", 4, undefined, undefined],
  ]);
  assert.deepEqual(
    ofType(events, "progress").map(({ message, attempt }) => [message, attempt]),
    [1, 2, 3, 4].map((n) => [`attempt ${n}`, n]),
  );
});

test("an error that the policy does not name fails at once, and the run with it, in words that name the step", async () => {
  const workflow = defineWorkflow({
    name: "refused",
    input: Go,
    steps: {
      flaky: step(
        {
          accepts: [Go],
          emits: [stop],
          retry: { attempts: 4, when: (error) => !(error instanceof TypeError) },
        },
        () => {
          throw new TypeError("never again");
        },
      ),
    },
  });
  const run = streamWorkflow({ workflow });
  await assert.rejects(run.result, /the step flaky failed: never again/);
  const events = await eventsOf(run);
  assert.deepEqual(
    ofType(events, "workflow-step").map(({ state }) => state),
    ["running", "failed"],
  );
  const last = events.at(-1);
  assert.equal(last?.type === "error" && last.code, "workflow-failed");
});

test("what a model failed with is what the run fails with", async () => {
  const workflow = defineWorkflow({
    name: "asks",
    input: Go,
    steps: {
      ask: step({ accepts: [Go], emits: [stop] }, async (ctx) => stop(await ctx.agent(writer, "x"))),
    },
  });
  const rejected = new ModelError("key-rejected", "no", { retryable: false });
  const run = streamWorkflow({ workflow, model: scriptedModel([rejected]) });
  await assert.rejects(run.result, rejected);
});

test("a run that takes too long ends and names the steps that ran, or were about to", async () => {
  const wall = 1_700_000_000_000;
  const begun = gate();
  const workflow = defineWorkflow({
    name: "slow",
    input: Go,
    timeout: 0.01,
    steps: {
      slow: step({ accepts: [Go], emits: [stop] }, async () => {
        begun.open();
        await gate().promise;
        return stop();
      }),
    },
  });
  const run = streamWorkflow({
    workflow,
    world: { ...ownWorld, clock: { wall: () => wall, sleep: () => begun.promise } },
  });
  await assert.rejects(run.result, /took longer than 0.01 s; active: slow/);
  const events = await eventsOf(run);
  const last = events.at(-1);
  assert.deepEqual(last?.type === "error" && [last.code, last.retryable], ["workflow-timeout", true]);
  assert.equal(ofType(events, "workflow-step").at(-1)?.state, "cancelled");
  // On a machine that is busy the time is over before anything has begun.
  let late = wall;
  const clock = { ...ownWorld.clock, wall: () => (late += 20) };
  const busy = streamWorkflow({ workflow, world: { ...ownWorld, clock } });
  await assert.rejects(busy.result, /took longer than 0.01 s; active: slow/);
  assert.deepEqual(ofType(await eventsOf(busy), "workflow-step"), []);
});

test("a step that takes too long fails, and is tried again", async () => {
  let tries = 0;
  const workflow = defineWorkflow({
    name: "stuck",
    input: Go,
    steps: {
      stuck: step(
        { accepts: [Go], emits: [stop], timeout: 0.01, retry: { attempts: 2, delay: 0 } },
        async (ctx) => {
          tries += 1;
          if (tries === 1) await gate().promise;
          assert.equal(ctx.attempt, 2);
          return stop("done");
        },
      ),
    },
  });
  assert.equal(await streamWorkflow({ workflow }).result, "done");
});

test("the first stop ends the run: what still runs is given up, and nothing of it is written", async () => {
  const late = gate();
  let lateEmit: unknown;
  const workflow = defineWorkflow({
    name: "stops",
    input: Go,
    steps: {
      split: step({ accepts: [Go], emits: [Item, Square] }, () => [
        Item({ n: 1 }),
        Square({ n: 1, square: 1 }),
      ]),
      slow: step({ accepts: [Item], emits: [stop] }, async (ctx) => {
        ctx.signal.addEventListener("abort", () => {
          lateEmit = ctx.emit({ message: "late" }).catch((error: unknown) => error);
          late.open();
        });
        await gate().promise;
        return stop("slow");
      }),
      fast: step({ accepts: [Square], emits: [stop] }, () => stop("fast")),
    },
  });
  const run = streamWorkflow({ workflow });
  const events = await eventsOf(run);
  await late.promise;
  assert.equal(await run.result, "fast");
  assert.match(String(await lateEmit), /nothing that it does counts any more/);
  assert.deepEqual(ofType(events, "progress"), []);
  assert.equal(events.at(-1)?.type, "finish");
  assert.equal(ofType(events, "workflow-step").at(-1)?.state, "cancelled");
});

test("a stop of the run ends all its steps, and drops what comes late", async () => {
  const open = gate();
  const workflow = squares(4, 4, () => open.promise);
  const run = streamWorkflow({ workflow });
  await waitUntil("four run", () => (run.state.workflow?.open.length ?? 0) === 4);
  run.stop();
  open.open();
  await assert.rejects(run.result, /stopped/);
  const events = await eventsOf(run);
  assert.equal(events.at(-1)?.type, "abort");
  assert.equal(ofType(events, "workflow-step").filter(({ state }) => state === "cancelled").length, 4);
  assert.deepEqual(run.state.workflow?.open, []);
});

test("a step waits for an event from outside: one that does not fit, or is not what it waits for, is asked for anew", async () => {
  const asked: number[] = [];
  const workflow = defineWorkflow({
    name: "waits",
    input: Go,
    steps: {
      ask: step({ accepts: [Go], emits: [stop], waitsFor: [Answer] }, async (ctx) => {
        asked.push(ctx.attempt);
        const answer = await ctx.waitFor(Answer, { message: "Well?", where: ({ text }) => text !== "no" });
        return stop(answer?.data.text ?? "declined");
      }),
    },
  });
  const run = streamWorkflow({ workflow });
  const isAsked = async (n: number) =>
    waitUntil("it asks", () => {
      const part = run.state.parts[0];
      return (
        part?.type === "tool" &&
        part.state === "approval-requested" &&
        part.approvalId?.endsWith(`:${n}`) === true
      );
    });
  await isAsked(0);
  assert.equal(run.state.workflow?.open[0]?.state, "waiting");
  assert.equal(run.send("other", {}), false);
  assert.equal(run.send("answer", { text: 1 }), true);
  await isAsked(1);
  run.send("answer", { text: "no" });
  await isAsked(2);
  // Elsewhere: all that is needed is its state.
  const state = JSON.parse(JSON.stringify(run.state));
  run.stop();
  const resumed = streamWorkflow({ workflow, resume: state });
  resumed.send("answer", { text: "yes" });
  assert.equal(await resumed.result, "yes");
  assert.equal(asked.length >= 2, true);
});

test("a step that accepts an event from outside is waited for when nothing else is left to do", async () => {
  const workflow = defineWorkflow({
    name: "outside",
    input: Go,
    steps: {
      begin: step({ accepts: [Go], emits: [] }, () => undefined),
      take: step({ accepts: [Answer], emits: [stop] }, (ctx, { data }) => {
        ctx.state.update(answers, (list) => [...list, data.text]);
        const all = ctx.state.get(answers);
        return all.length === 3 ? stop(all.join(" ")) : undefined;
      }),
    },
  });
  const run = streamWorkflow({ workflow });
  const sent = async (text: string) => waitUntil("it waits", () => run.send("answer", { text }));
  await sent("one");
  await waitUntil("it was taken", () => run.state.workflow?.outside?.["answer"] === 1);
  await sent("two");
  await waitUntil("it was taken", () => run.state.workflow?.outside?.["answer"] === 2);
  run.stop();
  // A process that goes on finds what has come, and waits for the next one.
  const resumed = streamWorkflow({
    workflow,
    resume: JSON.parse(JSON.stringify({ ...run.state, ending: undefined })),
  });
  await waitUntil("it waits", () => resumed.send("answer", { text: "three" }));
  assert.equal(await resumed.result, "one two three");
});

test("where what a step accepts from outside is declined the run ends, in words", async () => {
  const workflow = defineWorkflow({
    name: "declined",
    input: Go,
    steps: {
      begin: step({ accepts: [Go], emits: [] }, () => undefined),
      take: step({ accepts: [Answer], emits: [stop] }, () => stop()),
    },
  });
  const run = streamWorkflow({ workflow });
  const asked = () =>
    run.state.parts.find((part) => part.type === "tool" && part.state === "approval-requested");
  await waitUntil("it waits", () => asked() !== undefined);
  const part = asked();
  run.decide({ approvalId: (part?.type === "tool" && part.approvalId) || "", approved: false });
  await assert.rejects(run.result, /needs answer to go on, and it was declined/);
  const last = (await eventsOf(run)).at(-1);
  assert.equal(last?.type === "error" && last.code, "workflow-failed");
});

test("what a person says into the run is no event: it waits for one as before", async () => {
  const workflow = defineWorkflow({
    name: "listens",
    input: Go,
    steps: {
      ask: step({ accepts: [Go], emits: [stop], waitsFor: [Answer] }, async (ctx) =>
        stop((await ctx.waitFor(Answer))?.data.text),
      ),
      other: step({ accepts: [Go], emits: [], concurrency: 1 }, (ctx) => open(ctx.signal)),
    },
  });
  const open = (signal: AbortSignal) =>
    new Promise<undefined>((resolve) => signal.addEventListener("abort", () => resolve(undefined)));
  const run = runInMemory({
    ...{ agent: workflow.name, model: "none", userId: "", input: "x", world: ownWorld },
    produce: (context) => runWorkflow({ workflow, model: scriptedModel([]) }, context),
  });
  const approvalId = () => {
    const [part] = run.log.state.parts;
    return part?.type === "tool" && part.state === "approval-requested" ? part.approvalId : undefined;
  };
  await waitUntil("it waits", () => approvalId() !== undefined);
  for (const messageId of ["m1", "m2"]) {
    run.send({ type: "steered", messageId, text: "Hurry.", by: "user" });
    await new Promise((resolve) => setImmediate(resolve));
  }
  const content = { text: "at last" };
  run.send({
    type: "tool-approval-response",
    approvalId: approvalId() ?? "",
    approved: true,
    by: "user",
    content,
  });
  assert.equal((await run.ended).workflow?.result?.value, "at last");
});

test("a step that changes something is run again after a crash only if a person agrees", async () => {
  for (const again of [true, false]) {
    const open = gate();
    let runs = 0;
    const workflow = defineWorkflow({
      name: "once",
      input: Go,
      steps: {
        pay: step({ accepts: [Go], emits: [stop], effect: "write" }, async () => {
          runs += 1;
          if (runs === 1) await open.promise;
          return stop("paid");
        }),
      },
    });
    const run = streamWorkflow({ workflow });
    await waitUntil("it runs", () => runs === 1);
    const state = JSON.parse(JSON.stringify(run.state));
    run.stop();
    const resumed = streamWorkflow({ workflow, resume: state });
    const question = () => {
      const [part] = resumed.state.parts;
      return part?.type === "tool" && part.state === "approval-requested" ? part.approvalId : undefined;
    };
    await waitUntil("it asks", () => question() !== undefined);
    assert.equal(runs, 1);
    resumed.decide({ approvalId: question() ?? "", approved: true, content: { again } });
    if (again) assert.equal(await resumed.result, "paid");
    else {
      await assert.rejects(
        resumed.result,
        /the step pay failed: .* may have done its work: it is not run again/,
      );
      const last = (await eventsOf(resumed)).at(-1);
      assert.deepEqual(last?.type === "error" && [last.code, last.retryable], ["workflow-failed", true]);
      assert.equal(resumed.state.workflow?.steps["pay"]?.failed, 1);
    }
    assert.equal(runs, again ? 2 : 1);
  }
});

const sleepless = (waits: number[]) => ({
  clock: {
    wall: () => Date.now(),
    // The run's own limit is no wait of a step's.
    sleep: (ms: number, signal?: AbortSignal) =>
      ms > 10_000
        ? new Promise<void>((resolve) => signal?.addEventListener("abort", () => resolve()))
        : Promise.resolve(void waits.push(ms)),
  },
  newId: () => crypto.randomUUID(),
  random: () => 1,
});
