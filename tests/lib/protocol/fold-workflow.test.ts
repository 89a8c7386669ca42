import assert from "node:assert/strict";
import { test } from "node:test";
import { closingEvents } from "#lib/protocol/closing-events.ts";
import type { PieceList } from "#lib/protocol/piece-list.ts";
import type { EventBody } from "#lib/protocol/run-event.ts";
import type { SentEvent, WorkflowState } from "#lib/protocol/workflow-state.ts";
import * as b from "../../support/event-builders.ts";
import { foldNext, nothing, stateAfter, testFold, type WorkflowEventType } from "../../support/fold-cases.ts";

const begun = [b.workflowStart(), b.workflowEvent("1", "topic", "rain")];

const runs = (instance: string, events?: string[], attempt = 1): EventBody =>
  b.workflowStep({ step: stepOf(instance), instance, attempt, ...(events && { events }) });
const comesTo = (instance: string, state: string, fields: object = {}): EventBody =>
  b.workflowStep({ step: stepOf(instance), instance, state, ...fields });
const stepOf = (instance: string): string => instance.slice(0, instance.indexOf("/"));

const sections = [
  ...[...begun, runs("outline/1", ["1"])],
  ...[b.workflowEvent("2", "section", 1, "outline/1"), b.workflowEvent("3", "section", 2, "outline/1")],
];
const twoSections = [...sections, comesTo("outline/1", "done")];

const ids = (list: PieceList<SentEvent> | undefined): string[] => (list ?? []).flat().map(({ id }) => id);
const workflowAfter = (...bodies: readonly EventBody[]): WorkflowState => {
  const { workflow } = stateAfter(...bodies);
  assert.ok(workflow);
  return workflow;
};
const queueOf = ({ steps }: WorkflowState, step: string, event: string): string[] =>
  ids(steps[step]?.queue[event]);

testFold<WorkflowEventType>({
  "workflow-start": [
    {
      what: "knows each step, and the graph",
      event: b.workflowStart(),
      changes: () => ({
        workflow: {
          ...{ name: "essay", definitionHash: "hash", graph: b.workflowStart().graph, sent: 0 },
          ...{ steps: { outline: idle, draft: idle, join: idle }, open: [], values: {} },
        },
      }),
    },
    {
      what: "of the next holder keeps what there is, and says how long nobody wrote",
      before: [...twoSections, b.workflowStart({ afterMs: 50 })],
      event: b.workflowStart({ definitionHash: "other", afterMs: 100 }),
      changes: ({ workflow }) => ({
        workflow: workflow && { ...workflow, definitionHash: "other", awayMs: 150 },
      }),
    },
  ],
  "workflow-event": [
    { what: "without a workflow is passed over", event: b.workflowEvent("1", "topic", ""), changes: nothing },
    {
      what: "waits for each step that accepts it",
      before: [b.workflowStart()],
      event: b.workflowEvent("1", "topic", "rain"),
      changes: ({ workflow }) => ({
        workflow: workflow && {
          ...workflow,
          ...{ sent: 1, received: { topic: 1 } },
          steps: {
            ...workflow.steps,
            outline: { ...idle, queue: { topic: [[{ id: "1", name: "topic", data: "rain" }]] } },
          },
        },
      }),
    },
  ],
  "workflow-state": [
    {
      what: "counts once its instance is done",
      before: [...begun, runs("outline/1", ["1"])],
      event: b.workflowState("count", 3, "outline/1"),
      changes: ({ workflow }) => ({
        workflow: workflow && {
          ...workflow,
          open: workflow.open.map((instance) => ({ ...instance, values: { count: 3 } })),
        },
      }),
    },
  ],
  "workflow-step": [
    { what: "without a workflow is passed over", event: b.workflowStep(), changes: nothing },
    {
      what: "takes its events from the queue when it begins",
      before: begun,
      event: runs("outline/1", ["1"]),
      changes: ({ workflow }, startedAt) => ({
        workflow: workflow && {
          ...workflow,
          steps: { ...workflow.steps, outline: { ...idle, begun: 1, queue: { topic: [] } } },
          open: [
            {
              ...{ instance: "outline/1", step: "outline", attempt: 1, state: "running", startedAt },
              ...{ events: [{ id: "1", name: "topic", data: "rain" }], sent: [], values: {} },
            },
          ],
        },
      }),
    },
    {
      what: "that waits says so",
      before: [...begun, runs("outline/1", ["1"])],
      event: comesTo("outline/1", "waiting"),
      changes: ({ workflow }) => ({
        workflow: workflow && {
          ...workflow,
          open: workflow.open.map((instance) => ({ ...instance, state: "waiting" })),
        },
      }),
    },
    {
      what: "of an instance that is not there changes nothing",
      before: begun,
      event: comesTo("outline/1", "done"),
      changes: nothing,
    },
  ],
});

