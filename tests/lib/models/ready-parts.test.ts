import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import type { ModelPart } from "#lib/models/model.ts";
import { createReady, type ReadyParts } from "#lib/models/ready-parts.ts";

let now = 1000;
beforeEach(() => {
  mock.reset();
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
  now += 1000;
  mock.method(performance, "now", () => now);
});

const pass = (ms: number): void => {
  now += ms;
  mock.timers.tick(ms);
};
const text = (delta: string): ModelPart => ({ type: "text", delta });
const reasoning = (delta: string): ModelPart => ({ type: "reasoning", delta });
const add = (ready: ReadyParts, ...parts: ModelPart[]): void =>
  ready.add((found) => void found.push(...parts));
const turn = () => new Promise((resolve) => setImmediate(resolve));

/** What it hands on from now on. */
function taker(ready: ReadyParts) {
  const taken: (readonly ModelPart[] | undefined | Error)[] = [];
  void (async () => {
    for (;;) {
      const parts = await ready.next().catch((error: Error) => error);
      taken.push(parts);
      if (!parts || parts instanceof Error) return;
    }
  })();
  return taken;
}

test("1.6 the first text goes on at once, more of it gathers for 20 to 25 ms and goes on as one", async () => {
  const ready = createReady(25);
  const taken = taker(ready);
  add(ready, text("a"));
  await turn();
  assert.deepEqual(taken.splice(0), [[text("a")]]);
  add(ready, text("b"));
  pass(10);
  add(ready, text("c"));
  pass(9);
  await turn();
  assert.deepEqual(taken, []);
  add(ready, text("d"));
  pass(6);
  await turn();
  assert.deepEqual(taken.splice(0), [[text("bcd")]]);
  pass(100);
  await turn();
  assert.deepEqual(taken, []);
});

test("1.6 whatever is not more of the newest text goes on at once, and takes what gathered with it", async () => {
  const ready = createReady(25);
  const taken = taker(ready);
  const call = { type: "tool-call-start", index: 0, toolCallId: "c", toolName: "t" } as const;
  const input = (delta: string, index = 0) => ({ type: "tool-call-delta", index, delta }) as const;
  add(ready, reasoning("a"));
  await turn();
  const steps: [ModelPart, (readonly ModelPart[])[]][] = [
    [reasoning("b"), []],
    [text("c"), [[reasoning("b"), text("c")]]],
    [text("d"), []],
    [call, [[text("d"), call]]],
    [input("{"), [[input("{")]]],
    [input("}"), []],
    [input("[", 1), [[input("}"), input("[", 1)]]],
    [text("e"), [[text("e")]]],
    [text("f"), []],
    [{ type: "finish", reason: "stop" }, [[text("f"), { type: "finish", reason: "stop" }]]],
  ];
  taken.length = 0;
  for (const [part, expected] of steps) {
    add(ready, part);
    await turn();
    assert.deepEqual(taken.splice(0), expected, JSON.stringify(part));
  }
});

test("reports of usage hold nothing up and break no text; the newest goes on, before the end", async () => {
  const ready = createReady(25);
  const taken = taker(ready);
  const usage = (outputTokens: number): ModelPart => ({
    type: "usage",
    usage: { outputTokens, source: "provider" },
  });
  add(ready, text("a"), usage(1));
  await turn();
  assert.deepEqual(taken.splice(0), [[text("a"), usage(1)]]);
  for (let count = 2; count <= 5; count += 1) add(ready, text("b"), usage(count));
  await turn();
  assert.deepEqual(taken, []);
  pass(25);
  await turn();
  assert.deepEqual(taken.splice(0), [[text("bbbb"), usage(5)]]);
  add(ready, usage(6));
  pass(25);
  await turn();
  assert.deepEqual(taken.splice(0), [[usage(6)]]);
  add(ready, text("c"), usage(7), { type: "finish", reason: "stop" });
  await turn();
  assert.deepEqual(taken, [[text("c"), usage(7), { type: "finish", reason: "stop" }]]);
});

test("what came before a fault goes on before it, and the end is told again however often it is asked for", async () => {
  const fault = new Error("broken");
  const ready = createReady(25);
  const taken = taker(ready);
  add(ready, text("a"));
  await turn();
  add(ready, text("b"));
  ready.add((found) => {
    found.push(text("c"));
    throw fault;
  });
  await turn();
  assert.deepEqual(taken, [[text("a")], [text("bc")], fault]);
  assert.ok(ready.isOver);
  await assert.rejects(ready.next(), fault);

  const ended = createReady(25);
  add(ended, text("a"));
  add(ended, text("b"));
  ended.end((found) => void found.push(text("c")));
  assert.deepEqual(await ended.next(), [text("abc")]);
  assert.equal(await ended.next(), undefined);
  assert.equal(await ended.next(), undefined);
});

test("what nobody takes gathers on, in parts of 16,384 characters and time linear in its pieces", async () => {
  const ready = createReady(25);
  for (let piece = 0; piece < 100_000; piece += 1) add(ready, text("x"));
  pass(1000);
  for (let piece = 0; piece < 100_000; piece += 1) add(ready, text("y"));
  const lengths = (await ready.next())?.map((part) => (part.type === "text" ? part.delta.length : 0));
  assert.deepEqual(lengths, [...Array.from({ length: 12 }, () => 16_384), 200_000 - 12 * 16_384]);
});

test("much of a text goes on at once, however soon it came", async () => {
  const ready = createReady(25);
  const taken = taker(ready);
  add(ready, text("a"));
  await turn();
  for (let piece = 0; piece < 3; piece += 1) {
    add(ready, text("x".repeat(16_384)));
    await turn();
  }
  assert.equal(taken.length, 4);
});
