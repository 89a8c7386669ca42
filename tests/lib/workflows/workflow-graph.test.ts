import assert from "node:assert/strict";
import { test } from "node:test";
import { z } from "zod";
import { defineEvent, stop } from "#lib/workflows/define-event.ts";
import { step } from "#lib/workflows/define-step.ts";
import { workflowGraph } from "#lib/workflows/workflow-graph.ts";

test("a graph needs no run and no valid workflow: it is drawn from the types alone", () => {
  const Go = defineEvent("go", z.string());
  const Never = defineEvent("never", z.string());
  const steps = { end: step({ joins: [Go, Never], emits: [stop] }, () => stop()) };
  assert.deepEqual(workflowGraph({ name: "x", input: Go, steps }), {
    ...{ name: "x", input: "go", events: ["go", "never", "stop"], outside: [] },
    steps: [{ name: "end", accepts: ["go", "never"], joins: true, emits: ["stop"], concurrency: 4 }],
  });
});
