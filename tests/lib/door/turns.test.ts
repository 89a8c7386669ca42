import assert from "node:assert/strict";
import { test } from "node:test";
import { createTurns, type TakenTurn, type TurnKind } from "#lib/door/turns.ts";

const bounds = {
  visitorAtOnce: 2,
  visitorMaking: 2,
  visitorWaiting: 50,
  addressAtOnce: 3,
  makingMs: 1000,
  waiting: 120,
};

/** Who began, in order; whoever began stays until `leave`. */
function queue(own: Partial<typeof bounds> = {}) {
  const turns = createTurns({ ...bounds, ...own }, (begin) => begin());
  const began: string[] = [];
  const open = new Map<string, TakenTurn>();
  const take = (name: string, address = "here", kind?: TurnKind) => {
    const visitor = name.split(" ", 1)[0] ?? "";
    const turn = turns.take({ address, visitor }, () => began.push(name), kind);
    if (turn) open.set(name, turn);
    return turn !== undefined;
  };
  const leave = async (...names: string[]) => {
    for (const name of names) open.get(name)?.leave();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { began, take, leave };
}

test("a visitor has two at once, the next ones wait; whoever leaves makes room", async () => {
  const { began, take, leave } = queue();
  for (const name of ["a 1", "a 2", "a 3", "a 4"]) take(name);
  assert.deepEqual(began, ["a 1", "a 2"]);
  await leave("a 2");
  assert.deepEqual(began, ["a 1", "a 2", "a 3"]);
  await leave("a 4", "a 1");
  assert.deepEqual(began, ["a 1", "a 2", "a 3"]);
});

test("a crowd of one visitor delays neither another visitor nor another address", async () => {
  const { began, take, leave } = queue();
  for (let at = 1; at <= 40; at += 1) take(`a ${at}`);
  take("b 1");
  assert.deepEqual(began, ["a 1", "a 2", "b 1"]);
  for (const name of ["c 1", "d 1"]) take(name);
  take("z 1", "elsewhere");
  assert.equal(began.at(-1), "z 1");
  // Whoever has nothing open comes first, of those whose turn was longest ago.
  await leave("a 1");
  assert.equal(began.at(-1), "c 1");
  await leave("b 1");
  assert.equal(began.at(-1), "d 1");
  await leave("a 2");
  assert.equal(began.at(-1), "a 3");
});

test("too many that wait are refused, of a visitor and in all, and none is left over", async () => {
  const { began, take, leave } = queue();
  const taken = Array.from({ length: 60 }, (_, at) => take(`a ${at}`)).filter(Boolean).length;
  assert.equal(taken, bounds.visitorAtOnce + bounds.visitorWaiting);
  assert.equal(take("b 0"), true);
  assert.deepEqual(Array.from({ length: 12 }, (_, at) => take(`c ${at}`)).filter(Boolean).length, 10);
  await leave(...Array.from({ length: 60 }, (_, at) => [`a ${at}`, `b ${at}`, `c ${at}`]).flat());
  assert.equal(take("c 20"), true);
  assert.equal(began.at(-1), "c 20");
});

test("an address whose visitors wait in every place they can leaves others places to wait in", () => {
  const { take } = queue();
  const crowd = (address: string) =>
    Array.from({ length: 200 }, (_, at) => take(`${address}${at} x`, address)).filter(Boolean).length;
  assert.deepEqual([crowd("one"), crowd("two")], [bounds.addressAtOnce + 60, bounds.addressAtOnce + 30]);
  for (let at = 0; at < 10; at += 1) assert.equal(take(`v${at} x`, "another"), true);
});

test("who waits for a slow reader keeps a place of its visitor, but none of its address", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { began, take } = queue();
  for (const name of ["a 1", "a 2", "b 1", "c 1", "a 3"]) take(name);
  assert.deepEqual(began, ["a 1", "a 2", "b 1"]);
  t.mock.timers.tick(bounds.makingMs);
  assert.deepEqual(began, ["a 1", "a 2", "b 1", "c 1"]);
});

test("a visitor has fewer made at once than may be open: slow readers do not keep it waiting", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { began, take } = queue({ visitorMaking: 1 });
  for (const name of ["a 1", "a 2", "a 3"]) take(name);
  assert.deepEqual(began, ["a 1"]);
  t.mock.timers.tick(bounds.makingMs);
  assert.deepEqual(began, ["a 1", "a 2"]);
  t.mock.timers.tick(bounds.makingMs);
  assert.deepEqual(began, ["a 1", "a 2"]);
});

test("streams wait for their address only, pass by short requests that have to wait, and take no place of them", async () => {
  const { began, take, leave } = queue();
  for (const name of ["a 1", "a 2", "a 3"]) take(name);
  for (const name of ["a s1", "a s2"]) take(name, "here", "light");
  assert.deepEqual(began, ["a 1", "a 2", "a s1"]);
  await leave("a s1");
  assert.deepEqual(began, ["a 1", "a 2", "a s1", "a s2"]);
  await leave("a s2", "a 1");
  assert.deepEqual(began.slice(4), ["a 3"]);
});

test("as many streams wait as the address has places, and the short requests of their visitor none the less", async () => {
  const { began, take, leave } = queue({ visitorWaiting: 2 });
  const streams = Array.from({ length: 100 }, (_, at) => `a s${at}`);
  assert.equal(streams.filter((name) => take(name, "here", "light")).length, bounds.addressAtOnce + 60);
  assert.equal(take("b 1", "there"), true);
  for (const name of streams) await leave(name);
  assert.equal(take("a 1"), true);
  assert.equal(began.at(-1), "a 1");
});

test("a visitor with few answers open comes before one with many streams", async () => {
  const { began, take, leave } = queue();
  for (let at = 0; at < 10; at += 1) take(`a s${at}`, "here", "light");
  take("b s0", "here", "light");
  take("b 1");
  for (const name of ["a s0", "b s0"]) await leave(name);
  assert.deepEqual(began.slice(bounds.addressAtOnce), ["b s0", "b 1"]);
});

test("one that leaves twice, or late, takes no place from another of its visitor", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { began, take, leave } = queue({ addressAtOnce: 1, visitorAtOnce: 1 });
  take("a s0", "here", "light");
  t.mock.timers.tick(bounds.makingMs);
  take("a 1");
  take("a 2");
  for (let times = 0; times < 2; times += 1) {
    const left = leave("a s0");
    t.mock.timers.tick(1);
    await left;
  }
  await leave("a 1");
  assert.deepEqual(began, ["a s0", "a 1", "a 2"]);
});
