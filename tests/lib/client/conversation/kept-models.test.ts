import assert from "node:assert/strict";
import { test } from "node:test";
import {
  keepModel,
  keepPreferredModel,
  readModels,
  readPreferredModel,
} from "#lib/client/conversation/kept-models.ts";

function fakeStorage(initial?: string) {
  const values = new Map<string, string>(initial === undefined ? [] : [["rivulet-models", initial]]);
  const storage = {
    getItem: (key: string) => values.get(key) ?? null,
    setItem: (key: string, value: string) => void values.set(key, value),
  };
  // Cast: what is used of it.
  return () => storage as unknown as Storage;
}

test("what is chosen in a conversation and for all others is read again, and dropped", () => {
  const storage = fakeStorage();
  keepModel(storage, "c", "a");
  keepPreferredModel(storage, "b");
  assert.deepEqual(readModels(storage, "c"), { chosen: "a", preferred: "b" });
  assert.deepEqual(readModels(storage, "d"), { preferred: "b" });
  keepModel(storage, "c", undefined);
  keepPreferredModel(storage, undefined);
  assert.deepEqual([readModels(storage, "c"), readPreferredModel(storage)], [{}, undefined]);
});

test("fifty conversations are kept, the newest, and the usual model beside them", () => {
  const storage = fakeStorage();
  keepPreferredModel(storage, "usual");
  for (let n = 0; n < 60; n += 1) keepModel(storage, `c${n}`, "a");
  assert.deepEqual(readModels(storage, "c9"), { preferred: "usual" });
  assert.deepEqual(readModels(storage, "c10"), { chosen: "a", preferred: "usual" });
});

test("a browser that refuses, or holds something else there, has no choice", () => {
  const refuses = () => {
    throw new Error("denied");
  };
  keepModel(refuses, "c", "a");
  assert.deepEqual(readModels(refuses, "c"), {});
  for (const odd of ["", "{", "{}", "[1,[2,3],null]"])
    assert.deepEqual(readModels(fakeStorage(odd), "c"), {});
});
