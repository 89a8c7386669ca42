import assert from "node:assert/strict";
import { test } from "node:test";
import { lockedSlots, type StreamSlots } from "#lib/client/stream-slots.ts";
import { waitUntil } from "../../support/wait-until.ts";

// Node's locks are those of browsers, by the same standard; each window of a browser has slots of its own.
const openWindow = (): StreamSlots => lockedSlots(navigator.locks);

async function takeAll(): Promise<(() => void)[]> {
  const all = await Promise.all(Array.from({ length: 12 }, () => openWindow().take()));
  return all.filter((release) => release !== undefined);
}

test("twelve windows have four streams between them; one that closes its stream makes room for the next", async () => {
  const taken = await takeAll();
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
    const again = await takeAll();
    for (const release of again) release();
    return again.length === 4;
  });
});
