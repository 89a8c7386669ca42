import assert from "node:assert/strict";
import { test } from "node:test";
import { systemClock } from "#lib/runs/clock.ts";
import { findRun } from "#lib/runs/find-run.ts";
import { createLiveRuns, type LiveRuns } from "#lib/runs/live-runs.ts";
import { startRun } from "#lib/runs/start-run.ts";
import { question, readLog, textOf } from "../../support/run-bench.ts";
import { finished, gate, says, scriptedModel } from "../../support/scripted-model.ts";
import { waitUntil } from "../../support/wait-until.ts";
import { checkedLog, openSite, over, sweep } from "./crash-bench.ts";

test("a run that was handed over is left to the next process, whoever asks for it here", async () => {
  const site = openSite();
  const model = scriptedModel([...says("one "), new Promise<void>(() => undefined)]);
  const { context } = site.start(model);
  const run = question("go");
  const { done } = await startRun(context, run);
  await waitUntil("it writes", async () => (await readLog(site.storage, run.runId)).length > 3);
  await context.live.finishOrHandOver(site.clock, 0);
  await done;
  // A page that reconnects, or reads the snapshot, while the process is on its way out.
  for (let again = 0; again < 3; again += 1)
    assert.equal((await findRun(context, run.runId, run.userId))?.status, "queued");
  sweep({ context });
  assert.equal(context.live.size, 0);
  assert.equal(model.requests.length, 1);
  sweep(site.start(scriptedModel([...says("two"), finished])));
  await over(site, run.runId);
  assert.equal(textOf({ parts: await savedParts(site, run) }), "one two");
  await checkedLog(site, run.runId);
  await site.storage.close();
});

const savedParts = async (
  { storage }: ReturnType<typeof openSite>,
  { conversationId, userId, runId }: ReturnType<typeof question>,
) => {
  const saved = await storage.conversations.get(conversationId, userId);
  const answer = saved?.messages.find((each) => each.role === "assistant" && each.runId === runId);
  return answer?.role === "assistant" ? answer.parts : [];
};

test("a run that comes while the others finish ends with them: no effects at the last, then it is handed over", async () => {
  const live = createLiveRuns();
  const told: string[] = [];
  const [graceOver, lastOver] = [gate(), gate()];
  const waits = [graceOver.promise, lastOver.promise];
  const clock = { ...systemClock, sleep: () => waits.shift() ?? assert.fail("it waits once more") };
  addRun(live, "first", told);
  let hasEnded = false;
  const closing = live.finishOrHandOver(clock, 8000).then(() => (hasEnded = true));
  addRun(live, "decided about", told);
  assert.deepEqual([told, live.isClosed], [[], false]);
  graceOver.open();
  await waitUntil("the last time begins", () => told.length === 2);
  addRun(live, "late", told);
  assert.deepEqual(told, ["first: no effects", "decided about: no effects", "late: no effects"]);
  lastOver.open();
  const held = addRun(live, "held", told, gate());
  await waitUntil("all are handed over", () => told.includes("held: handed over"));
  assert.deepEqual([live.isClosed, hasEnded], [true, false]);
  held.open();
  await closing;
  assert.equal(live.size, 0);
});

/** Is done when it is handed over, and `hold` is open. */
function addRun(
  live: LiveRuns,
  runId: string,
  told: string[],
  hold = { open() {}, promise: Promise.resolve() },
) {
  const over = gate();
  live.add(runId, {
    ...{ userId: "somebody", durability: "ok", requestStop: () => assert.fail() },
    startNoEffects: () => void told.push(`${runId}: no effects`),
    handOver() {
      told.push(`${runId}: handed over`);
      over.open();
    },
    done: over.promise.then(() => hold.promise).then(() => live.remove(runId)),
  });
  return hold;
}
