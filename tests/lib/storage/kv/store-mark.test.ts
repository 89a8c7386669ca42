import assert from "node:assert/strict";
import { test } from "node:test";
import { createStoreMark } from "#lib/storage/kv/store-mark.ts";

/** A store of one key. */
function oneKey() {
  const line: { value: string | null; isAway: boolean } = { value: null, isAway: false };
  const asked = async () => (line.isAway ? Promise.reject(new Error("away")) : line.value);
  const kv = {
    get: asked,
    async set(_: string, value: string) {
      await asked();
      line.value ??= value;
    },
  };
  let made = 0;
  return { line, open: () => createStoreMark(kv, "mark", () => `mark ${(made += 1)}`) };
}

const isLost = { name: "StorageError", code: "unavailable", detail: /emptied/ };

test("processes leave one mark, and each is told when the store has lost it, until it is started again", async () => {
  const { line, open } = oneKey();
  const [one, other] = [open(), open()];
  for (const mark of [one, other, one, other]) await mark.check();
  line.value = null;
  for (const mark of [one, other]) await assert.rejects(mark.check(), isLost);
  const next = open();
  await next.check();
  for (const mark of [one, other]) await assert.rejects(mark.check(), isLost, "it is another store now");
  await next.check();
});

test("a store that is away has lost nothing", async () => {
  const { line, open } = oneKey();
  line.isAway = true;
  const mark = open();
  await assert.rejects(mark.check(), /away/);
  line.isAway = false;
  await mark.check();
  line.isAway = true;
  await assert.rejects(mark.check(), /away/);
  line.isAway = false;
  await mark.check();
});
