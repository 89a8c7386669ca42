import assert from "node:assert/strict";
import { test } from "node:test";
import type { DrawnGraph, DrawnNode } from "#lib/protocol/drawn-graph.ts";
import type { WorkflowGraph } from "#lib/protocol/workflow-graph.ts";
import { drawGraph } from "#lib/workflows/draw-graph.ts";

const step = (name: string, accepts: string[], emits: string[], waitsFor?: string[]) => ({
  ...{ name, accepts, emits, concurrency: 4 },
  ...(waitsFor && { waitsFor }),
});

/** Fans out and in, goes round, waits for a person, and has a step that sends to itself. */
const review: WorkflowGraph = {
  name: "review",
  input: "topic",
  steps: [
    step("draft", ["topic", "objection"], ["text"]),
    step("judge", ["text"], ["objection", "good"]),
    step("count", ["text", "counted"], ["counted"]),
    step("ask", ["good"], ["stop"], ["word"]),
  ],
  events: ["topic", "text", "objection", "good", "counted", "word", "stop"],
  outside: ["word"],
};

const linesOf = ({ lines }: DrawnGraph): string[] =>
  lines.map(({ from, event, to }) => `${from} ${event} ${to}`).sort();

test("a line for each way that an event can go, and a box for each step, the begin, the end and outside", () => {
  const drawn = drawGraph(review);
  assert.deepEqual(
    drawn.nodes.map(({ id, type, step: name }) => [id, type, name]),
    [
      ["start", "start", undefined],
      ["step/draft", "step", "draft"],
      ["step/judge", "step", "judge"],
      ["step/count", "step", "count"],
      ["step/ask", "step", "ask"],
      ["outside", "outside", undefined],
      ["stop", "stop", undefined],
    ],
  );
  assert.deepEqual(linesOf(drawn), [
    "outside word step/ask",
    "start topic step/draft",
    "step/ask stop stop",
    "step/count counted step/count",
    "step/draft text step/count",
    "step/draft text step/judge",
    "step/judge good step/ask",
    "step/judge objection step/draft",
  ]);
});

test("what a step takes from outside, and waits for too, is one line", () => {
  const steps = [step("ask", ["topic", "word"], ["stop"], ["word"])];
  const drawn = drawGraph({ ...review, steps, events: ["topic", "word", "stop"] });
  assert.deepEqual(linesOf(drawn), ["outside word step/ask", "start topic step/ask", "step/ask stop stop"]);
});

test("no box lies on another, and everything lies inside", () => {
  for (const graph of [review, chain(1), chain(12), wide(9)]) {
    const { nodes, lines, width, height } = drawGraph(graph);
    for (const [at, node] of nodes.entries()) {
      assert.ok(node.x >= 0 && node.y >= 0, node.id);
      assert.ok(node.x + node.width <= width && node.y + node.height <= height, node.id);
      for (const other of nodes.slice(at + 1))
        assert.ok(!isOn(node, other), `${graph.name}: ${node.id} ${other.id}`);
    }
    for (const { path, label } of lines) {
      assert.match(path, /^M\d+ \d+(Q\d+ \d+ \d+ \d+)*(L\d+ \d+)?$/);
      assert.ok(label.x > 0 && label.x < width && label.y > 0 && label.y < height, path);
    }
  }
});

test("steps may have the names of what is no step, and the names of what objects have", () => {
  const steps = [
    step("start", ["topic"], ["a"]),
    step("stop", ["a"], ["b"]),
    step("outside", ["b"], ["c"]),
    step("__proto__", ["c"], ["stop"]),
  ];
  const odd = { name: "odd", input: "topic", steps, events: ["topic", "a", "b", "c", "stop"], outside: [] };
  const drawn = drawGraph(odd);
  assert.equal(new Set(drawn.nodes.map(({ id }) => id)).size, 6);
  assert.equal(drawn.lines.length, 5);
});

test("the same graph gives the same drawing, and a long chain is one column", () => {
  assert.deepEqual(drawGraph(review), drawGraph(review));
  const { nodes } = drawGraph(chain(12));
  const steps = nodes.filter(({ type }) => type === "step");
  assert.equal(new Set(steps.map(({ x }) => x)).size, 1);
  assert.deepEqual(
    steps.map(({ y }) => y),
    steps.map(({ y }) => y).toSorted((one, other) => one - other),
  );
});

function chain(length: number): WorkflowGraph {
  const events = ["topic", ...Array.from({ length: length - 1 }, (_, n) => `event-${n}`), "stop"];
  const steps = events.slice(1).map((event, n) => step(`step-${n}`, [events[n] ?? ""], [event]));
  return { name: "chain", input: "topic", steps, events, outside: [] };
}

function wide(width: number): WorkflowGraph {
  const names = Array.from({ length: width }, (_, n) => `part-${n}`);
  const steps = [
    step("split", ["topic"], names),
    ...names.map((name) => step(`work-${name}`, [name], ["piece"])),
    step("join", ["piece"], ["stop"]),
  ];
  return { name: "wide", input: "topic", steps, events: ["topic", ...names, "piece", "stop"], outside: [] };
}

const isOn = (one: DrawnNode, other: DrawnNode): boolean =>
  one.x < other.x + other.width &&
  other.x < one.x + one.width &&
  one.y < other.y + other.height &&
  other.y < one.y + one.height;
