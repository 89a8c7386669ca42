import assert from "node:assert/strict";
import { after, test } from "node:test";
import { createAgentProducers } from "#lib/agents/agent-producers.ts";
import { defineAgent } from "#lib/agents/define-agent.ts";
import type { Model } from "#lib/models/model.ts";
import type { ModelMessage } from "#lib/models/model-message.ts";
import { codeToolName } from "#lib/protocol/code-call.ts";
import type { ToolPart } from "#lib/protocol/message.ts";
import { decideRun } from "#lib/runs/decide-run.ts";
import { startRun } from "#lib/runs/start-run.ts";
import { createSandboxes } from "#lib/sandbox/create-sandboxes.ts";
import type { Sandbox } from "#lib/sandbox/sandbox.ts";
import type { Tool } from "#lib/tools/tool.ts";
import { redisMissing } from "../../support/redis-server.ts";
import { fixtureOf, rerunDifferences } from "../../support/rerun-differences.ts";
import { foldAll, question, readLog } from "../../support/run-bench.ts";
import { finished, says } from "../../support/scripted-model.ts";
import { scriptedTool } from "../../support/scripted-tools.ts";
import { waitUntil } from "../../support/wait-until.ts";
import { checkedLog, leaseMs, openSite, type Process, type Site, sweep } from "./crash-bench.ts";
import { startRemoteSites } from "./remote-sites.ts";

/** Every cut on every store, if it is set; else some, and fewer on the stores that are far. */
const everyCut = process.env["RIVULET_CUTS"] !== undefined;

/** What chance begins with in its code: of all runs here, so that they come to the same. */
const runId = "5f0c2a4e-7b1d-4c55-9e3a-0123456789ab";

/** Its engine begins in a thread of its own, which takes a while on a busy machine. */
const limitMs = 30_000;

const sandboxes = createSandboxes();
after(sandboxes.close);

/** Of the processes of one cut: a dead one closes none. */
const opened: Sandbox[] = [];
async function openSandbox(...given: Parameters<typeof sandboxes.open>): Promise<Sandbox> {
  const sandbox = await sandboxes.open(...given);
  opened.push(sandbox);
  return sandbox;
}

/** What the model writes, by how much of its code has come to something. */
const steps = [
  'const [one, two] = await Promise.all(["a", "b"].map((name) => look({ name })));\nlet chance = Math.random();\nconsole.log(one, two);',
  "const sum = one + tow;",
  "const sum = await add({ a: one, b: two });\nsum",
  "const saved = await save({ sum });\nfinal_answer(`${saved}: ${sum}, ${chance}`);",
];

/** Asked with an error that is not its own, it writes the same once more. */
const model: Model = {
  id: "coding",
  demo: false,
  async *stream({ messages }) {
    const observations = messages.filter(({ role }) => role === "user").map(writtenText);
    const done = observations.filter((text) => text.startsWith("Observation: ") && isOfCode(text)).length;
    yield* [...says("I go on.\n", `<code>\n${steps[done] ?? "final_answer(0)"}`, "\n</code>"), finished];
  },
};

const writtenText = ({ content }: ModelMessage): string =>
  typeof content === "string" ? content : content.map((part) => ("text" in part ? part.text : "")).join("");

const isOfCode = (text: string): boolean => !text.startsWith("Observation: Error: ") || text.includes("tow");

interface Made {
  looks: string[];
  adds: string[];
  saves: string[];
}

function toolsThat(made: Made): Tool[] {
  const note = (list: string[], toolCallId: string): void => void list.push(toolCallId);
  const look = scriptedTool("look", ({ name }, { toolCallId }) => {
    note(made.looks, toolCallId);
    return name === "a" ? 1 : 2;
  });
  const add = scriptedTool("add", ({ a, b }, { toolCallId }) => {
    note(made.adds, toolCallId);
    return Number(a) + Number(b);
  });
  const save = scriptedTool(
    "save",
    (_, { toolCallId }) => {
      note(made.saves, toolCallId);
      return "saved";
    },
    { effect: "write" },
  );
  return [look, add, save];
}

const agentWith = (tools: readonly Tool[]) =>
  defineAgent({ name: "assistant", instructions: "Add.", tools, writesCode: true });

function startProcess(site: Site, made: Made): Process {
  const agent = agentWith(toolsThat(made));
  const pickProducer = createAgentProducers({
    agents: [agent],
    pickModel: async () => model,
    openSandbox,
    policy: () => "run",
  });
  return site.start(model, { pickProducer });
}

const title =
  "a writer of code cut off after every append: the same answer, and no call that had its result is made again";

test(`SQLite: ${title}`, () => cutAfterEveryAppend(() => openSite(), everyCut ? 1 : 5));

