import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { codeHeading } from "#lib/models/code/code-prompt.ts";
import type { ToolPart } from "#lib/protocol/message.ts";
import type { RunEvent } from "#lib/protocol/run-event.ts";
import { type ApiClient, apiClient, eventsOf } from "../support/api-client.ts";
import { type AppServer, startAppServer } from "../support/app-server.ts";
import { done, finish, sse, textChunks, toolCall } from "../support/chat-chunks.ts";
import { type KvRestBridge, startKvRestBridge } from "../support/kv-rest-bridge.ts";
import { type McpHttpServer, startMcpServer } from "../support/mcp-http-server.ts";
import { type RedisServer, startRedisServer } from "../support/redis-server.ts";
import { foldAll, textOf } from "../support/run-bench.ts";
import {
  type RecordedRequest,
  type Script,
  type ScriptedModelServer,
  startScriptedModelServer,
} from "../support/scripted-model-server.ts";
import { untilListed } from "../support/until-listed.ts";

const dataDir = mkdtempSync(join(tmpdir(), "rivulet-killed-calls-"));
let model: ScriptedModelServer;
let tools: McpHttpServer;
/** Lives on, and takes over what the killed one leaves. */
let survivor: AppServer;
/** The next to be killed. */
let victim: Promise<AppServer>;

/** The server is killed when so many events were read: before, in and after each call, and in the answer. */
const moments = [11, 12, 5, 13, 3, 10, 9, 14, 17, 1, 7, 18].slice(
  0,
  Number(process.env.RIVULET_KILLED_CALLS ?? 3),
);

/** What the servers share in place of a file, if it is set: `redis`, or `rest` for the REST form of a KV. */
const { RIVULET_KILLED_STORE: store } = process.env;
let redis: RedisServer | undefined;
let bridge: KvRestBridge | undefined;

before(async () => {
  redis = store === undefined ? undefined : await startRedisServer();
  bridge = redis && store === "rest" ? await startKvRestBridge({ redisUrl: redis.url }) : undefined;
  [model, tools] = await Promise.all([startScriptedModelServer(), startMcpServer("modern")]);
  model.script(answerTo);
  victim = startHere();
  [survivor] = await Promise.all([startHere(), victim]);
});
after(async () => {
  await (await victim).kill();
  await survivor.kill();
  await Promise.all([model.close(), tools.close(), bridge?.close()]);
  await redis?.close();
  rmSync(dataDir, { recursive: true, force: true });
});

/** `slow` has effects, and may run unasked: what asks about it is that it may have run. */
const startHere = (): Promise<AppServer> =>
  startAppServer({
    dataDir,
    env: {
      OPENAI_BASE_URL: model.url,
      OPENAI_MODEL: "scripted",
      ...(redis && { SESSION_SECRET: "killed ".repeat(5) }),
      ...(bridge
        ? { KV_REST_API_URL: bridge.url, KV_REST_API_TOKEN: bridge.token }
        : redis && { REDIS_URL: redis.url }),
      MCP_SERVERS: JSON.stringify([
        { name: "web", url: tools.url, effects: { echo: "read", slow: "write" } },
        { name: "other", url: tools.url },
      ]),
      TOOL_APPROVALS: '{"write": "allow"}',
      SWEEP_SECONDS: "0.2",
      CODE: "on",
    },
  });

/** A call that reads and one that writes at once, then an answer; all in pieces. */
function answerTo({ body }: RecordedRequest): Script {
  const text = JSON.stringify(body);
  if (text.includes(codeHeading)) return codeFor(text);
  const hasResults = text.includes('"role":"tool"');
  const calls = text.includes("decide") ? askedCalls : readAndWrite;
  const pieces = hasResults ? ["it ", "is ", "so"].map((each) => textChunks(each)) : calls;
  const steps = pieces.flatMap((piece) => [{ write: sse(piece) }, { wait: 15 }]);
  return { steps: [...steps, { write: sse(finish(hasResults ? "stop" : "tool_calls")) + done }] };
}

const readAndWrite = [
  toolCall(0, "read", "web__echo", '{"text": ', '"one"}'),
  toolCall(1, "write", "web__slow", '{"ms": ', "250}"),
];

/** What becomes of each is in its words; all but the last go outside, and are asked about. */
const askedCalls = ["other__echo yes", "other__echo no", "other__echo also", "web__echo read"].map(
  (each, at) => {
    const [name = "", text] = each.split(" ");
    return toolCall(at, `c${at}`, name, JSON.stringify({ text }));
  },
);

test("5.3 kill -9 at any moment of a run with calls: what reads runs again, what had effects is not repeated without a decision, and the run ends", async () => {
  const seen: string[] = [];
  for (const [nth, moment] of moments.entries()) {
    const killed = await victim;
    // Starts while the others are busy.
    if (nth + 1 < moments.length) victim = startHere();
    seen.push(await killedAt(killed, moment, nth % 2 === 0));
  }
  console.log(seen.join("\n"));
});

