import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { markedSlots, type SlotMarks } from "#lib/client/marked-slots.ts";
import { loadedSlots, lockedSlots, type StreamSlots } from "#lib/client/stream-slots.ts";
import { waitUntil } from "../../support/wait-until.ts";

type OpenWindow = () => StreamSlots;

// Node's locks are those of browsers, by the same standard; each window of a browser has slots of its own.
const withLocks: OpenWindow = () => lockedSlots(navigator.locks);
let stored: SlotMarks = {};
const withMarks: OpenWindow = () =>
  markedSlots(async (change) => {
    stored = change(stored);
  }, randomUUID);

async function takeAll(openWindow: OpenWindow): Promise<(() => void)[]> {
  const all = await Promise.all(Array.from({ length: 12 }, () => openWindow().take()));
  return all.filter((release) => release !== undefined);
}

for (const [name, openWindow] of [
  ["by locks", withLocks],
  ["by marks", withMarks],
] as const)
  test(`twelve windows have four streams between them; one that closes its stream makes room for the next: ${name}`, async () => {
    const taken = await takeAll(openWindow);
    assert.equal(taken.length, 4);
    assert.equal(await openWindow().take(), undefined);
    taken[2]?.();
    await waitUntil("there is room", async () => {
      const next = await openWindow().take();
      if (next) taken[2] = next;
      return next !== undefined;
    });
    for (const release of taken) release();
    await waitUntil("all is free", async () => {
      const again = await takeAll(openWindow);
      for (const release of again) release();
      return again.length === 4;
    });
  });

test("the mark of a window that is gone counts no more, whatever its clock was; a live one's is renewed", async (t) => {
  const gone = (offsetMs: number) => ({ windowId: "gone", at: Date.now() + offsetMs });
  stored = { 0: gone(60_000), 1: gone(-60_000), 2: gone(60_000), 3: gone(-60_000) };
  t.mock.timers.enable({ apis: ["setInterval"] });
  const release = await withMarks().take();
  assert.ok(release);
  const before = stored[0]?.at ?? 0;
  await waitUntil("time has passed", () => Date.now() > before);
  t.mock.timers.tick(5000);
  assert.notEqual(stored[0]?.at, before);
  release();
  assert.equal(stored[0], undefined);
});

test("a window that was too late with its mark takes nothing from the one that has its slot by now", async (t) => {
  t.mock.timers.enable({ apis: ["setInterval"] });
  const release = await withMarks().take();
  assert.ok(release);
  stored = { 0: { windowId: "another", at: 1 } };
  t.mock.timers.tick(5000);
  assert.deepEqual(stored, { 0: { windowId: "another", at: 1 } });
  release();
  assert.deepEqual(stored, { 0: { windowId: "another", at: 1 } });
});

test("slots are loaded with the first that is asked for, and once; without them there are as many as are asked for", async () => {
  let loads = 0;
  const slots = loadedSlots(async () => {
    loads += 1;
    if (loads === 1) throw new TypeError("offline");
    return { take: async () => undefined };
  });
  assert.ok(await slots.take());
  assert.equal(await slots.take(), undefined);
  assert.equal(await slots.take(), undefined);
  assert.equal(loads, 2);
});

test("a browser that stores nothing has as many streams as are asked for", async () => {
  const refused = markedSlots(() => Promise.reject(new DOMException("refused", "SecurityError")), randomUUID);
  for (let at = 0; at < 12; at += 1) assert.ok(await refused.take());
});
