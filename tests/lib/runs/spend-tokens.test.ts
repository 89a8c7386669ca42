import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { createAgentProducers } from "#lib/agents/agent-producers.ts";
import { messageTokens } from "#lib/history/message-tokens.ts";
import type { ModelPart } from "#lib/models/model.ts";
import type { ModelMessage } from "#lib/models/model-message.ts";
import type { RunContext } from "#lib/runs/run-context.ts";
import { startRun } from "#lib/runs/start-run.ts";
import { StorageError } from "#lib/storage/storage-error.ts";
import { question, readLog, runContext, runToEnd } from "../../support/run-bench.ts";
import { finished, type ModelLine, says, scriptedModel } from "../../support/scripted-model.ts";
import { summarizingModel } from "../../support/summarizing-model.ts";
import { waitUntil } from "../../support/wait-until.ts";
import { openSite, sweep } from "./crash-bench.ts";

const usage = (inputTokens: number, outputTokens: number): ModelPart => ({
  type: "usage",
  usage: { inputTokens, outputTokens, source: "provider" },
});
const limits = { tokensPerDay: 1_000_000 };

/** Whether the key has a token left of a day's budget of `tokens`. */
const hasLeft = async ({ storage }: RunContext, tokens: number): Promise<boolean> =>
  (await storage.limits.admit(question("next"), { starts: [], tokens })).kind !== "refused";

async function assertSpent(context: RunContext, tokens: number): Promise<void> {
  await waitUntil(`${tokens} are counted`, async () => !(await hasLeft(context, tokens)));
  assert.equal(await hasLeft(context, tokens + 1), true);
}

test("what the provider reports of a run is counted, in and out", async () => {
  const context = runContext(scriptedModel([...says("five"), usage(10, 3), finished]), { limits });
  await runToEnd(context, question("2+3?"));
  await assertSpent(context, 13);
});

test("several runs are added up", async () => {
  const context = runContext(scriptedModel([...says("five"), usage(10, 3), finished]), { limits });
  for (let count = 0; count < 3; count += 1) await runToEnd(context, question("2+3?"));
  await assertSpent(context, 39);
});

test("without a report it is estimated by what was read and written", async () => {
  const context = runContext(scriptedModel([...says("x".repeat(4000)), finished]), { limits });
  await runToEnd(context, question("y".repeat(4000)));
  await waitUntil("about 2000 are counted", async () => !(await hasLeft(context, 2000)));
  assert.equal(await hasLeft(context, 2200), true);
});

const long = "x".repeat(4000);
const report = (inputTokens: number, outputTokens: number) => [usage(inputTokens, outputTokens)];

/** Each is asked 4000 letters, about 1000 tokens, and answers as many before it goes wrong. */
const unbelievable: [title: string, script: ModelLine[]][] = [
  ["was cut off", says(long)],
  ["failed", [...says(long), new Error("away")]],
  ["was cut off after a report of its first word", [...report(1, 1), ...says(long)]],
  ["failed after a report of nothing", [...report(0, 0), ...says(long), new Error("away")]],
  ["reported 0", [...says(long), ...report(0, 0), finished]],
  ["reported 0 of what it wrote only", [...says(long), ...report(1000, 0), finished]],
  ["reported negative figures", [...says(long), ...report(-1, -5), finished]],
  ["reported figures that cancel out", [...says(long), ...report(-1000, 1000), finished]],
  ["reported fractions", [...says(long), ...report(0.5, 1.5), finished]],
  ["reported no number", [...says(long), ...report(Number.NaN, Number.NaN), finished]],
  ["reported 1e308", [...says(long), ...report(1e308, 1e308), finished]],
  ["reported infinity", [...says(long), ...report(Infinity, Infinity), finished]],
  ["reported 9e15", [...says(long), ...report(9e15, 9e15), finished]],
  ["reported 2 ** 31", [...says(long), ...report(2 ** 31, 2 ** 31), finished]],
  ["reported its source only", [...says(long), { type: "usage", usage: { source: "provider" } }, finished]],
];
for (const [title, script] of unbelievable)
  test(`an answer that ${title} counts by estimate`, async () => {
    const context = runContext(scriptedModel(script), { limits });
    await runToEnd(context, question("y".repeat(4000)));
    await waitUntil("about 2000 are counted", async () => !(await hasLeft(context, 2000)));
    assert.equal(await hasLeft(context, 2200), true);
  });