/**
 * How many decisions come before the one at which the server is killed: once that is recorded, or where there
 * is a half while it is on its way.
 */
const decided = [0.5, 1, 0, 1.5, 2, 2.5, 3, 3, 0.5, 1.5, 2.5, 0].slice(
  0,
  Number(process.env.RIVULET_KILLED_DECISIONS ?? 1),
);

test("5.3 kill -9 among mixed decisions: what was approved is made, what was denied never is, none without a word, and the run ends", async () => {
  for (const count of decided) await decidedAround(await startHere(), count);
});

async function decidedAround(killed: AppServer, count: number): Promise<void> {
  const called = tools.world.calls.length;
  const asker = await apiClient(killed.url);
  for (const { url } of [killed, survivor]) await untilListed(await apiClient(url));
  const { runId } = await asker.ask("decide");
  const other = await apiClient(survivor.url, asker.cookie);
  const approvals = new Map<string, number>();
  let made = 0;
  let isKilled = false;
  const log: RunEvent[] = [];
  for await (const event of eventsOf(await other.request(`/api/runs/${runId}/events`))) {
    log.push(event);
    if (event.type !== "tool-approval-request") continue;
    const { approvalId, inputHash, toolCallId } = event;
    // The second call is denied, whatever is asked of it.
    const approved = !toolCallId.startsWith("c1");
    const path = `/api/runs/${runId}/approvals/${encodeURIComponent(approvalId)}`;
    const decide = (client: ApiClient) => client.post(path, { approved, inputHash });
    const isLast = !isKilled && made + 1 > count;
    // Sent to the one that dies, and again to the other: it counts once.
    const first = isKilled ? undefined : decide(asker).catch(() => undefined);
    if (isLast) {
      isKilled = true;
      if (Number.isInteger(count)) await first;
      await killed.kill();
    }
    await first;
    assert.equal((await decide(other)).status, 200);
    made += 1;
    if (approved) approvals.set(toolCallId, (approvals.get(toolCallId) ?? 0) + 1);
  }
  if (!isKilled) await killed.kill();
  assert.equal(log.at(-1)?.type, "finish");
  const calls = tools.world.calls.slice(called);
  const times = (text: string) => calls.filter((each) => each === `echo ${text}`).length;
  const title = `killed at ${count} decisions: ${calls.join(", ")}`;
  assert.equal(times("no"), 0, title);
  assert.ok(times("read") >= 1, title);
  for (const [toolCallId, text] of [
    ["c0", "yes"],
    ["c2", "also"],
  ] as const)
    assert.ok(times(text) >= 1 && times(text) <= (approvals.get(toolCallId) ?? 0), title);
}

/** What was done in all, and what was asked. */
async function killedAt(killed: AppServer, moment: number, approved: boolean): Promise<string> {
  const called = tools.world.calls.length;
  const asker = await apiClient(killed.url);
  for (const { url } of [killed, survivor]) await untilListed(await apiClient(url));
  const { runId, response } = await asker.ask("q");
  for await (const { seq } of eventsOf(response)) if (seq >= moment) break;
  await killed.kill();
  const log = await followed(await apiClient(survivor.url, asker.cookie), runId, approved);
  const isAsked = log.some(({ type }) => type === "tool-approval-request");
  const calls = tools.world.calls.slice(called);
  const [reads = 0, writes = 0] = ["echo one", "slow began"].map(
    (name) => calls.filter((call) => call === name).length,
  );
  const failed = log.flatMap((event) => (event.type === "tool-output-error" ? [event.errorText] : []));
  const title = [`killed after ${moment} events: ${reads} reads, ${writes} writes`, ...failed].join(", ");
  assert.ok(reads >= 1, title);
  if (isAsked) assert.ok(writes <= (approved ? 2 : 1), title);
  else assert.equal(writes, 1, title);
  assertDecided(log, title);
  return `${title}${isAsked ? `, asked and ${approved ? "approved" : "denied"}` : ""}`;
}

/** What its model writes, by how much of it has come to something. */
const pieces = [
  'const [one, two] = await Promise.all(["1", "2"].map((text) => web__echo({ text })));\nlet chance = Math.random();\nconsole.log(chance);',
  "let both = one + two;\nnope;",
  "const three = await web__echo({ text: both });\nthree.length",
  "final_answer([one, two, three, chance].join());",
];

