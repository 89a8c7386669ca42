import assert from "node:assert/strict";
import { test } from "node:test";
import { fold } from "#lib/protocol/fold.ts";
import { emptyRun, type Step } from "#lib/protocol/run-state.ts";
import { type StoredRun, storedRun, upgradeRun } from "#lib/protocol/upgrade-run.ts";
import * as b from "../../support/event-builders.ts";

const step = (stepId: string, fields: Partial<Step> = {}): Step => ({
  stepId,
  index: 0,
  agent: "assistant",
  attempt: 1,
  ...fields,
});
const { steps: _, ...unbegun } = emptyRun(b.ids.run);
const stored = (fields: Partial<StoredRun>): StoredRun => ({ ...unbegun, ...fields });

const cases: [what: string, stored: Partial<StoredRun>, steps: Step[]][] = [
  ["no step yet", {}, []],
  ["the one step of an older build", { step: step("a", { retries: 1 }) }, [step("a", { retries: 1 })]],
  ["all steps of this build", { steps: [step("a"), step("b")], step: step("b") }, [step("a"), step("b")]],
  [
    "steps that an older build carried along while it went on with the newest",
    { steps: [step("a"), step("b")], step: step("b", { attempt: 2, finishReason: "stop" }) },
    [step("a"), step("b", { attempt: 2, finishReason: "stop" })],
  ],
  [
    "steps that an older build carried along before it began one more",
    { steps: [step("a")], step: step("b") },
    [step("a"), step("b")],
  ],
];

for (const [what, fields, steps] of cases) {
  test(`a stored fold with ${what} is read`, () => {
    const run = upgradeRun(stored(fields));
    assert.deepEqual(run, { ...emptyRun(b.ids.run), steps });
    assert.equal("step" in run, false);
  });
}

test("a fold is the same after it was stored, and says its newest step as older builds do", () => {
  const state = b
    .numbered([
      ...[b.start(), b.startStep("a"), b.textStart("t"), b.toolInputStart(), b.retry()],
      ...[b.startStep("b", 1, "helper", { parentToolCallId: "call-1" }), b.objectStart("o")],
    ])
    .reduce(fold, emptyRun(b.ids.run));
  const json = JSON.parse(JSON.stringify(storedRun(state)));
  assert.deepEqual(upgradeRun(json), state);
  assert.equal(json.step.stepId, "b");
  assert.deepEqual(
    json.parts.map(({ kind }: { kind: string }) => kind),
    ["text", "tool", "object"],
  );
  assert.equal("step" in storedRun(emptyRun("")), false);
});