if (redisMissing) test(`Redis: ${title}`, { skip: redisMissing });
else await registerRemote();

async function registerRemote(): Promise<void> {
  const sites = await startRemoteSites();
  after(sites.close);
  const by = everyCut ? 1 : 23;
  test(`Redis by TCP: ${title}`, () => cutAfterEveryAppend(sites.openRedis, by));
  test(`REST: ${title}`, () => cutAfterEveryAppend(sites.openRest, by));
}

/** Of the first run, whichever store it had. */
let whole: string | undefined;

async function cutAfterEveryAppend(open: () => Site, by: number): Promise<void> {
  // First one that nobody cuts.
  for (let cut = -1; ; cut = cut < 0 ? 0 : cut + by) {
    const site = open();
    const made: Made = { looks: [], adds: [], saves: [] };
    const isCut = await cutAfter(site, made, cut);
    const { parts } = foldAll(await checkedLog(site, runId));
    const fixture = await fixtureOf(site.storage, runId);
    assert.deepEqual(
      await rerunDifferences(fixture, { agents: [agentWith(toolsThat(made))] }),
      [],
      `cut ${cut}`,
    );
    const final = parts.at(-1);
    assert.ok(final?.type === "text", `cut ${cut}`);
    whole ??= final.text;
    assert.match(final.text, /^saved: 3, 0\.\d+$/);
    assert.equal(final.text, whole, `cut ${cut}`);
    assert.ok(
      parts.filter(isCodeCall).some(({ errorText }) => errorText?.includes("Line 1: const sum = one + tow;")),
    );
    await site.storage.close();
    await Promise.all(opened.splice(0).map((sandbox) => sandbox.close()));
    if (cut >= 0 && !isCut) break;
  }
}

/** Whether it was cut off before its end; another process has then brought it there. */
async function cutAfter(site: Site, made: Made, cut: number): Promise<boolean> {
  const one = startProcess(site, made);
  if (cut >= 0) one.connection.killAfter(cut);
  await Promise.race([startRun(one.context, question("go", { runId })), dead(one)]);
  await waitUntil("it is dead or rests", async () => one.connection.dead || (await rests(site)), limitMs);
  const isCut = one.connection.dead;
  const had = resultsIn(foldAll(await readLog(site.storage, runId).catch(() => [])).parts);
  const before = { looks: [...made.looks], adds: [...made.adds], saves: [...made.saves] };
  if (isCut) await finishElsewhere(site, made, cut);
  for (const list of ["looks", "adds", "saves"] as const)
    for (const id of had) {
      const times = (ids: readonly string[]) => ids.filter((each) => each === id).length;
      assert.equal(times(made[list]), times(before[list]), `cut ${cut}: ${id}`);
    }
  return isCut;
}

async function finishElsewhere(site: Site, made: Made, cut: number): Promise<void> {
  const saves = [...made.saves];
  site.advance(leaseMs + 1);
  const two = startProcess(site, made);
  sweep(two);
  await waitUntil("it rests", () => rests(site), limitMs);
  // It is not known whether it was made: only a person may have it made once more.
  if ((await statusOf(site)) === "waiting") {
    assert.deepEqual(made.saves, saves);
    await approve(two);
    await waitUntil("it has ended", async () => (await statusOf(site)) === "finished", limitMs);
  } else assert.equal(made.saves.length, 1, `cut ${cut}`);
}

const isCodeCall = (part: { type: string }): part is ToolPart =>
  part.type === "tool" && (part as ToolPart).toolName === codeToolName;

const resultsIn = (parts: readonly { type: string }[]): string[] =>
  parts.flatMap((part) => {
    const call = part as ToolPart;
    return part.type === "tool" && call.endedAt !== undefined ? [call.toolCallId] : [];
  });

function dead({ connection }: Process): Promise<void> {
  return waitUntil("it is dead", () => connection.dead).catch(() => undefined);
}

async function statusOf(site: Site): Promise<string | undefined> {
  return (await site.storage.runs.run(runId))?.status;
}

async function rests(site: Site): Promise<boolean> {
  return ["waiting", "finished"].includes((await statusOf(site)) ?? "");
}

async function approve({ context }: Process): Promise<void> {
  const { parts } = foldAll(await readLog(context.storage, runId));
  const asking = parts.find(
    (part): part is ToolPart => part.type === "tool" && part.state === "approval-requested",
  );
  const { approvalId = "", inputHash = "" } = asking ?? assert.fail("nothing is asked for");
  const decision = { approvalId, approved: true, by: "user" };
  assert.equal((await decideRun(context, { runId, decision, inputHash }))?.kind, "decided");
}
