import assert from "node:assert/strict";
import { test } from "node:test";
import { withdrawStart } from "#lib/runs/withdraw-start.ts";
import { openSqlite } from "#lib/storage/sqlite.ts";
import { StorageError } from "#lib/storage/storage-error.ts";
import { question, runContext } from "../../support/run-bench.ts";
import { scriptedModel } from "../../support/scripted-model.ts";

const bounds = { starts: [{ who: "a", max: 1 }] };

test("what was counted of a start that came to nothing is not any more", async () => {
  const context = runContext(scriptedModel());
  const { limits } = context.storage;
  const start = question("hi");
  const admission = await limits.admit(start, bounds);
  assert.ok(admission.kind === "admitted");
  assert.equal((await limits.admit(question("next"), bounds)).kind, "refused");
  await withdrawStart(context, start, { bounds, at: admission.at });
  assert.equal((await limits.admit(question("next"), bounds)).kind, "admitted");
});

test("a store that fails meanwhile hides nothing", async () => {
  const storage = openSqlite({ dir: ":memory:" });
  const withdraw = () => Promise.reject(new StorageError("unavailable", "the store is away"));
  const limits = { ...storage.limits, withdraw };
  const context = runContext(scriptedModel(), { storage: { ...storage, limits } });
  const lines: string[] = [];
  const log = ({ message }: { message: string }) => void lines.push(message);
  await withdrawStart({ ...context, log }, question("hi"), { bounds, at: 0 });
  assert.deepEqual(lines, ["a start stays counted"]);
  await storage.close();
});
