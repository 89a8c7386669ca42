import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { type CoalescingQueue, createCoalescingQueue } from "#lib/models/coalescing-queue.ts";
import type { ModelPart } from "#lib/models/model.ts";

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
const add = (queue: CoalescingQueue, ...parts: ModelPart[]): void =>
  queue.push((produced) => void produced.push(...parts));
const turn = () => new Promise((resolve) => setImmediate(resolve));

/** Takes from the queue until it ends. */
function taker(queue: CoalescingQueue) {
  const taken: (readonly ModelPart[] | undefined | Error)[] = [];
  void (async () => {
    for (;;) {
      const parts = await queue.next().catch((error: Error) => error);
      taken.push(parts);
      if (!parts || parts instanceof Error) return;
    }
  })();
  return taken;
}

test("1.6 the first delta of a text is flushed at once, the next ones are coalesced for 20 to 25 ms", async () => {
  const queue = createCoalescingQueue(25);
  const taken = taker(queue);
  add(queue, text("a"));
  await turn();
  assert.deepEqual(taken.splice(0), [[text("a")]]);
  add(queue, text("b"));
  pass(10);
  add(queue, text("c"));
  pass(9);
  await turn();
  assert.deepEqual(taken, []);
  add(queue, text("d"));
  pass(6);
  await turn();
  assert.deepEqual(taken.splice(0), [[text("bcd")]]);
  pass(100);
  await turn();
  assert.deepEqual(taken, []);
});

test("1.6 whatever is not more of the newest text is flushed at once, with all that was queued before it", async () => {
  const queue = createCoalescingQueue(25);
  const taken = taker(queue);
  const call = { type: "tool-call-start", index: 0, toolCallId: "c", toolName: "t" } as const;
  const input = (delta: string, index = 0) => ({ type: "tool-call-delta", index, delta }) as const;
  add(queue, reasoning("a"));
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
    add(queue, part);
    await turn();
    assert.deepEqual(taken.splice(0), expected, JSON.stringify(part));
  }
});

test("deltas with a cursor that are coalesced are read as far as the last of them says", async () => {
  const queue = createCoalescingQueue(25);
  const taken = taker(queue);
  for (const cursor of [4, 5, 6]) add(queue, { type: "text", delta: "a", cursor });
  pass(25);
  await turn();
  assert.deepEqual(taken, [
    [{ type: "text", delta: "a", cursor: 4 }],
    [{ type: "text", delta: "aa", cursor: 6 }],
  ]);
});

test("reports of usage hold nothing up and break no text; the newest is passed on, before the end", async () => {
  const queue = createCoalescingQueue(25);
  const taken = taker(queue);
  const usage = (outputTokens: number): ModelPart => ({
    type: "usage",
    usage: { outputTokens, source: "provider" },
  });
  add(queue, text("a"), usage(1));
  await turn();
  assert.deepEqual(taken.splice(0), [[text("a"), usage(1)]]);
  for (let count = 2; count <= 5; count += 1) add(queue, text("b"), usage(count));
  await turn();
  assert.deepEqual(taken, []);
  pass(25);
  await turn();
  assert.deepEqual(taken.splice(0), [[text("bbbb"), usage(5)]]);
  add(queue, usage(6));
  pass(25);
  await turn();
  assert.deepEqual(taken.splice(0), [[usage(6)]]);
  add(queue, text("c"), usage(7), { type: "finish", reason: "stop" });
  await turn();
  assert.deepEqual(taken, [[text("c"), usage(7), { type: "finish", reason: "stop" }]]);
});

test("what came before a fault is passed on before it, and the end stays the end however often it is asked for", async () => {
  const fault = new Error("broken");
  const queue = createCoalescingQueue(25);
  const taken = taker(queue);
  add(queue, text("a"));
  await turn();
  add(queue, text("b"));
  queue.push((produced) => {
    produced.push(text("c"));
    throw fault;
  });
  await turn();
  assert.deepEqual(taken, [[text("a")], [text("bc")], fault]);
  assert.ok(queue.isEnded);
  await assert.rejects(queue.next(), fault);

  const ended = createCoalescingQueue(25);
  add(ended, text("a"));
  add(ended, text("b"));
  ended.end((produced) => void produced.push(text("c")));
  assert.deepEqual(await ended.next(), [text("abc")]);
  assert.equal(await ended.next(), undefined);
  assert.equal(await ended.next(), undefined);
});

test("what nobody takes is coalesced into parts of 16,384 characters, in time linear in its pieces", async () => {
  const queue = createCoalescingQueue(25);
  for (let piece = 0; piece < 100_000; piece += 1) add(queue, text("x"));
  pass(1000);
  for (let piece = 0; piece < 100_000; piece += 1) add(queue, text("y"));
  const lengths = (await queue.next())?.map((part) => (part.type === "text" ? part.delta.length : 0));
  assert.deepEqual(lengths, [...Array.from({ length: 12 }, () => 16_384), 200_000 - 12 * 16_384]);
});

test("a long delta is flushed at once, however soon it came", async () => {
  const queue = createCoalescingQueue(25);
  const taken = taker(queue);
  add(queue, text("a"));
  await turn();
  for (let piece = 0; piece < 3; piece += 1) {
    add(queue, text("x".repeat(16_384)));
    await turn();
  }
  assert.equal(taken.length, 4);
});
