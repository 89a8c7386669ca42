import assert from "node:assert/strict";
import { test } from "node:test";
import { isEnded } from "#lib/protocol/run-status.ts";
import { startRun } from "#lib/runs/start-run.ts";
import { foldAll, question, textOf } from "../../support/run-bench.ts";
import { finished, says, scriptedModel } from "../../support/scripted-model.ts";
import { waitUntil } from "../../support/wait-until.ts";
import { checkedLog, openSite, over, sweep } from "./crash-bench.ts";

/** Goes on in slices until it has ended, with the answers of one model. */
async function inSlices(...scripts: Parameters<typeof scriptedModel>) {
  const site = openSite();
  const run = question("go");
  const model = scriptedModel(...scripts);
  const process = site.start(model, { sliceMs: 20 });
  await (await startRun(process.context, run)).done;
  await waitUntil("the run has ended", async () => {
    sweep(process);
    return isEnded((await site.storage.runs.run(run.runId))?.status ?? "queued");
  });
  return { state: foldAll(await checkedLog(site, run.runId)), asked: model.requests.length };
}

const never = new Promise(() => undefined);

test("an answer that is longer than a slice is handed over as often as it gets on, and finishes", async () => {
  const slices = Array.from({ length: 12 }, (_, at) => [...says(`${at} `), never]);
  const { state, asked } = await inSlices(...slices, [...says("end"), finished]);
  assert.deepEqual([textOf(state), state.ending?.type], ["0 1 2 3 4 5 6 7 8 9 10 11 end", "finish"]);
  assert.equal(asked, 13);
});

test("one that brings nothing new in six attempts is given up in words: no word, or the same beginning each time", async () => {
  const opening = "The river bends because ";
  for (const [script, text] of [
    [[{ type: "reasoning", delta: "hm" }, never], ""],
    [[...says(opening), never], opening],
  ] as const) {
    const { state, asked } = await inSlices([...script]);
    assert.equal(state.ending?.type === "interrupted" && state.ending.reason, "time-limit");
    assert.equal(textOf(state), text);
    assert.ok(asked <= 7, `${asked} requests`);
  }
});

test("a host's time limit hands the run over, and a slice that is long enough finishes it", async () => {
  const site = openSite();
  const run = question("go");
  const model = scriptedModel([...says("one "), new Promise(() => undefined)], [...says("two"), finished]);
  const process = site.start(model, { sliceMs: 30 });
  await (await startRun(process.context, run)).done;
  assert.equal((await site.storage.runs.run(run.runId))?.status, "queued");
  sweep(process);
  await over(site, run.runId);
  assert.equal(textOf(foldAll(await checkedLog(site, run.runId))), "one two");
  assert.equal(model.requests.length, 2);
});
