import assert from "node:assert/strict";
import { test } from "node:test";
import { z } from "zod";
import { defineAgent } from "#lib/agents/define-agent.ts";
import type { Model } from "#lib/models/model.ts";
import type { RunState } from "#lib/protocol/run-state.ts";
import { defineEvent, stop } from "#lib/workflows/define-event.ts";
import { step } from "#lib/workflows/define-step.ts";
import { defineWorkflow, type Workflow } from "#lib/workflows/define-workflow.ts";
import type { WorkflowContext } from "#lib/workflows/step-context.ts";
import { streamWorkflow } from "#lib/workflows/stream-workflow.ts";
import { replyingModel } from "../../support/replying-model.ts";
import { gate } from "../../support/scripted-model.ts";
import { scriptedTool } from "../../support/scripted-tools.ts";
import { waitUntil } from "../../support/wait-until.ts";
import { eventsOf, Go, Item, ofType } from "../../support/workflow-bench.ts";

const writer = defineAgent({ name: "writer", instructions: "Write." });

const textsOf = ({ parts }: RunState): string[] =>
  parts.flatMap((part) => (part.type === "text" && part.parentToolCallId === undefined ? [part.text] : []));

/** As another process reads it: with what was written, and without an end. */
const elsewhere = (state: RunState): RunState => JSON.parse(JSON.stringify({ ...state, ending: undefined }));

test("what was asked before a step is run again elsewhere is answered from the log, and not asked again", async () => {
  const model = replyingModel((_, request) => `about ${request}`);
  const open = gate();
  const workflow = defineWorkflow({
    name: "asks-twice",
    input: Go,
    steps: {
      ask: step({ accepts: [Go], emits: [stop] }, async (ctx) => {
        const first = await ctx.agent(writer, "one");
        const second = await ctx.agent(writer, "two", { isShown: true });
        if (ctx.attempt === 1) await open.promise;
        return stop(`${first}, ${second}`);
      }),
    },
  });
  const run = streamWorkflow({ workflow, model });
  await waitUntil(
    "both are answered",
    () => textsOf(run.state).join() === "about two" && model.asked.length === 2,
  );
  await waitUntil("the second has ended", () => run.state.steps.every(({ finishReason }) => finishReason));
  const state = elsewhere(run.state);
  run.stop();
  const resumed = streamWorkflow({ workflow, model, resume: state });
  assert.equal(await resumed.result, "about one, about two");
  assert.equal(model.asked.length, 2);
  assert.deepEqual(textsOf(resumed.state), ["about two", "about one, about two"]);
});

test("what is asked side by side is found in the log, in whichever order its answers came", async () => {
  const made: string[] = [];
  const slow = gate();
  const tool = scriptedTool("make", async (input) => {
    const { text } = z.object({ text: z.string() }).parse(input);
    if (text === "slow") await slow.promise;
    made.push(text);
    return text;
  });
  const never = gate();
  const workflow = defineWorkflow({
    name: "side-by-side",
    input: Go,
    steps: {
      both: step({ accepts: [Go], emits: [stop] }, async (ctx) => {
        const chain = async (text: string): Promise<unknown> => {
          const first = String(await ctx.call(tool, { text }));
          return [await ctx.call(tool, { text: `${first} then` }), await ctx.call(tool, { text: "same" })];
        };
        const all = await Promise.all([chain("slow"), chain("fast")]);
        if (ctx.attempt === 1) await never.promise;
        return stop(all);
      }),
    },
  });
  const run = streamWorkflow({ workflow });
  await waitUntil("the fast one is done", () => made.length === 3);
  slow.open();
  const steps = () => run.state.steps.filter(({ finishReason }) => finishReason !== undefined);
  await waitUntil("all is done", () => steps().length === 6);
  const state = elsewhere(run.state);
  run.stop();
  const resumed = streamWorkflow({ workflow, resume: state });
  assert.deepEqual(await resumed.result, [
    ["slow then", "same"],
    ["fast then", "same"],
  ]);
  assert.deepEqual(made, ["fast", "fast then", "same", "slow", "slow then", "same"]);
});

test("what an attempt that failed has shown is gone when the next one begins", async () => {
  let tries = 0;
  const model = replyingModel(() => `draft ${tries}`);
  const workflow = defineWorkflow({
    name: "shows",
    input: Go,
    steps: {
      show: step({ accepts: [Go], emits: [stop], retry: { attempts: 2, delay: 0 } }, async (ctx) => {
        tries += 1;
        await ctx.write("Working. ");
        const text = await ctx.agent(writer, "x", { isShown: true });
        if (tries === 1) throw new Error("not good enough");
        return stop(text);
      }),
    },
  });
  const run = streamWorkflow({ workflow, model });
  assert.equal(await run.result, "draft 2");
  assert.deepEqual(textsOf(run.state), ["Working. ", "draft 2"]);
});

