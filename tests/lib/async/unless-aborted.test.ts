import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { test } from "node:test";
import { unlessAborted } from "#lib/async/unless-aborted.ts";

const pending = new Promise<never>(() => undefined);

test("what the promise gives is given on, and no listener stays", async () => {
  const { signal } = new AbortController();
  assert.equal(await unlessAborted(Promise.resolve(1), signal), 1);
  await assert.rejects(unlessAborted(Promise.reject(new Error("broke")), signal), /broke/);
  assert.equal(getEventListeners(signal, "abort").length, 0);
});

test("an abort resolves with nothing, also one before the call", async () => {
  const abort = new AbortController();
  const waiting = unlessAborted(pending, abort.signal);
  abort.abort();
  assert.equal(await waiting, undefined);
  assert.equal(await unlessAborted(pending, abort.signal), undefined);
});
