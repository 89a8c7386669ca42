import assert from "node:assert/strict";
import { test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { ModelPart } from "#lib/models/model.ts";
import { followRun } from "#lib/runs/follow-run.ts";
import type { RunStore } from "#lib/storage/run-store.ts";
import { createFrameEncoder } from "#lib/wire/frames.ts";
import { eventsOf } from "../../support/api-client.ts";
import { localApi } from "../../support/local-api.ts";
import { question, runContext, runToEnd } from "../../support/run-bench.ts";
import { finished, says, scriptedModel } from "../../support/scripted-model.ts";
import { waitUntil } from "../../support/wait-until.ts";

setFlagsFromString("--expose-gc");
const collectGarbage: () => void = runInNewContext("gc");

async function heap(): Promise<number> {
  for (let round = 0; round < 5; round += 1) {
    collectGarbage();
    await new Promise((resolve) => setImmediate(resolve));
  }
  return process.memoryUsage().heapUsed;
}

test("R36 a run of 10,000 events read again 50 times: each gets exactly the rest, soon, and none leaves memory behind", async () => {
  // Parts that take turns are never merged: three events each.
  const parts = Array.from({ length: 3400 }, (_, at): ModelPart => {
    const delta = `${at} `;
    return at % 2 === 0 ? { type: "text", delta } : { type: "reasoning", delta };
  });
  const context = runContext(scriptedModel([...parts, finished]));
  const run = question("go");
  const log = await runToEnd(context, run);
  assert.ok(log.length >= 10_000, `${log.length} events`);
  const api = localApi(context);
  const resume = async (seq: number) => {
    const begin = performance.now();
    const response = await api(`/api/runs/${run.runId}/events?after=1:${seq}`);
    const rest = [];
    for await (const event of eventsOf(response)) rest.push(event);
    return { rest, ms: performance.now() - begin };
  };
  let read = 0;
  let tookMs = 0;
  let early = 0;
  for (let time = 0; time < 50; time += 1) {
    const seq = (time * 7919) % log.length;
    const { rest, ms } = await resume(seq);
    assert.deepEqual(rest, log.slice(seq));
    read += rest.length;
    tookMs += ms;
    if (time === 9) early = await heap();
  }
  // Ten times what it may take on a machine of one's own.
  assert.ok(tookMs / (read / 1000) < 2000, `${Math.round(tookMs / (read / 1000))} ms per 1,000 events`);
  assert.ok((await heap()) - early < 5_000_000);
});

test("what a reader that stops was given is not held a second time: neither the first read nor a later one", async () => {
  const context = runContext(scriptedModel([...says("one ", "two "), finished]));
  const run = question("go");
  await runToEnd(context, run);
  const { runs } = context.storage;
  const given: WeakRef<object>[] = [];
  const read: RunStore["read"] = async (runId, after, limit) => {
    const found = await runs.read(runId, after, Math.min(limit, 3));
    if (found && !found.gone) given.push(new WeakRef(found.entries));
    return found;
  };
  const storage = { ...context.storage, runs: { ...runs, read } };
  const followed = await followRun(
    { ...context, storage },
    run.runId,
    { seq: 0 },
    createFrameEncoder(run.runId, () => 0.5),
  );
  assert.ok(followed.kind === "stream");
  const chunks = followed.chunks(new AbortController().signal);
  for (const reads of [1, 2]) {
    await chunks.next();
    await waitUntil("its entries are free", () => {
      collectGarbage();
      return given.length === reads && given.every((entries) => entries.deref() === undefined);
    });
  }
  await chunks.return(undefined);
});
