import assert from "node:assert/strict";
import { test } from "node:test";
import { z } from "zod";
import { defineAgent } from "#lib/agents/define-agent.ts";
import { defineEvent, stop } from "#lib/workflows/define-event.ts";
import { defineState } from "#lib/workflows/define-state.ts";
import { step } from "#lib/workflows/define-step.ts";
import { defineWorkflow } from "#lib/workflows/define-workflow.ts";
import { streamWorkflow } from "#lib/workflows/stream-workflow.ts";
import { finished, says, scriptedModel } from "../../support/scripted-model.ts";
import { eventsOf, Go, Item, ofType, Square, squares } from "../../support/workflow-bench.ts";

const joined = defineState("joined", z.array(z.string()), []);
const writer = defineAgent({ name: "writer", instructions: "Write." });

test("three steps: progress, a model's text as it comes, and a result, then one end", async () => {
  const First = defineEvent("first", z.object({ query: z.string() }));
  const Second = defineEvent("second", z.object({ response: z.string() }));
  const workflow = defineWorkflow({
    name: "three-steps",
    input: Go,
    steps: {
      one: step({ accepts: [Go], emits: [First] }, async (ctx, { data }) => {
        await ctx.emit({ message: "Step one is happening" });
        return First({ query: data });
      }),
      two: step({ accepts: [First], emits: [Second] }, async (ctx, { data }) => {
        const response = await ctx.agent(writer, data.query, { isShown: true });
        return Second({ response });
      }),
      three: step({ accepts: [Second], emits: [stop] }, async (ctx) => {
        await ctx.emit({ message: "Step three is happening" });
        return stop("Workflow complete.");
      }),
    },
  });
  const model = scriptedModel([...says("Once ", "upon ", "a time."), finished]);
  const run = streamWorkflow({ workflow, input: "Begin", model });
  const events = await eventsOf(run);
  assert.equal(await run.result, "Workflow complete.");
  const told = events.flatMap((event) => {
    if (event.type === "progress") return [event.message];
    return event.type === "text-delta" ? [event.delta] : [];
  });
  assert.deepEqual(told, [
    "Step one is happening",
    ...["Once ", "upon ", "a time."],
    ...["Step three is happening", "Workflow complete."],
  ]);
  assert.equal(ofType(events, "workflow-event").find(({ name }) => name === "second")?.from, "two/1");
  assert.deepEqual(events.filter(({ type }) => type === "finish").length, 1);
  assert.equal(events.at(-1)?.type, "finish");
});

