import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, describe, type TestContext, test } from "node:test";
import type { Storage } from "#lib/storage/storage.ts";
import { holder, newRun } from "../contract/scenario.ts";
import { apiClient } from "../support/api-client.ts";
import type { AppServer } from "../support/app-server.ts";
import { answer, end, word } from "../support/chat-chunks.ts";
import { inOwnNamespace, namespaceMissing } from "../support/namespace.ts";
import { foldAll, readLog, textOf } from "../support/run-bench.ts";
import { gate } from "../support/scripted-model.ts";
import { events, startScriptedModelServer } from "../support/scripted-model-server.ts";
import { runOver, serverSite } from "../support/server-site.ts";
import { waitUntil } from "../support/wait-until.ts";

const model = await startScriptedModelServer();
after(() => model.close());

/** Two containers with one name and one boot, and a store that both have. */
function openHost(t: TestContext, leaseSeconds: number, heartbeatSeconds: number) {
  const env = {
    SWEEP_SECONDS: "0.2",
    LEASE_SECONDS: `${leaseSeconds}`,
    HEARTBEAT_SECONDS: `${heartbeatSeconds}`,
  };
  const site = serverSite(t, model, { env, within: inOwnNamespace, ownGroup: true });
  return { store: site.openStore(), start: () => site.start() };
}

/** A live answer of that server whose first word is stored. */
async function askFor(server: AppServer, store: Storage): Promise<string> {
  const { runId, response } = await (await apiClient(server.url)).ask("go");
  response.body?.cancel().catch(() => undefined);
  await waitUntil("the first word", async () => {
    const log = await readLog(store, runId).catch(() => []);
    return log.length > 0 && textOf(foldAll(log)) === "one ";
  });
  return runId;
}

/** Resolves once the server has looked at every run: last comes one that nobody holds, and is taken over. */
async function swept(server: AppServer, store: Storage): Promise<void> {
  model.next(events(answer("a run that nobody held")));
  // No sweep may see it live, and wait for its holder.
  const claim = { token: randomUUID(), leaseMs: 0, holder: holder(1) };
  const run = newRun();
  await store.runs.createRun(run, claim);
  await runOver(store, run.runId);
  assert.ok(!server.output().includes("failed"), server.output());
}

describe("servers with one host name and boot, each in a PID namespace of its own", {
  skip: namespaceMissing,
}, () => {
  test("leave each other's live runs alone: each is asked for once, finished by who began it", async (t) => {
    const { store, start } = openHost(t, 60, 5);
    const hold = gate();
    const calls = model.requests.length;
    const held = { steps: [{ write: word("one ") }, { until: hold.promise }, { write: word("two") + end }] };
    const a = await start();
    model.next(held);
    const runOfA = await askFor(a, store);
    a.signalGroup("SIGSTOP");
    const b = await start();
    await swept(b, store);
    model.next(held);
    const runOfB = await askFor(b, store);
    b.signalGroup("SIGSTOP");
    a.signalGroup("SIGCONT");
    await swept(a, store);
    b.signalGroup("SIGCONT");
    hold.open();
    for (const runId of [runOfA, runOfB]) {
      await runOver(store, runId);
      const run = await store.runs.run(runId);
      assert.deepEqual([run?.status, run?.epoch, run?.continuations], ["finished", 1, 0]);
      assert.equal(textOf(foldAll(await readLog(store, runId))), "one two");
    }
    const markers = 2;
    assert.equal(model.requests.length - calls, 2 + markers);
    assert.doesNotMatch(a.output() + b.output(), /lease was lost/);
  });

  test("one that was killed is waited for by the other as long as its lease, and then taken over", async (t) => {
    const [leaseMs, heartbeatMs] = [3000, 500];
    const { store, start } = openHost(t, leaseMs / 1000, heartbeatMs / 1000);
    model.next({ steps: [{ write: word("one ") }, { hang: true }] });
    const [a, b] = [await start(), await start()];
    const runId = await askFor(a, store);
    model.next(events(answer("two")));
    const { leaseUntil = 0 } = (await store.runs.run(runId)) ?? {};
    await a.kill();
    await runOver(store, runId);
    assert.ok(Date.now() >= leaseUntil, "not before its lease had lapsed");
    assert.match(b.output(), /took a run over/);
    assert.equal(textOf(foldAll(await readLog(store, runId))), "one two");
  });
});