test("a step that asks something else when it is run again is answered anew", async () => {
  const model = replyingModel((_, request) => `about ${request}`);
  const open = gate();
  const workflow = defineWorkflow({
    name: "changes-its-mind",
    input: Go,
    steps: {
      ask: step({ accepts: [Go], emits: [stop] }, async (ctx) => {
        const text = await ctx.agent(writer, `attempt ${ctx.attempt}`, { isShown: true });
        if (ctx.attempt === 1) await open.promise;
        return stop(text);
      }),
    },
  });
  const run = streamWorkflow({ workflow, model });
  await waitUntil("it is answered", () =>
    run.state.steps.some(({ finishReason }) => finishReason === "stop"),
  );
  const state = elsewhere(run.state);
  run.stop();
  const resumed = streamWorkflow({ workflow, model, resume: state });
  assert.equal(await resumed.result, "about attempt 2");
  assert.deepEqual(textsOf(resumed.state), ["about attempt 2"]);
});

test("a tool that does more than read asks before a step may use it, and runs once", async () => {
  const made: string[] = [];
  const pay = scriptedTool("pay", () => void made.push("paid"), { effect: "write" });
  const workflow = defineWorkflow({
    name: "pays",
    input: Go,
    steps: {
      pay: step({ accepts: [Go], emits: [stop] }, async (ctx) => {
        await ctx.call(pay, {});
        return stop(made.length);
      }),
    },
  });
  const run = streamWorkflow({ workflow });
  const asked = () =>
    run.state.parts.find((part) => part.type === "tool" && part.state === "approval-requested");
  await waitUntil("it asks", () => asked() !== undefined);
  assert.equal(made.length, 0);
  const part = asked();
  run.decide({ approvalId: (part?.type === "tool" && part.approvalId) || "", approved: true });
  assert.equal(await run.result, 1);
});

test("a call that fails is an error of the step, in the words of the tool", async () => {
  const broken = scriptedTool("broken", () => {
    throw new Error("out of order");
  });
  const workflow = defineWorkflow({
    name: "breaks",
    input: Go,
    steps: {
      call: step({ accepts: [Go], emits: [stop] }, async (ctx) => {
        await assert.rejects(ctx.call("nothing", {}), /no tool of this name/);
        return stop(await ctx.call(broken, {}).catch((error: Error) => error.message));
      }),
    },
  });
  assert.match(String(await streamWorkflow({ workflow }).result), /out of order/);
});

/** Splits into two, and ends with what came of one; a step may be named otherwise, or more may be there. */
const versionOf = (ending: string, begins: () => Promise<void>): Workflow => {
  const End = defineEvent("end", z.number());
  return defineWorkflow({
    name: "versions",
    input: Go,
    steps: {
      split: step({ accepts: [Go], emits: [Item] }, () => Item({ n: 7 })),
      [ending]: step({ accepts: [Item], emits: [End] }, async (_, { data }) => {
        await begins();
        return End(data.n);
      }),
      last: step({ accepts: [End], emits: [stop] }, (_, { data }) => stop(data)),
    },
  });
};

test("a changed workflow goes on with a run where nothing is lost by that, else it ends in words", async () => {
  const run = streamWorkflow({ workflow: versionOf("work", () => gate().promise) });
  await waitUntil("it works", () => run.state.workflow?.open[0]?.step === "work");
  const state = elsewhere(run.state);
  run.stop();
  const now = async (): Promise<void> => undefined;
  const More = defineEvent("more", z.string());
  const same = versionOf("work", now);
  const larger = defineWorkflow({
    name: "versions",
    input: Go,
    steps: {
      ...same.steps,
      more: step({ accepts: [More], emits: [stop] }, () => stop()),
      other: step({ accepts: [Go], emits: [More] }, () => More("x")),
    },
  });
  const resumed = streamWorkflow({ workflow: larger, resume: state });
  assert.equal(await resumed.result, 7);
  assert.equal(resumed.state.workflow?.definitionHash, larger.definitionHash);
  const renamed = streamWorkflow({ workflow: versionOf("toil", now), resume: state });
  await assert.rejects(renamed.result, /the workflow versions has changed: the step work is there no longer/);
  const last = (await eventsOf(renamed)).at(-1);
  assert.deepEqual(last?.type === "error" && [last.code, last.retryable], ["workflow-changed", true]);
});

test("a step that is begun again and again, and never comes to its end, is given up in words", async () => {
  const workflow = versionOf("work", () => gate().promise);
  const first = streamWorkflow({ workflow });
  await waitUntil("it works", () => first.state.workflow?.open[0]?.step === "work");
  let state = elsewhere(first.state);
  first.stop();
  for (let takeover = 0; takeover < 100; takeover += 1) {
    const run = streamWorkflow({ workflow, resume: state });
    const attempt = state.workflow?.open[0]?.attempt ?? 0;
    await waitUntil(
      "it has begun again, or ended",
      () => run.state.ending !== undefined || (run.state.workflow?.open[0]?.attempt ?? 0) > attempt,
    );
    if (run.state.ending) {
      await assert.rejects(run.result, /the step work failed/);
      assert.equal(takeover, 30);
      return;
    }
    state = elsewhere(run.state);
    run.stop();
  }
  assert.fail("it was begun again for ever");
});