test("a step that returns a list fans out, and what it becomes is joined in the order of the list", async () => {
  let running = 0;
  let max = 0;
  const work = async (n: number): Promise<void> => {
    running += 1;
    max = Math.max(max, running);
    for (let turn = 0; turn < (n * 7) % 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    running -= 1;
  };
  await using run = streamWorkflow({ workflow: squares(30, 8, work) });
  assert.deepEqual(
    await run.result,
    Array.from({ length: 30 }, (_, n) => n),
  );
  assert.equal(max, 8);
});

test("no more instances of a step run at once than its concurrency, four if it has none", async () => {
  let running = 0;
  let max = 0;
  const workflow = defineWorkflow({
    name: "five",
    input: Go,
    steps: {
      split: step({ accepts: [Go], emits: [Item] }, () => [1, 2, 3, 4, 5, 6].map((n) => Item({ n }))),
      work: step({ accepts: [Item], emits: [Square] }, async (_, { data: { n } }) => {
        max = Math.max(max, (running += 1));
        await new Promise((resolve) => setImmediate(resolve));
        running -= 1;
        return Square({ n, square: 0 });
      }),
      join: step(
        { accepts: [Square], emits: [stop] },
        async (ctx) => (await ctx.collect(Square, 6)) && stop("all"),
      ),
    },
  });
  assert.equal(await streamWorkflow({ workflow }).result, "all");
  assert.equal(max, 4);
});

test("events of several types are collected in the order that is asked for, and others do not disturb it", async () => {
  const A = defineEvent("a", z.number());
  const B = defineEvent("b", z.number());
  const C = defineEvent("c", z.number());
  const workflow = defineWorkflow({
    name: "collect",
    input: Go,
    steps: {
      send: step({ accepts: [Go], emits: [A, B, C] }, (ctx) => {
        ctx.send(C(1), C(2));
        ctx.send(B(3));
        return A(4);
      }),
      join: step({ accepts: [A, B, C], emits: [stop] }, async (ctx) => {
        assert.deepEqual(await ctx.collect([]), []);
        const all = await ctx.collect([A, B, C]);
        return all && stop(all.map(({ name, data }) => `${name}${data}`).join(" "));
      }),
    },
  });
  assert.equal(await streamWorkflow({ workflow }).result, "a4 b3 c1");
});

test("what was collected is not collected again: each round of a loop joins its own", async () => {
  const Round = defineEvent("round", z.number());
  const Part = defineEvent("part", z.string());
  const workflow = defineWorkflow({
    name: "rounds",
    input: Go,
    steps: {
      begin: step({ accepts: [Go], emits: [Round] }, () => Round(1)),
      split: step({ accepts: [Round], emits: [Part] }, (_, { data }) =>
        ["a", "b", "c"].map((each) => Part(`${each}${data}`)),
      ),
      join: step({ accepts: [Part], emits: [Round, stop] }, async (ctx) => {
        const all = await ctx.collect(Part, 3);
        if (!all) return undefined;
        const parts = all.map(({ data }) => data).join(" ");
        ctx.state.update(joined, (before) => [...before, parts]);
        const rounds = ctx.state.get(joined);
        return rounds.length < 3 ? Round(rounds.length + 1) : stop(rounds);
      }),
    },
  });
  const run = streamWorkflow({ workflow });
  assert.deepEqual(await run.result, ["a1 b1 c1", "a2 b2 c2", "a3 b3 c3"]);
  assert.deepEqual(run.state.workflow?.steps["join"]?.kept, []);
});

test("a step that joins waits for one of each, and is given both", async () => {
  const Left = defineEvent("left", z.string());
  const Right = defineEvent("right", z.number());
  const workflow = defineWorkflow({
    name: "joins",
    input: Go,
    steps: {
      send: step({ accepts: [Go], emits: [Left, Right] }, () => [Left("a"), Right(1)]),
      join: step({ joins: [Left, Right], emits: [stop] }, (_, left, right) =>
        stop(`${left.data}${right.data + 1}`),
      ),
    },
  });
  assert.equal(await streamWorkflow({ workflow }).result, "a2");
});

test("a step loops until it stops, and state is what was stored", async () => {
  const Round = defineEvent("round", z.object({ n: z.number() }));
  const rounds = defineState("rounds", z.number(), 0);
  const workflow = defineWorkflow({
    name: "loop",
    input: Go,
    steps: {
      begin: step({ accepts: [Go], emits: [Round] }, () => Round({ n: 1 })),
      again: step({ accepts: [Round], emits: [Round, stop] }, (ctx, { data: { n } }) => {
        ctx.state.update(rounds, (count) => count + 1);
        return n < 5 ? Round({ n: n + 1 }) : stop(ctx.state.get(rounds));
      }),
    },
  });
  const first = streamWorkflow({ workflow });
  assert.equal(await first.result, 5);
  const second = streamWorkflow({ workflow, values: JSON.parse(JSON.stringify(first.values)) });
  assert.equal(await second.result, 10);
});

test("an event that extends another is taken where that one is", async () => {
  const Report = defineEvent("report", z.object({ text: z.string() }));
  const Long = defineEvent("long-report", z.object({ text: z.string(), pages: z.number() }), {
    extends: Report,
  });
  const workflow = defineWorkflow({
    name: "extends",
    input: Go,
    steps: {
      write: step({ accepts: [Go], emits: [Long] }, () => Long({ text: "x", pages: 9 })),
      read: step({ accepts: [Report], emits: [stop] }, (_, { data }) => stop(data.text)),
    },
  });
  assert.equal(await streamWorkflow({ workflow }).result, "x");
});

test("a run whose events nobody takes any more ends in words", async () => {
  const workflow = defineWorkflow({
    name: "ends",
    input: Go,
    steps: { quiet: step({ accepts: [Go], emits: [stop] }, () => undefined) },
  });
  await assert.rejects(streamWorkflow({ workflow }).result, /nothing is left to do/);
});

test("what a step writes is text of the answer, word by word, and ends with the step", async () => {
  const words = "Paul Graham is a British-American computer scientist, entrepreneur and writer.".split(" ");
  const workflow = defineWorkflow({
    name: "words",
    input: Go,
    steps: {
      say: step({ accepts: [Go], emits: [stop] }, async (ctx) => {
        for (const word of words) await ctx.write(`${word} `);
        return stop();
      }),
    },
  });
  const run = streamWorkflow({ workflow });
  const events = await eventsOf(run);
  assert.deepEqual(
    ofType(events, "text-delta").map(({ delta }) => delta.trim()),
    words,
  );
  assert.deepEqual(
    events.slice(-5).map(({ type }) => type),
    ["text-end", "finish-step", "workflow-event", "workflow-step", "finish"],
  );
});

test("any number of readers read all of a run, early or late", async () => {
  const run = streamWorkflow({ workflow: squares(3, 2) });
  const early = await Promise.all([eventsOf(run), eventsOf(run)]);
  const late = await eventsOf(run);
  assert.deepEqual(early, [late, late]);
});

test("two runs of one workflow do not mix", async () => {
  const workflow = squares(20, 4, () => new Promise((resolve) => setImmediate(resolve)));
  const runs = [1, 2, 3].map(() => streamWorkflow({ workflow }));
  for (const run of runs) {
    const events = await eventsOf(run);
    assert.equal(new Set(events.map(({ runId }) => runId)).size, 1);
    assert.equal(ofType(events, "workflow-event").length, 42);
  }
});

test("a thousand items cost about as much each as a hundred", async () => {
  // Of the processor: others may have it meanwhile.
  const costOf = async (count: number): Promise<number> => {
    const before = process.cpuUsage();
    await streamWorkflow({ workflow: squares(count, 8) }).result;
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  };
  const best = async (count: number): Promise<number> => {
    const costs: number[] = [];
    for (let round = 0; round < 3; round += 1) costs.push(await costOf(count));
    return Math.min(...costs);
  };
  await costOf(300);
  const small = await best(100);
  const large = await best(1000);
  // A clock that counts in ticks gives next to nothing for the small one.
  assert.ok(large <= 30 * Math.max(small, 5), `${small} ms for 100, ${large} ms for 1,000`);
});