/** Asked with an error that is not its own, it writes the same once more. */
function codeFor(asked: string): Script {
  // Cast: what the product sends to an endpoint of this wire.
  const { messages } = JSON.parse(asked) as { messages: { role: string; content: unknown }[] };
  const observed = messages
    .map(({ role, content }) => `${role} ${JSON.stringify(content)}`)
    .filter((text) => /^user .{0,40}Observation: /.test(text))
    .filter((text) => !text.includes("Observation: Error: ") || text.includes("nope"));
  const code = pieces[observed.length] ?? "final_answer(0);";
  const words = `I go on.\n<code>\n${code}\n</code>`.match(/[\s\S]{1,12}/g) ?? [];
  const steps = words.flatMap((each) => [{ write: sse(textChunks(each)) }, { wait: 10 }]);
  return { steps: [...steps, { write: sse(finish("stop")) + done }] };
}

/** Code runs, calls, fails or is written when the server is killed. */
const codeMoments = [20, 38, 9, 60, 14, 26, 32, 45, 51, 66, 72, 4].slice(
  0,
  Number(process.env.RIVULET_KILLED_CODE ?? 1),
);

test("5.3 kill -9 at any moment of a run of an agent that writes code: what its code had set is there again, no call that had its result is made again, and the answer is the same", async () => {
  const seen: string[] = [];
  for (const moment of codeMoments) seen.push(await killedInCode(await startHere(), moment));
  console.log(seen.join("\n"));
});

async function killedInCode(killed: AppServer, moment: number): Promise<string> {
  const called = tools.world.calls.length;
  const asker = await apiClient(killed.url);
  for (const { url } of [killed, survivor]) await untilListed(await apiClient(url));
  const runId = randomUUID();
  const ask = { runId, agent: "code", message: { text: "count" } };
  const response = await asker.post(`/api/conversations/${randomUUID()}/runs`, ask);
  const before: RunEvent[] = [];
  for await (const event of eventsOf(response)) if (before.push(event) >= moment) break;
  await killed.kill();
  const log = await followed(await apiClient(survivor.url, asker.cookie), runId, true);
  const title = `killed after ${moment} events of ${log.length}, ${before.at(-1)?.type}`;
  const made = tools.world.calls.slice(called);
  assert.equal(log.at(-1)?.type, "finish", title);
  const state = foldAll(log);
  const calls = state.parts.filter((part): part is ToolPart => part.type === "tool");
  const code = calls.filter(({ parentToolCallId }) => parentToolCallId === undefined);
  const [chance = ""] = code.flatMap(({ output }) => /0\.\d+/.exec(JSON.stringify(output) ?? "") ?? []);
  const came = calls.map(({ toolCallId, output, errorText }) => [toolCallId, output ?? errorText]);
  assert.ok(textOf(state).endsWith(`1,2,12,${chance}`), `${title}: ${JSON.stringify(came)}`);
  assert.ok(
    code.some(({ errorText }) => errorText?.includes("Line 2: nope;")),
    title,
  );
  const had = foldAll(before).parts.flatMap((part) =>
    part.type === "tool" && part.state === "output-available" ? [part.toolCallId] : [],
  );
  for (const { toolCallId, toolName, input, attempt = 0 } of calls) {
    if (toolName !== "web__echo") continue;
    // Cast: as the code calls it.
    const times = made.filter((each) => each === `echo ${(input as { text: string }).text}`).length;
    const max = had.includes(toolCallId) ? 1 : attempt;
    assert.ok(times >= 1 && times <= max, `${title}: ${toolCallId} was made ${times} times`);
  }
  return `${title}: ${made.length} calls made, epochs up to ${Math.max(...log.map(({ epoch }) => epoch))}`;
}

/** The log to its end. What it asks for is decided as it comes. */
async function followed(client: ApiClient, runId: string, approved: boolean): Promise<RunEvent[]> {
  const log: RunEvent[] = [];
  for await (const event of eventsOf(await client.request(`/api/runs/${runId}/events`))) {
    log.push(event);
    if (event.type !== "tool-approval-request") continue;
    const path = `/api/runs/${runId}/approvals/${encodeURIComponent(event.approvalId)}`;
    assert.equal((await client.post(path, { approved, inputHash: event.inputHash })).status, 200);
  }
  return log;
}

/** No call with effects starts once more but after an approval, and nothing else is asked about. */
function assertDecided(log: readonly RunEvent[], title: string): void {
  const writes = new Set(
    log.flatMap((event) =>
      event.type === "tool-input-start" && event.toolName === "web__slow" ? [event.toolCallId] : [],
    ),
  );
  let mayStart = true;
  for (const event of log) {
    if (event.type === "tool-approval-request") assert.ok(writes.has(event.toolCallId), title);
    if (event.type === "tool-approval-response") mayStart = event.approved;
    if (event.type !== "tool-start" || !writes.has(event.toolCallId)) continue;
    assert.ok(mayStart, title);
    mayStart = false;
  }
  assert.equal(log.at(-1)?.type, "finish", title);
}
