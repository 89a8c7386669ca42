import assert from "node:assert/strict";
import { test } from "node:test";
import { lockedSlots, type StreamSlots } from "#lib/client/stream-slots.ts";
import { waitUntil } from "../../support/wait-until.ts";

// Node's locks are those of browsers, by the same standard; each window of a browser has slots of its own.
const openWindow = (): StreamSlots => lockedSlots(navigator.locks);
const open = new AbortController().signal;

async function takeAll(): Promise<(() => void)[]> {
  const all = await Promise.all(Array.from({ length: 12 }, () => openWindow().tryTake()));
  return all.filter((release) => release !== undefined);
}

test("twelve windows have four streams between them; one that closes its stream makes room for the next", async () => {
  const taken = await takeAll();
  assert.equal(taken.length, 4);
  assert.equal(await openWindow().tryTake(), undefined);
  taken[2]?.();
  await waitUntil("there is room", async () => {
    const next = await openWindow().tryTake();
    if (next) taken[2] = next;
    return next !== undefined;
  });
  for (const release of taken) release();
  await waitUntil("all is free", async () => {
    const again = await takeAll();
    for (const release of again) release();
    return again.length === 4;
  });
});

test("a window that waits has the first slot that is free, whichever it is, and only that one", async () => {
  for (let freed = 0; freed < 4; freed += 1) {
    const taken = await takeAll();
    let isGranted = false;
    const next = openWindow()
      .take(open)
      .finally(() => (isGranted = true));
    assert.equal(await openWindow().tryTake(), undefined);
    assert.equal(isGranted, false);
    taken[freed]?.();
    const release = await next;
    assert.ok(release);
    assert.equal(await openWindow().tryTake(), undefined);
    for (const each of taken) each();
    release();
    await free();
  }
});

test("where all are freed at once, whoever waited takes one and leaves the others", async () => {
  const taken = await takeAll();
  const next = openWindow().take(open);
  for (const each of taken) each();
  const release = await next;
  await waitUntil("three are left", async () => {
    const rest = await takeAll();
    for (const each of rest) each();
    return rest.length === 3;
  });
  release?.();
  await free();
});

test("a window that does not want it any more waits for nothing and takes nothing", async () => {
  const taken = await takeAll();
  const leaving = new AbortController();
  const next = openWindow().take(leaving.signal);
  leaving.abort();
  assert.equal(await next, undefined);
  assert.equal(await openWindow().take(AbortSignal.abort()), undefined);
  for (const each of taken) each();
  await free();
});

const free = (): Promise<void> =>
  waitUntil("all is free", async () => {
    const all = await takeAll();
    for (const release of all) release();
    return all.length === 4;
  });
