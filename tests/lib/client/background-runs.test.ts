import assert from "node:assert/strict";
import { test } from "node:test";
import { createBackgroundRuns } from "#lib/client/background-runs.ts";
import type { LiveRunView } from "#lib/protocol/live-run-view.ts";

const run = (conversationId: string, message: string): LiveRunView => ({
  ...{ runId: `run-${conversationId}`, conversationId, title: "T", agent: "a" },
  ...{ status: "running", createdAt: 0, progress: { message, at: 0 } },
});

test("who subscribes is called when something has changed, and only then", () => {
  const background = createBackgroundRuns();
  let calls = 0;
  const unsubscribe = background.subscribe(() => (calls += 1));
  background.set([]);
  assert.equal(calls, 0);
  background.set([run("a", "1"), run("b", "1")]);
  const state = background.getState();
  assert.deepEqual([...state.keys()], ["a", "b"]);
  background.set([run("a", "1"), run("b", "1")]);
  assert.equal(background.getState(), state, "the same is the same object");
  background.set([run("a", "2")]);
  assert.deepEqual([calls, background.getState().get("a")?.progress?.message], [2, "2"]);
  unsubscribe();
  background.set([]);
  assert.equal(calls, 2);
});
