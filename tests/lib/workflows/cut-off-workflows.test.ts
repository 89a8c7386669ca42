import assert from "node:assert/strict";
import { after, test } from "node:test";
import { createAgentProducers } from "#lib/agents/agent-producers.ts";
import { agents } from "#lib/agents/agents.ts";
import type { ToolPart } from "#lib/protocol/message.ts";
import { isEnded } from "#lib/protocol/run-status.ts";
import { decideRun } from "#lib/runs/decide-run.ts";
import { startRun } from "#lib/runs/start-run.ts";
import { workflowWriters } from "#lib/workflows/workflow-writers.ts";
import { workflows } from "#lib/workflows/workflows.ts";
import { documentOf, listedReplies } from "../../support/listed-workflows.ts";
import { redisMissing } from "../../support/redis-server.ts";
import { foldAll, question, readLog } from "../../support/run-bench.ts";
import { waitUntil } from "../../support/wait-until.ts";
import { ofType } from "../../support/workflow-bench.ts";
import { checkedLog, leaseMs, openSite, type Process, type Site, sweep } from "../runs/crash-bench.ts";
import { startRemoteSites } from "../runs/remote-sites.ts";

/** Every cut on every store, if it is set; else some of those on the stores that are far. */
const everyCut = process.env["RIVULET_CUTS"] !== undefined;

const title =
  "a workflow's writer cut off after every append: what was done is not run again, and the result is the same";

test(`SQLite: ${title}`, () => cutBoth(() => openSite(), everyCut ? 1 : 2));

if (redisMissing) test(`Redis: ${title}`, { skip: redisMissing });
else await registerRemote();

async function registerRemote(): Promise<void> {
  const sites = await startRemoteSites();
  after(sites.close);
  const by = everyCut ? 1 : 17;
  test(`Redis by TCP: ${title}`, () => cutBoth(sites.openRedis, by));
  test(`REST: ${title}`, () => cutBoth(sites.openRest, by));
}

async function cutBoth(open: () => Site, by: number): Promise<void> {
  await cutAfterEveryAppend(open, by, "summarise-document", documentOf(2));
  await cutAfterEveryAppend(open, by, "write-with-review", "About rain");
}

async function cutAfterEveryAppend(open: () => Site, by: number, name: string, text: string): Promise<void> {
  let whole: string | undefined;
  // First one that nobody cuts.
  for (let cut = -1; ; cut = cut < 0 ? 0 : cut + by) {
    const site = open();
    const run = { ...question(text), agent: name };
    const one = startProcess(site);
    if (cut >= 0) one.connection.killAfter(cut);
    await Promise.race([startRun(one.context, run), dead(one)]);
    await rest(site, one, run.runId);
    if (one.connection.dead) {
      site.advance(leaseMs + 1);
      const two = startProcess(site);
      sweep(two);
      await rest(site, two, run.runId);
    }
    const events = await checkedLog(site, run.runId);
    const done = ofType(events, "workflow-step").filter(({ state }) => state === "done");
    const ids = done.map(({ instance }) => instance);
    assert.equal(new Set(ids).size, ids.length, `cut ${cut}: each is done once`);
    const { ending, workflow } = foldAll(events);
    const result = JSON.stringify([ending?.type, workflow?.result?.value, ids.toSorted()]);
    whole ??= result;
    assert.equal(result, whole, `cut ${cut}`);
    await site.storage.close();
    if (cut >= 0 && !one.connection.dead) break;
  }
}

function startProcess(site: Site): Process {
  const model = listedReplies();
  const pickProducer = createAgentProducers({
    agents,
    others: workflowWriters(workflows),
    pickModel: async () => model,
  });
  return site.start(model, { pickProducer });
}

/** Until it has ended or its process is dead; a person says yes to whatever it asks. */
async function rest(site: Site, process: Process, runId: string): Promise<void> {
  const runs = async () => {
    const run = await site.storage.runs.run(runId);
    return run && (isEnded(run.status) || run.status === "waiting") ? run : undefined;
  };
  for (;;) {
    await waitUntil("it rests", async () => process.connection.dead || (await runs()) !== undefined);
    const run = process.connection.dead ? undefined : await runs();
    if (run?.status !== "waiting") return;
    const { parts } = foldAll(await readLog(site.storage, runId));
    const part = parts.find(
      (each): each is ToolPart => each.type === "tool" && each.state === "approval-requested",
    );
    const { approvalId = "", inputHash = "" } = part ?? {};
    const decision = { approvalId, approved: true, by: "user", content: { isAccepted: true } };
    await Promise.race([decideRun(process.context, { runId, decision, inputHash }), dead(process)]);
  }
}

function dead({ connection }: Process): Promise<void> {
  return waitUntil("it is dead", () => connection.dead).catch(() => undefined);
}