test("an answer that another process went on with counts by estimate, too: the first request was not reported", async () => {
  const site = openSite();
  const first = site.start(scriptedModel([...says(long), new Promise(() => undefined)]), { limits });
  const run = question("y".repeat(4000));
  await startRun(first.context, run);
  await waitUntil("its words are stored", async () =>
    JSON.stringify(await readLog(site.storage, run.runId)).includes(long),
  );
  await first.context.live.finishOrHandOver(site.clock, 0);
  const next = site.start(scriptedModel([...says("!"), ...report(10, 1), finished]), { limits });
  sweep(next);
  // It was given the question, and what was written, to go on with.
  await waitUntil("about 3000 are counted", async () => !(await hasLeft(next.context, 3000)));
  assert.equal(await hasLeft(next.context, 3300), true);
});

test("of a conversation that is too long, only what its model was sent is counted", async () => {
  const conversationId = randomUUID();
  const model = scriptedModel([...says("five"), finished]);
  const pickProducer = createAgentProducers({
    ...{ agents: [{ name: "assistant", instructions: "Add." }], pickModel: async () => model },
    contextTokens: 4000,
  });
  const context = runContext(model, { pickProducer });
  const ask = (text: string) => question(text, { conversationId });
  for (let n = 0; n < 8; n += 1) await runToEnd(context, ask(`${n} ${"y".repeat(4000)}`));
  await runToEnd({ ...context, limits }, ask("2+3?"));
  const sent = estimatedTokens(model.requests.at(-1)?.request.messages ?? []);
  assert.ok(sent < 3000);
  await waitUntil("what was sent is counted", async () => !(await hasLeft(context, sent)));
  assert.equal(await hasLeft(context, sent + 100), true);
});

test("what a summary was asked with is counted along, where nobody reports anything", async () => {
  const conversationId = randomUUID();
  const model = summarizingModel();
  const pickProducer = createAgentProducers({
    ...{ agents: [{ name: "assistant", instructions: "Add." }], pickModel: async () => model },
    ...{ contextTokens: 4000, summarizes: true },
  });
  const context = runContext(model, { pickProducer });
  const ask = (text: string) => question(text, { conversationId });
  for (let n = 0; n < 2; n += 1) await runToEnd(context, ask(`${n} ${"y".repeat(3300)}`));
  assert.equal(model.summaries.length, 0);
  await runToEnd({ ...context, limits }, ask(`and ${"y".repeat(1000)}`));
  const [asked, summarized] = [model.asked.at(-1), model.summaries[0]?.messages];
  const sent = estimatedTokens(asked ?? []) + estimatedTokens(summarized ?? assert.fail());
  await waitUntil("both are counted", async () => !(await hasLeft(context, Math.floor(sent) - 20)));
  assert.equal(await hasLeft(context, Math.ceil(sent) + 200), true);
});

const estimatedTokens = (messages: readonly ModelMessage[]): number =>
  messages.reduce((sum, message) => sum + 0.75 * messageTokens(message), 0);

test("an answer whose conversation is deleted while it is written counts by estimate", async () => {
  const model = scriptedModel(says(long));
  const context = runContext(model, { limits });
  const { conversations } = context.storage;
  const get: typeof conversations.get = async (...given) =>
    model.requests.length > 0 ? null : conversations.get(...given);
  const storage = { ...context.storage, conversations: { ...conversations, get } };
  await runToEnd({ ...context, storage }, question("y".repeat(4000)));
  await waitUntil("about 2000 are counted", async () => !(await hasLeft(context, 2000)));
});

test("the demo and a server without a budget spend nothing", async () => {
  const script = [...says("five"), usage(10, 3), finished];
  const demo = { ...scriptedModel(script), demo: true };
  for (const context of [runContext(demo, { limits }), runContext(scriptedModel(script))]) {
    await runToEnd(context, question("2+3?"));
    assert.equal(await hasLeft(context, 1), true);
  }
});

test("a store that does not count is a line in the log, and no failure of the run", async () => {
  const lines: Readonly<Record<string, unknown>>[] = [];
  const context = runContext(scriptedModel([...says("five"), usage(10, 3), finished]), {
    limits,
    // It is asked for as long as a lease would wait.
    leaseMs: 250,
    log: (entry) => void lines.push(entry),
  });
  const spend = () => Promise.reject(new StorageError("unavailable", "away"));
  const storage = { ...context.storage, limits: { ...context.storage.limits, spend } };
  const events = await runToEnd({ ...context, storage }, question("2+3?"));
  assert.equal(events.at(-1)?.type, "finish");
  await waitUntil("it is logged", () => lines.length > 0);
  assert.deepEqual(
    lines.map(({ message }) => message),
    ["counting a run's tokens failed"],
  );
});
