import assert from "node:assert/strict";
import { test } from "node:test";
import { z } from "zod";
import { defineEvent, stop } from "#lib/workflows/define-event.ts";
import { step, type WorkflowStep } from "#lib/workflows/define-step.ts";
import { defineWorkflow } from "#lib/workflows/define-workflow.ts";
import { fitFaults } from "#lib/workflows/fit-faults.ts";
import * as b from "../../support/event-builders.ts";
import { stateAfter } from "../../support/fold-cases.ts";
import { Go, Item } from "../../support/workflow-bench.ts";

const split = step({ accepts: [Go], emits: [Item] }, () => Item({ n: 1 }));
const end = step({ accepts: [Item], emits: [stop] }, () => stop());
const defined = (steps: Record<string, WorkflowStep>) => defineWorkflow({ name: "fits", input: Go, steps });
const first = defined({ split, end });

/** Split, and not ended: an item waits for `end`. */
const state = stateAfter(
  b.workflowStart({ name: "fits", definitionHash: first.definitionHash, graph: first.graph }),
  ...[b.workflowEvent("1", "go", "x"), running("split", "split/1", ["1"])],
  ...[b.workflowEvent("2", "item", { n: 1 }, "split/1"), { ...running("split", "split/1"), state: "done" }],
).workflow;

function running(name: string, instance: string, events?: string[]) {
  return b.workflowStep({ step: name, instance, ...(events && { events }) });
}

const Other = defineEvent("other", z.string());
const cases: [what: string, steps: Record<string, WorkflowStep>, faults: string[]][] = [
  ["the same definition goes on", { split, end }, []],
  ["what has ended may be gone", { begin: split, end }, []],
  [
    "a step more is no fault",
    {
      split: step({ accepts: [Go], emits: [Item, Other] }, () => Item({ n: 1 })),
      ...{ end, more: step({ accepts: [Other], emits: [Item] }, () => Item({ n: 2 })) },
    },
    [],
  ],
  [
    "a step that something waits for must be there",
    { split, finish: end },
    ["the step end is there no longer"],
  ],
  [
    "and accept it",
    {
      split: step({ accepts: [Go], emits: [Other] }, () => Other("x")),
      end: step({ accepts: [Other], emits: [stop] }, () => stop()),
    },
    ["the step end accepts item no longer"],
  ],
  [
    "a step that would have to take it too would miss it",
    { split, end, note: step({ accepts: [Item], emits: [] }, () => undefined) },
    ["the step note accepts item now, which was sent before it did"],
  ],
  [
    "what is taken together now was sent to be taken by itself",
    {
      split: step({ accepts: [Go], emits: [Item, Other] }, () => Item({ n: 1 })),
      end: step({ joins: [Item, Other], emits: [stop] }, () => stop()),
    },
    ["the step end takes its events together now"],
  ],
];
for (const [what, steps, faults] of cases)
  test(what, () => assert.deepEqual(fitFaults(defined(steps), state ?? assert.fail()), faults));
