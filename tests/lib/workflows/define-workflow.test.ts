import assert from "node:assert/strict";
import { test } from "node:test";
import { z } from "zod";
import { defineEvent, stop } from "#lib/workflows/define-event.ts";
import { step } from "#lib/workflows/define-step.ts";
import { defineWorkflow, WorkflowDefinitionError } from "#lib/workflows/define-workflow.ts";

const Start = defineEvent("start", z.object({ topic: z.string() }));
const Middle = defineEvent("middle", z.object({ n: z.number() }));
const Other = defineEvent("other", z.string());
const Answer = defineEvent("answer", z.object({ ok: z.boolean() }), { isOutside: true });

const nothing = () => undefined;

const faultsOf = (define: () => unknown): readonly string[] => {
  try {
    define();
  } catch (error) {
    if (error instanceof WorkflowDefinitionError) return error.faults;
    throw error;
  }
  return [];
};

test("all that is wrong with a graph is said in one error, before anything runs", () => {
  const Lost = defineEvent("lost", z.string());
  const faults = faultsOf(() =>
    defineWorkflow({
      name: "faulty",
      input: Start,
      timeout: 0,
      steps: {
        one: step(
          { accepts: [Middle, Lost], emits: [Other], concurrency: 0, retry: { attempts: 0 } },
          nothing,
        ),
        two: step({ accepts: [stop], emits: [Middle], timeout: -1 }, nothing),
        "no name": step({ accepts: [], emits: [Middle], waitsFor: [Middle] }, nothing),
      },
    }),
  );
  assert.deepEqual(
    [...faults].toSorted(),
    [
      "a step's name has 1 to 40 of A-Z, a-z, 0-9, _ and -: no name",
      "its timeout is not more than 0",
      "no step accepts the input start",
      "no step emits stop: it has no end",
      "the step no name accepts nothing",
      "the step no name is never reached",
      "the step no name waits for middle, which does not come from outside",
      "the step one accepts lost, which nobody makes",
      "the step one emits other, which nobody takes",
      "the step one has a concurrency that is no whole number from 1",
      "the step one has retry.attempts that is no whole number from 1",
      "the step one is never reached",
      "the step two accepts stop, which ends the run",
      "the step two has a timeout that is not more than 0",
      "the step two is never reached",
    ].toSorted(),
  );
});

test("a step that only itself could reach, and an end that no way leads to, are faults", () => {
  const faults = faultsOf(() =>
    defineWorkflow({
      name: "circle",
      input: Start,
      steps: {
        begin: step({ accepts: [Start], emits: [] }, nothing),
        circle: step({ accepts: [Middle], emits: [Middle, stop] }, nothing),
      },
    }),
  );
  assert.deepEqual(faults, ["the step circle is never reached", "no way leads from start to stop"]);
});

test("two events of one name are a fault, one event in two steps is none", () => {
  const again = defineEvent("middle", z.string());
  assert.deepEqual(
    faultsOf(() =>
      defineWorkflow({
        name: "twice",
        input: Start,
        steps: {
          one: step({ accepts: [Start], emits: [Middle] }, nothing),
          two: step({ accepts: [again], emits: [stop] }, nothing),
        },
      }),
    ).filter((fault) => fault.includes("two events")),
    ["two events have the name middle"],
  );
});

test("the graph says who takes and makes what, what comes from outside, and what stands for what", () => {
  const Special = defineEvent("special", z.object({ n: z.number(), more: z.string() }), { extends: Middle });
  const { graph, definitionHash } = defineWorkflow({
    name: "graph",
    input: Start,
    steps: {
      begin: step({ accepts: [Start], emits: [Special] }, nothing),
      end: step({ accepts: [Middle], emits: [stop], waitsFor: [Answer], concurrency: 1 }, nothing),
    },
  });
  assert.deepEqual(graph, {
    name: "graph",
    input: "start",
    steps: [
      { name: "begin", accepts: ["start"], emits: ["special"], concurrency: 4 },
      {
        ...{ name: "end", accepts: ["special", "middle"], emits: ["stop"] },
        ...{ waitsFor: ["answer"], concurrency: 1 },
      },
    ],
    events: ["start", "special", "middle", "answer", "stop"],
    outside: ["answer"],
  });
  assert.match(definitionHash, /^[0-9a-f]{32}$/);
});

test("what a step sends and takes is checked by the compiler", () => {
  // @ts-expect-error: it emits no other event.
  step({ accepts: [Start], emits: [Middle] }, () => Other("x"));
  // @ts-expect-error: a number, not a text.
  step({ accepts: [Start], emits: [Middle] }, () => Middle({ n: "1" }));
  // @ts-expect-error: one of a list is none that it emits.
  step({ accepts: [Start], emits: [Middle] }, () => [Middle({ n: 1 }), Other("x")]);
  // @ts-expect-error: what it sends beside that, too.
  step({ accepts: [Start], emits: [Middle] }, (ctx) => ctx.send(Other("x")));
  // @ts-expect-error: the event has no such field.
  step({ accepts: [Start], emits: [stop] }, (_, event) => stop(event.data.nothing));
  // @ts-expect-error: it does not say that it waits for that.
  step({ accepts: [Start], emits: [stop] }, async (ctx) => stop(await ctx.waitFor(Answer)));
  // @ts-expect-error: the first of the joined events is no text.
  step({ joins: [Middle, Other], emits: [stop] }, (_, { data }) => stop(data.length));
  step({ accepts: [Start, Middle], emits: [Middle, Other, stop] }, async (ctx, event) => {
    if (event.name === "start") return [Middle({ n: event.data.topic.length }), Other("x")];
    const all = await ctx.collect([Middle, Other]);
    return all ? stop(all[0].data.n + all[1].data.length) : undefined;
  });
});

test("a run may take 45 s where its workflow says nothing, and as long as it takes where that says null", () => {
  const steps = { end: step({ accepts: [Start], emits: [stop] }, nothing) };
  assert.equal(defineWorkflow({ name: "limited", input: Start, steps }).timeout, 45);
  assert.equal(defineWorkflow({ name: "unlimited", input: Start, timeout: null, steps }).timeout, null);
});

test("a name that cannot stand in a log is refused", () => {
  for (const name of ["", "two words", "stop", "a".repeat(41)])
    assert.throws(() => defineEvent(name, z.string()), TypeError);
});
