import assert from "node:assert/strict";
import { test } from "node:test";
import { createStartGate } from "#lib/door/start-gate.ts";

const bounds = { acceptMs: 1000, busyTurnMs: 5, makingWhileBusy: 2 };

const turn = () => new Promise((resolve) => setImmediate(resolve));

function keepBusy(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

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

test("it begins after whoever connects, and not later than promised", async () => {
  const gate = createStartGate(bounds);
  const connect = (at: number) => at < 7 && gate.noteConnection();
  assert.equal(await turnsUntilBegun(gate, () => 0, connect), 8);
  const impatient = createStartGate({ ...bounds, acceptMs: 0 });
  assert.equal(
    await turnsUntilBegun(
      impatient,
      () => 0,
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
  // A turn is calm or not however long the machine takes for it.
  const patient = createStartGate({ ...bounds, busyTurnMs: 10_000 });
  assert.equal(
    await turnsUntilBegun(
      patient,
      () => 2,
      () => undefined,
    ),
    2,
  );
});
