import assert from "node:assert/strict";
import { test } from "node:test";
import { keepFold, readFold } from "#components/message/tools/kept-folds.ts";

function memoryStorage(): Storage {
  const kept = new Map<string, string>();
  // Cast: the rest is not used.
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  } as unknown as Storage;
}

test("what a person opened or closed is kept, the newest choice counts, and the oldest are forgotten", () => {
  const storage = memoryStorage();
  keepFold(() => storage, "first", true);
  keepFold(() => storage, "first", false);
  assert.equal(
    readFold(() => storage, "first"),
    false,
  );
  for (let n = 0; n < 200; n += 1) keepFold(() => storage, `call ${n}`, true);
  assert.equal(
    readFold(() => storage, "first"),
    undefined,
  );
  assert.equal(
    readFold(() => storage, "call 199"),
    true,
  );
});

test("a browser that refuses, or has something else there, keeps nothing and breaks nothing", () => {
  const refusing = () => {
    throw new DOMException("denied", "SecurityError");
  };
  keepFold(refusing, "a", true);
  assert.equal(readFold(refusing, "a"), undefined);
  const storage = memoryStorage();
  storage.setItem("rivulet-folds", '{"a":1}');
  assert.equal(
    readFold(() => storage, "a"),
    undefined,
  );
});
