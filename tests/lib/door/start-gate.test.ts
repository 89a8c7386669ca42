import assert from "node:assert/strict";
import { test } from "node:test";
import { createStartGate } from "#lib/door/start-gate.ts";
import { keepBusy } from "../../support/keep-busy.ts";

const bounds = { acceptMs: 1000, busyTurnMs: 5, makingWhileBusy: 2 };

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** In which turn it begins while `making` are made; each turn does `step`. */
async function turnsUntilBegun(
  gate: ReturnType<typeof createStartGate>,
  making: () => number,
  step: (at: number) => void,
  turns = 20,
): Promise<number> {
  let hasBegun = false;
  gate.pass(() => (hasBegun = true), making);
  for (let at = 0; at < turns; at += 1) {
    step(at);
    await turn();
    if (hasBegun) return at + 1;
  }
  return turns;
}

test("an answer begins in the same turn where nobody connects and few are made", async () => {
  const gate = createStartGate(bounds);
  assert.equal(
    await turnsUntilBegun(
      gate,
      () => 1,
      () => keepBusy(10),
    ),
    1,
  );
});

test("where nothing is made one begins at once: one in a turn of the loop, and none beside a new connection", async () => {
  const gate = createStartGate(bounds);
  const begun: number[] = [];
  const pass = (name: number) =>
    gate.pass(
      () => begun.push(name),
      () => 0,
    );
  pass(1);
  assert.deepEqual(begun, [1]);
  pass(2);
  assert.deepEqual(begun, [1]);
  await turn();
  assert.deepEqual(begun, [1, 2]);
  pass(3);
  assert.deepEqual(begun, [1, 2, 3]);
  await turn();
  gate.noteConnection();
  await turn();
  pass(4);
  assert.deepEqual(begun, [1, 2, 3]);
  await turn();
  await turn();
  assert.deepEqual(begun, [1, 2, 3, 4]);
  pass(5);
  assert.deepEqual(begun, [1, 2, 3, 4, 5]);
});

test("it begins after whoever connects, and not later than promised", async () => {
  const gate = createStartGate(bounds);
  const connect = (at: number) => at < 7 && gate.noteConnection();
  assert.equal(await turnsUntilBegun(gate, () => 1, connect), 8);
  const impatient = createStartGate({ ...bounds, acceptMs: 0 });
  assert.equal(
    await turnsUntilBegun(
      impatient,
      () => 1,
      () => impatient.noteConnection(),
    ),
    1,
  );
});

test("while others keep the loop busy it begins once one of them is made, or once the loop is calm", async () => {
  const gate = createStartGate(bounds);
  let making = 2;
  const isMade = (at: number) => {
    keepBusy(10);
    if (at === 5) making = 1;
  };
  assert.equal(await turnsUntilBegun(gate, () => making, isMade), 6);
  making = 2;
  const isCalm = (at: number) => at < 5 && keepBusy(10);
  assert.equal(await turnsUntilBegun(gate, () => making, isCalm), 6);
});

test("a turn in which the loop was kept waiting, by the machine or by a file, is calm", async () => {
  const gate = createStartGate({ ...bounds, busyTurnMs: 40 });
  const sleep = () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
  assert.equal(await turnsUntilBegun(gate, () => 2, sleep), 2);
});