test("data that a step may not send, or that cannot be kept, fail the step and not the process", async () => {
  const Small = defineEvent("small", z.object({ text: z.string().max(5) }));
  const cases: [data: unknown, words: RegExp][] = [
    [Small({ text: "much too long" }), /sends a small that does not fit/],
    [{ name: "other", data: 1 }, /sends other, which is not among what it emits/],
    [stop("x".repeat(2_000_000)), /longer than 1000000 characters/],
    [42, /sends 42/],
  ];
  for (const [returned, words] of cases) {
    const workflow = defineWorkflow({
      name: "sends",
      input: Go,
      steps: {
        // Cast: what the compiler would refuse.
        send: step({ accepts: [Go], emits: [Small, stop] }, () => returned as never),
        take: step({ accepts: [Small], emits: [stop] }, () => stop()),
      },
    });
    const run = streamWorkflow({ workflow });
    await assert.rejects(run.result, words);
    assert.deepEqual(ofType(await eventsOf(run), "workflow-event").length, 1);
  }
});

/** The first time it writes until nobody listens any more; and what became of each answer. */
function endlessModel() {
  const came: string[] = [];
  const model: Model = {
    ...{ id: "endless", demo: false, prefills: false },
    async *stream(_request, signal) {
      const nth = came.push("begun") - 1;
      let became = "given up";
      try {
        for (let word = 0; (nth === 0 || word < 20) && !signal.aborted; word += 1) {
          await new Promise((resolve) => setImmediate(resolve));
          yield { type: "text", delta: `${nth}.${word} ` };
        }
        if (signal.aborted) return;
        became = "whole";
        yield { type: "finish", reason: "stop" };
      } finally {
        came[nth] = became;
      }
    },
  };
  return { model, came };
}

test("an attempt that fails gives up what it still asks: its model is not paid for, and nothing of it is written any more", async () => {
  for (const timeout of [undefined, 0.01]) {
    const { model, came } = endlessModel();
    const workflow = defineWorkflow({
      name: "asks-side-by-side",
      input: Go,
      steps: {
        ask: step(
          {
            ...{ accepts: [Go], emits: [stop], retry: { attempts: 2, delay: 0 } },
            ...(timeout !== undefined && { timeout }),
          },
          async (ctx) => {
            if (ctx.attempt === 2 && timeout !== undefined) return stop("second");
            const fails = async () => {
              await waitUntil("it is asked", () => came.length > 0);
              if (ctx.attempt === 1 && timeout === undefined) throw new Error("no");
            };
            const [text] = await Promise.all([ctx.agent(writer, "one", { isShown: true }), fails()]);
            return stop(text);
          },
        ),
      },
    });
    const run = streamWorkflow({ workflow, model });
    const events = await eventsOf(run);
    await run.result;
    await waitUntil("both have ended", () => !came.includes("begun"));
    assert.deepEqual(came, timeout === undefined ? ["given up", "whole"] : ["given up"]);
    const failedAt = ofType(events, "workflow-step").find(({ state }) => state === "retrying")?.seq ?? 0;
    const first = ofType(events, "start-step")[0]?.stepId ?? assert.fail();
    const late = events.filter((event) => event.seq > failedAt && JSON.stringify(event).includes(first));
    assert.deepEqual(late, []);
  }
});

test("what a step has not waited for is given up when it returns, and that it is harms nobody", async () => {
  const { model, came } = endlessModel();
  const next = gate();
  const workflow = defineWorkflow({
    name: "does-not-wait",
    input: Go,
    steps: {
      begin: step({ accepts: [Go], emits: [Item] }, async (ctx) => {
        void ctx.agent(writer, "one", { isShown: true });
        await waitUntil("it is asked", () => came.length > 0);
        return Item({ n: 1 });
      }),
      end: step({ accepts: [Item], emits: [stop] }, async (ctx) => {
        await next.promise;
        void ctx.emit({ message: "last" });
        return stop("end");
      }),
    },
  });
  const run = streamWorkflow({ workflow, model });
  await waitUntil("it is given up", () => came[0] === "given up");
  next.open();
  assert.equal(await run.result, "end");
  const done = ofType(await eventsOf(run), "workflow-step").find(({ state }) => state === "done")?.seq ?? 0;
  assert.deepEqual(
    ofType(await eventsOf(run), "text-delta").filter(({ seq, delta }) => seq > done && delta !== "end"),
    [],
  );
});

test("what a step tells readers is JSON: a figure that is none is left out, and data that are none fail the step", async () => {
  const told = (emit: (ctx: WorkflowContext) => unknown) =>
    streamWorkflow({
      workflow: defineWorkflow({
        name: "emits",
        input: Go,
        steps: {
          emit: step({ accepts: [Go], emits: [stop] }, async (ctx) => {
            await emit(ctx);
            return stop("done");
          }),
        },
      }),
    });
  const odd = told((ctx) => ctx.emit({ message: "half", progress: 0 / 0, total: Infinity }));
  const [first] = ofType(await eventsOf(odd), "progress");
  assert.deepEqual([first?.message, first?.progress, first?.total], ["half", undefined, undefined]);
  for (const content of [1n, () => 1])
    await assert.rejects(told((ctx) => ctx.emit({ name: "odd", data: content })).result, /no JSON/);
});