const idle = {
  ...{ queue: {}, kept: [], begun: 0, done: 0, failed: 0, cancelled: 0, retries: 0, ms: 0 },
} satisfies WorkflowState["steps"][string];

test("what an instance sends is in no queue before it is done, and then all of it, in order", () => {
  assert.deepEqual(queueOf(workflowAfter(...sections), "draft", "section"), []);
  const done = workflowAfter(...twoSections);
  assert.deepEqual(queueOf(done, "draft", "section"), ["2", "3"]);
  assert.deepEqual(done.open, []);
  assert.equal(done.steps["outline"]?.done, 1);
});

test("what counts of what was sent is counted, by who sent it and by name", () => {
  const { received, steps } = workflowAfter(...twoSections, b.workflowEvent("9", "topic", "snow"));
  assert.deepEqual([received, steps["outline"]?.emitted], [{ topic: 2 }, { section: 2 }]);
  assert.deepEqual(workflowAfter(...sections).steps["outline"]?.emitted, undefined);
  const next = workflowAfter(...twoSections, b.workflowStart());
  assert.deepEqual(next.received, { topic: 1 });
});

test("an instance that is begun again, or tried again, has written nothing", () => {
  const stored = [...sections, b.workflowState("count", 1, "outline/1")];
  for (const next of [
    runs("outline/1", undefined, 2),
    comesTo("outline/1", "retrying", { error: "busy", inMs: 5 }),
  ]) {
    const [instance] = workflowAfter(...stored, next).open;
    assert.deepEqual([instance?.sent, instance?.values, ids([instance?.events ?? []])], [[], {}, ["1"]]);
  }
  const retried = workflowAfter(...stored, comesTo("outline/1", "retrying", { error: "busy", inMs: 5 }));
  assert.deepEqual(
    [retried.open[0]?.failures, retried.open[0]?.error, retried.steps["outline"]?.retries],
    [1, "busy", 1],
  );
  const done = workflowAfter(...stored, runs("outline/1", undefined, 2), comesTo("outline/1", "done"));
  assert.deepEqual([queueOf(done, "draft", "section"), done.values, done.sent], [[], {}, 3]);
});

test("an instance that goes on after a wait keeps what it has written", () => {
  const done = workflowAfter(
    ...[...sections, b.workflowState("count", 1, "outline/1"), comesTo("outline/1", "waiting")],
    ...[runs("outline/1"), comesTo("outline/1", "done")],
  );
  assert.deepEqual([queueOf(done, "draft", "section"), done.values], [["2", "3"], { count: 1 }]);
});

test("what a step keeps is there until a later instance has collected it", () => {
  const texts = [
    ...[...twoSections, runs("draft/1", ["2"]), b.workflowEvent("4", "text", "a", "draft/1")],
    ...[comesTo("draft/1", "done"), runs("join/1", ["4"]), comesTo("join/1", "done", { keeps: true })],
  ];
  assert.deepEqual(ids(workflowAfter(...texts).steps["join"]?.kept), ["4"]);
  const collected = workflowAfter(
    ...[...texts, runs("draft/2", ["3"]), b.workflowEvent("5", "text", "b", "draft/2")],
    ...[comesTo("draft/2", "done"), runs("join/2", ["5"]), b.workflowEvent("6", "stop", "ab", "join/2")],
    comesTo("join/2", "done", { collects: ["4"] }),
  );
  assert.deepEqual(ids(collected.steps["join"]?.kept), []);
  assert.deepEqual(collected.result, { value: "ab", from: "join/2" });
});

