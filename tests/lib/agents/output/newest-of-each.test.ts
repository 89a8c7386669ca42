import assert from "node:assert/strict";
import { test } from "node:test";
import { newestOfEach } from "#lib/agents/output/newest-of-each.ts";
import { readShared, skipWithoutShared } from "../../../support/shared-files.ts";

/** All that can happen now has happened. */
const turn = () =>
  new Promise<void>((resolve) => {
    setImmediate(resolve);
  });

type Arrival<T> = [at: number, item: T];

/** What comes of items at these moments, of a clock that runs as fast as it can. */
async function newest<T>(arrivals: readonly Arrival<T>[], end: number, windowMs: number): Promise<T[]> {
  const timers: { at: number; resolve(): void }[] = [];
  let now = 0;
  const sleepUntil = (at: number) =>
    new Promise<void>((resolve) => {
      timers.push({ at, resolve });
    });
  async function* items(): AsyncGenerator<T> {
    for (const [at, item] of arrivals) {
      if (at > now) await sleepUntil(at);
      yield item;
    }
    if (end > now) await sleepUntil(end);
  }
  const results: T[] = [];
  let isRead = false;
  const read = async () => {
    for await (const item of newestOfEach(items(), windowMs, (ms) => sleepUntil(now + ms)))
      results.push(item);
    isRead = true;
  };
  const reading = read();
  for (await turn(); !isRead; await turn()) {
    timers.sort((one, other) => one.at - other.at);
    const next = timers.shift() ?? assert.fail("nobody waits");
    now = next.at;
    next.resolve();
  }
  await reading;
  return results;
}

const arrivals: Arrival<number>[] = [
  [0, 1],
  [20, 2],
  [40, 3],
];

const windows: readonly [windowMs: number, newest: number[]][] = [
  [0, [1, 2, 3]],
  [20, [1, 2, 3]],
  [40, [2, 3]],
  [100, [3]],
];

for (const [windowMs, expected] of windows) {
  test(`a window of ${windowMs} ms ends with its newest item`, async () =>
    assert.deepEqual(await newest(arrivals, 60, windowMs), expected));
}

test("a window begins with its first item, not with the clock", async () => {
  assert.deepEqual(
    await newest(
      [
        [150, 1],
        [160, 2],
      ],
      160,
      50,
    ),
    [2],
  );
});

test("a thousand items in a second are 21 at most in windows of 50 ms, and the last is the last", async () => {
  const many = Array.from({ length: 1000 }, (_, at): Arrival<number> => [at, at]);
  const results = await newest(many, 1000, 50);
  assert.ok(results.length <= 21, `${results.length}`);
  assert.equal(results.at(-1), 999);
});

test("who leaves in a window ends its timer", async () => {
  const signals: AbortSignal[] = [];
  async function* items() {
    yield 1;
    await new Promise(() => undefined);
  }
  const never = async (_: number, signal: AbortSignal) => {
    signals.push(signal);
    if (signals.length > 1) await new Promise(() => undefined);
  };
  for await (const item of newestOfEach(items(), 50, never)) {
    assert.equal(item, 1);
    break;
  }
  assert.deepEqual(
    signals.map(({ aborted }) => aborted),
    [true],
  );
});

test("a source that fails once nobody reads any more is nobody's failure", async () => {
  const fail = Promise.withResolvers<void>();
  async function* items() {
    yield 1;
    await fail.promise;
  }
  const unhandled: unknown[] = [];
  const note = (error: unknown): void => void unhandled.push(error);
  process.on("unhandledRejection", note);
  for await (const item of newestOfEach(items(), 0, async () => undefined)) if (item === 1) break;
  fail.reject(new Error("too late"));
  // Node tells of them at the end of a turn of its loop.
  await new Promise((resolve) => setImmediate(resolve));
  process.off("unhandledRejection", note);
  assert.deepEqual(unhandled, []);
});

interface DebounceCase {
  id: string;
  interval_s: number | null;
  arrivals?: [seconds: number, item: unknown][];
  end_s?: number;
  expected_groups?: unknown[][];
}

test("the shared cases of a debounce", { skip: skipWithoutShared }, async () => {
  const { cases }: { cases: DebounceCase[] } = JSON.parse(readShared("cases/debounce.json").toString());
  for (const { id, interval_s, arrivals: given, end_s = 0, expected_groups: groups } of cases) {
    if (!given || !groups) continue;
    const inMs = given.map(([at, item]): Arrival<unknown> => [Math.round(at * 1000), item]);
    const results = await newest(inMs, Math.round(end_s * 1000), Math.round((interval_s ?? 0) * 1000));
    assert.deepEqual(
      results,
      groups.map((group) => group.at(-1)),
      id,
    );
  }
});
