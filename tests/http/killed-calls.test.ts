import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { RunEvent } from "#lib/protocol/run-event.ts";
import { type ApiClient, apiClient, eventsOf } from "../support/api-client.ts";
import { type AppServer, startAppServer } from "../support/app-server.ts";
import { done, finish, sse, textChunks, toolCall } from "../support/chat-chunks.ts";
import { type McpHttpServer, startMcpServer } from "../support/mcp-http-server.ts";
import { type RedisServer, startRedisServer } from "../support/redis-server.ts";
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

/** Set to have the servers share a Redis in place of a file. */
const onRedis = process.env.RIVULET_KILLED_STORE === "redis";
let redis: RedisServer | undefined;

before(async () => {
  redis = onRedis ? await startRedisServer() : undefined;
  [model, tools] = await Promise.all([startScriptedModelServer(), startMcpServer("modern")]);
  model.script(answerTo);
  victim = startHere();
  [survivor] = await Promise.all([startHere(), victim]);
});
after(async () => {
  await (await victim).kill();
  await survivor.kill();
  await Promise.all([model.close(), tools.close(), redis?.close()]);
  rmSync(dataDir, { recursive: true, force: true });
});

/** `slow` has effects, and may run unasked: what asks about it is that it may have run. */
const startHere = (): Promise<AppServer> =>
  startAppServer({
    dataDir,
    env: {
      OPENAI_BASE_URL: model.url,
      OPENAI_MODEL: "scripted",
      ...(redis && { REDIS_URL: redis.url, SESSION_SECRET: "killed ".repeat(5) }),
      MCP_SERVERS: JSON.stringify([
        { name: "web", url: tools.url, effects: { echo: "read", slow: "write" } },
        { name: "other", url: tools.url },
      ]),
      TOOL_APPROVALS: '{"write": "allow"}',
      SWEEP_SECONDS: "0.2",
    },
  });

/** A call that reads and one that writes at once, then an answer; all in pieces. */
function answerTo({ body }: RecordedRequest): Script {
  const text = JSON.stringify(body);
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