test("the first stop is the result", () => {
  const ended = workflowAfter(
    b.workflowStart(),
    b.workflowEvent("1", "stop", 1),
    b.workflowEvent("2", "stop", 2),
  );
  assert.deepEqual(ended.result?.value, 1);
});

test("an event is for every step that accepts it", () => {
  const { graph } = b.workflowStart();
  const [outline] = graph.steps;
  assert.ok(outline);
  const both = { ...graph, steps: [...graph.steps, { ...outline, name: "count" }] };
  const sent = workflowAfter(b.workflowStart({ graph: both }), b.workflowEvent("1", "topic", "rain"));
  assert.deepEqual([queueOf(sent, "outline", "topic"), queueOf(sent, "count", "topic")], [["1"], ["1"]]);
});

test("progress of an instance is that of its step, and of the run", () => {
  const half = { ...b.progress("half", 1, 2), instance: "outline/1", attempt: 1 };
  const { progress, workflow, lastAt: at } = stateAfter(...sections, half);
  const { type: _, ...fields } = half;
  assert.deepEqual(progress, { ...fields, at });
  assert.deepEqual(workflow?.steps["outline"]?.progress, { ...fields, at });
});

test("what has not ended when a run ends is cancelled, and then nothing is open", () => {
  const state = stateAfter(...twoSections, runs("draft/1", ["2"]), runs("draft/2", ["3"]));
  const closed = closingEvents(state, { code: "stopped", errorText: "" }).reduce(foldNext, state);
  assert.deepEqual(closed.workflow?.open, []);
  assert.equal(closed.workflow?.steps["draft"]?.cancelled, 2);
});

test("what was sent and done leaves nothing behind but its count, however much it was", () => {
  const count = 3000;
  let state = stateAfter(...begun, runs("outline/1", ["1"]));
  for (let n = 0; n < count; n += 1)
    state = foldNext(state, b.workflowEvent(String(n + 2), "section", n, "outline/1"));
  state = foldNext(state, comesTo("outline/1", "done"));
  const before = state.workflow?.steps["draft"]?.queue["section"] ?? [];
  state = foldNext(state, runs("draft/1", ["2"]));
  const after = state.workflow?.steps["draft"]?.queue["section"] ?? [];
  // One piece of the queue is another one, and that is all that it costs.
  assert.equal(after.filter((piece) => !before.includes(piece)).length, 1);
  state = foldNext(state, comesTo("draft/1", "done"));
  for (let n = 1; n < count; n += 1) {
    state = foldNext(state, runs(`draft/${n + 1}`, [String(n + 2)]));
    state = foldNext(state, comesTo(`draft/${n + 1}`, "done"));
  }
  assert.equal(state.workflow?.steps["draft"]?.done, count);
  assert.ok(JSON.stringify(state).length < 4000);
});

test("what a step has waited for has come from outside, and what it has not got has not", () => {
  const wait = (event: string, workflowStep: string, output: unknown) => [
    b.startStep(event, 0, "essay", { workflowStep }),
    b.toolInputStart(event, "wait_for_event", event),
    b.toolInputAvailable(event, "wait_for_event", { event }),
    b.toolOutputAvailable(event, output),
  ];
  const received = (...bodies: readonly EventBody[]) =>
    workflowAfter(...begun, runs("outline/1", ["1"]), ...bodies).received;
  assert.deepEqual(received(...wait("word", "outline/1", { data: { isAccepted: true } })), {
    topic: 1,
    word: 1,
  });
  assert.deepEqual(received(...wait("word", "outline/1", { isDeclined: true })), { topic: 1 });
  // What steps accept is sent, and counted with its event.
  const sent = [...wait("word", "outside/word", { data: 1 }), b.workflowEvent("2", "word", 1)];
  assert.deepEqual(received(...sent), { topic: 1, word: 1 });
});
