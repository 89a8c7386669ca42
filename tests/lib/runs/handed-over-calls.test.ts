import assert from "node:assert/strict";
import { test } from "node:test";
import { createAgentProducers } from "#lib/agents/agent-producers.ts";
import type { Model } from "#lib/models/model.ts";
import { type Clock, systemClock } from "#lib/runs/clock.ts";
import { startRun } from "#lib/runs/start-run.ts";
import { foldAll, question, readLog, textOf } from "../../support/run-bench.ts";
import { callsTools, finished, gate, says } from "../../support/scripted-model.ts";
import { scriptedTool } from "../../support/scripted-tools.ts";
import { waitUntil } from "../../support/wait-until.ts";
import { checkedLog, openSite, type Process, type Site, sweep } from "./crash-bench.ts";

interface Work {
  model: Model;
  /** What a call of `write` waits for. */
  until?: Promise<void>;
}

/** Each call of the tool that was made, by whatever process. */
function startWriting(
  site: Site,
  writes: string[],
  { model, until }: Work,
  options: Parameters<Site["start"]>[1] = {},
): Process {
  const effect = "write";
  const write = scriptedTool("write", async (_, { toolCallId }) => (writes.push(toolCallId), await until), {
    effect,
  });
  const pickProducer = createAgentProducers({
    agents: [{ name: "assistant", instructions: "Write.", tools: [write] }],
    pickModel: async () => model,
    policy: () => "run",
  });
  return site.start(model, { pickProducer, ...options });
}

const callsWrite = (before?: Promise<void>): Model => ({
  id: "calling",
  demo: false,
  async *stream({ messages }) {
    await before;
    yield* messages.some(({ role }) => role === "tool")
      ? [...says("Done."), finished]
      : callsTools(["w", "write"]);
  },
});

const statusOf = async (site: Site, runId: string) => (await site.storage.runs.run(runId))?.status;

async function endsElsewhere(site: Site, runId: string, writes: string[]): Promise<void> {
  sweep(startWriting(site, writes, { model: callsWrite() }));
  await waitUntil("it has ended", async () => (await statusOf(site, runId)) === "finished");
  const state = foldAll(await checkedLog(site, runId));
  assert.equal(textOf(state), "Done.");
  assert.equal(writes.length, 1, "once, and nobody was asked");
}

test("a call with effects that runs when the time of its process is up may end, and nobody is asked what it did", async () => {
  const site = openSite();
  const [writes, hold]: [string[], ReturnType<typeof gate>] = [[], gate()];
  const [sliceMs, timeIsUp] = [60_000, gate()];
  const sleep: Clock["sleep"] = (ms, signal) =>
    ms === sliceMs ? timeIsUp.promise : systemClock.sleep(ms, signal);
  const clock = { ...site.clock, sleep };
  const process = startWriting(
    site,
    writes,
    { model: callsWrite(), until: hold.promise },
    { sliceMs, clock },
  );
  const run = question("go");
  const started = await startRun(process.context, run);
  await waitUntil("it runs", () => writes.length > 0);
  timeIsUp.open();
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(await statusOf(site, run.runId), "running");
  hold.open();
  await started.done;
  await endsElsewhere(site, run.runId, writes);
  await site.storage.close();
});

test("one that takes longer is cut off all the same, and asks", async () => {
  const site = openSite();
  const writes: string[] = [];
  const until = new Promise<void>(() => undefined);
  const process = startWriting(site, writes, { model: callsWrite(), until }, { sliceMs: 20 });
  const run = question("go");
  await (await startRun(process.context, run)).done;
  assert.equal(await statusOf(site, run.runId), "queued");
  sweep(startWriting(site, writes, { model: callsWrite() }));
  await waitUntil("it asks", async () => (await statusOf(site, run.runId)) === "waiting");
  assert.deepEqual(writes, ["w"]);
  await site.storage.close();
});

test("shortly before the end of a process no call with effects starts: the next process makes it", async () => {
  const site = openSite();
  const [writes, answer]: [string[], ReturnType<typeof gate>] = [[], gate()];
  const process = startWriting(site, writes, { model: callsWrite(answer.promise) });
  const run = question("go");
  const { done } = await startRun(process.context, run);
  await waitUntil("its model is asked", async () =>
    (await readLog(site.storage, run.runId)).some(({ type }) => type === "agent-input"),
  );
  process.context.live.get(run.runId)?.startNoEffects();
  answer.open();
  await done;
  assert.deepEqual(writes, []);
  assert.equal(await statusOf(site, run.runId), "queued");
  await endsElsewhere(site, run.runId, writes);
  await site.storage.close();
});
