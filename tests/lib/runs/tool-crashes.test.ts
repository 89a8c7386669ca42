import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { Agent } from "#lib/agents/agent.ts";
import { createAgentProducers } from "#lib/agents/agent-producers.ts";
import type { Model } from "#lib/models/model.ts";
import type { ToolPart } from "#lib/protocol/message.ts";
import { decideRun } from "#lib/runs/decide-run.ts";
import { startRun } from "#lib/runs/start-run.ts";
import { redisMissing } from "../../support/redis-server.ts";
import { fixtureOf, rerunDifferences } from "../../support/rerun-differences.ts";
import { foldAll, question, readLog } from "../../support/run-bench.ts";
import { callsTools, finished, says } from "../../support/scripted-model.ts";
import { scriptedTool } from "../../support/scripted-tools.ts";
import { waitUntil } from "../../support/wait-until.ts";
import { checkedLog, leaseMs, openSite, type Process, type Site, sweep } from "./crash-bench.ts";
import { startRemoteSites } from "./remote-sites.ts";

/** Calls both tools, and answers once it is sent their results. */
const model: Model = {
  id: "calling",
  demo: false,
  async *stream({ messages }) {
    const hasResults = messages.some(({ role }) => role === "tool");
    yield* hasResults ? [...says("Done."), finished] : callsTools(["r", "read"], ["w", "write"]);
  },
};

const title =
  "its writer cut off after every append of a run that reads and writes: a write that was started is never repeated without a decision, and the run ends";

test(`SQLite: ${title}`, () => cutAfterEveryAppend(() => openSite()));

if (redisMissing) test(`Redis: ${title}`, { skip: redisMissing });
else await registerRemote();

async function registerRemote(): Promise<void> {
  const sites = await startRemoteSites();
  after(sites.close);
  test(`Redis by TCP: ${title}`, () => cutAfterEveryAppend(sites.openRedis));
  test(`REST: ${title}`, () => cutAfterEveryAppend(sites.openRest));
}

/** `writes`: each that was made, by whatever process. */
function agentOf(writes: string[]): Agent {
  const read = scriptedTool("read", () => "read");
  const write = scriptedTool("write", (_, { toolCallId }) => void writes.push(toolCallId), {
    effect: "write",
  });
  return { name: "assistant", instructions: "Call both.", tools: [read, write] };
}

function startProcess(site: Site, writes: string[]): Process {
  const pickProducer = createAgentProducers({
    agents: [agentOf(writes)],
    pickModel: async () => model,
    policy: () => "run",
  });
  return site.start(model, { pickProducer });
}

async function cutAfterEveryAppend(open: () => Site): Promise<void> {
  const outcomes: Outcome[] = [];
  for (let cut = 0; outcomes.at(-1) !== "whole"; cut += 1) {
    const site = open();
    try {
      outcomes.push(await cutAfter(site, cut));
    } finally {
      await site.storage.close();
    }
  }
  assert.ok(outcomes.includes("doubted"), "no cut lay between a write and its result");
}

/** `whole`: the run had ended before the cut. `doubted`: a person was asked whether a write is made again. */
type Outcome = "whole" | "cut" | "doubted";

async function cutAfter(site: Site, cut: number): Promise<Outcome> {
  const writes: string[] = [];
  const one = startProcess(site, writes);
  one.connection.killAfter(cut);
  const run = question("go");
  await Promise.race([startRun(one.context, run), dead(one)]);
  await waitUntil(
    "it is dead or has ended",
    async () => one.connection.dead || (await rests(site, run.runId)),
  );
  if (!one.connection.dead) {
    assert.deepEqual(writes, ["w"]);
    return "whole";
  }
  const made = writes.length;
  site.advance(leaseMs + 1);
  const two = startProcess(site, writes);
  sweep(two);
  await waitUntil("it waits or has ended", () => rests(site, run.runId));
  const isApproved = cut % 2 === 0;
  const isDoubted = (await statusOf(site, run.runId)) === "waiting";
  if (isDoubted) {
    assert.equal(writes.length, made, `cut ${cut}: it is not known whether it was made`);
    await decide(two, run.runId, isApproved);
    await waitUntil("it has ended", async () => (await statusOf(site, run.runId)) === "finished");
    assert.equal(writes.length, made + (isApproved ? 1 : 0), `cut ${cut}`);
  } else assert.equal(writes.length, 1, `cut ${cut}`);
  assert.equal((await checkedLog(site, run.runId)).at(-1)?.type, "finish");
  const fixture = await fixtureOf(site.storage, run.runId);
  assert.deepEqual(await rerunDifferences(fixture, { agents: [agentOf([])] }), [], `cut ${cut}`);
  return isDoubted ? "doubted" : "cut";
}

function dead({ connection }: Process): Promise<void> {
  return waitUntil("it is dead", () => connection.dead).catch(() => undefined);
}

async function statusOf(site: Site, runId: string): Promise<string | undefined> {
  return (await site.storage.runs.run(runId))?.status;
}

/** Nobody goes on with it by itself. */
async function rests(site: Site, runId: string): Promise<boolean> {
  return ["waiting", "finished"].includes((await statusOf(site, runId)) ?? "");
}

/** As the page does that shows what the log asks for. */
async function decide({ context }: Process, runId: string, approved: boolean): Promise<void> {
  const { parts } = foldAll(await readLog(context.storage, runId));
  const call = parts.find(
    (part): part is ToolPart => part.type === "tool" && part.state === "approval-requested",
  );
  const { approvalId = "", inputHash = "" } = call ?? assert.fail("nothing is asked for");
  const decision = { approvalId, approved, by: "user" };
  assert.equal((await decideRun(context, { runId, decision, inputHash }))?.kind, "decided");
}
