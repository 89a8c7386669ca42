import assert from "node:assert/strict";
import { test } from "node:test";
import { createStoreWitness } from "#lib/storage/kv/store-witness.ts";

/** A store of one key. */
function oneKey() {
  const stored: { value: string | null; isAway: boolean } = { value: null, isAway: false };
  const asked = async () => (stored.isAway ? Promise.reject(new Error("away")) : stored.value);
  const kv = {
    get: asked,
    async set(_: string, value: string) {
      await asked();
      stored.value ??= value;
    },
  };
  let made = 0;
  return { stored, open: () => createStoreWitness(kv, "key", () => `value ${(made += 1)}`) };
}

const isLost = { name: "StorageError", code: "unavailable", detail: /emptied/ };

test("processes leave one witness, and each is told when the store has lost it, until it is started again", async () => {
  const { stored, open } = oneKey();
  const [one, other] = [open(), open()];
  for (const witness of [one, other, one, other]) await witness.check();
  stored.value = null;
  for (const witness of [one, other]) await assert.rejects(witness.check(), isLost);
  const next = open();
  await next.check();
  for (const witness of [one, other])
    await assert.rejects(witness.check(), isLost, "it is another store now");
  await next.check();
});

test("a store that is away has lost nothing", async () => {
  const { stored, open } = oneKey();
  stored.isAway = true;
  const witness = open();
  await assert.rejects(witness.check(), /away/);
  stored.isAway = false;
  await witness.check();
  stored.isAway = true;
  await assert.rejects(witness.check(), /away/);
  stored.isAway = false;
  await witness.check();
});
