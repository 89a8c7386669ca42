import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { RunEvent } from "#lib/protocol/run-event.ts";
import { type ApiClient, apiClient, eventsOf } from "../support/api-client.ts";
import { type AppServer, startAppServer } from "../support/app-server.ts";
import { done, finish, sse, textChunks } from "../support/chat-chunks.ts";
import { documentOf } from "../support/listed-workflows.ts";
import { type RedisServer, startRedisServer } from "../support/redis-server.ts";
import {
  type RecordedRequest,
  type Script,
  type ScriptedModelServer,
  startScriptedModelServer,
} from "../support/scripted-model-server.ts";
import { untilListed } from "../support/until-listed.ts";
import { ofType } from "../support/workflow-bench.ts";

const dataDir = mkdtempSync(join(tmpdir(), "rivulet-killed-workflows-"));
let model: ScriptedModelServer;
/** Lives on, and takes over what the killed one leaves. */
let survivor: AppServer;
/** The next to be killed. */
let victim: Promise<AppServer>;

/** The server is killed when so many events were read. */
const moments = [14, 31, 3, 25, 6, 40, 9, 19, 22, 28, 34, 37].slice(
  0,
  Number(process.env["RIVULET_KILLED_WORKFLOWS"] ?? 1),
);

/** Set to have the servers share a Redis in place of a file. */
const onRedis = process.env["RIVULET_KILLED_STORE"] === "redis";
let redis: RedisServer | undefined;

before(async () => {
  redis = onRedis ? await startRedisServer() : undefined;
  model = await startScriptedModelServer();
  model.script(answerTo);
  victim = startHere();
  [survivor] = await Promise.all([startHere(), victim]);
});
after(async () => {
  await (await victim).kill();
  await survivor.kill();
  await Promise.all([model.close(), redis?.close()]);
  rmSync(dataDir, { recursive: true, force: true });
});

const startHere = (): Promise<AppServer> =>
  startAppServer({
    dataDir,
    env: {
      ...{ OPENAI_BASE_URL: model.url, OPENAI_MODEL: "scripted", SWEEP_SECONDS: "0.2" },
      ...(redis && { REDIS_URL: redis.url, SESSION_SECRET: "killed ".repeat(5) }),
    },
  });

/** What each agent of the listed workflows says, in pieces. */
function answerTo({ body }: RecordedRequest): Script {
  const asked = JSON.stringify(body);
  const text = asked.includes("You judge a draft") ? '{"isAccepted": true, "notes": ""}' : "It is so.";
  const steps = text.split(/(?<= )/).flatMap((piece) => [{ write: sse(textChunks(piece)) }, { wait: 10 }]);
  return { steps: [...steps, { write: sse(finish("stop")) + done }] };
}

test("5.3 kill -9 at any moment of both workflows: no step that is done runs again, and each run ends with its result", async () => {
  for (const [nth, moment] of moments.entries()) {
    const killed = await victim;
    // Starts while the others are busy.
    if (nth + 1 < moments.length) victim = startHere();
    await killedAt(killed, moment);
  }
});

const bodies = [
  { workflow: "summarise-document", input: { document: documentOf(4) } },
  { workflow: "write-with-review", input: "About rain." },
];

const instancesOf = [
  ["split/1", ...[1, 2, 3, 4].flatMap((n) => [`summarise/${n}`, `check/${n}`, `join/${n}`])],
  ["write/1", "judge/1", "ask/1"],
];

async function killedAt(killed: AppServer, moment: number): Promise<void> {
  const asker = await apiClient(killed.url);
  for (const { url } of [killed, survivor]) await untilListed(await apiClient(url));
  const runIds = bodies.map(() => randomUUID());
  const reached = bodies.map(async (body, at) => {
    const path = `/api/conversations/${randomUUID()}/runs`;
    const response = await asker.post(path, { runId: runIds[at], ...body });
    assert.equal(response.status, 200);
    for await (const event of eventsOf(response)) if (event.seq >= moment) break;
  });
  // One of them may wait for a person before that.
  await Promise.race(reached);
  await killed.kill();
  await Promise.allSettled(reached);
  const client = await apiClient(survivor.url, asker.cookie);
  const logs = await Promise.all(runIds.map((runId) => followed(client, runId)));
  for (const [at, log] of logs.entries()) {
    const ends = ofType(log, "workflow-step").filter(({ state }) => state === "done");
    const instances = ends.map(({ instance }) => instance).toSorted();
    assert.deepEqual(instances, instancesOf[at]?.toSorted(), `killed after ${moment} events`);
    assert.equal(log.at(-1)?.type, "finish");
  }
}

/** The log to its end; a person accepts the draft. */
async function followed(client: ApiClient, runId: string): Promise<RunEvent[]> {
  const log: RunEvent[] = [];
  for (let isEnded = false; !isEnded; ) {
    const after = log.at(-1)?.seq ?? 0;
    const response = await client.request(`/api/runs/${runId}/events?after=${after}`);
    for await (const event of eventsOf(response)) {
      log.push(event);
      if (event.type === "tool-approval-request")
        await client.post(`/api/runs/${runId}/approvals/${encodeURIComponent(event.approvalId)}`, {
          ...{ approved: true, inputHash: event.inputHash, content: { isAccepted: true } },
        });
    }
    isEnded = ["finish", "abort", "error", "interrupted"].includes(log.at(-1)?.type ?? "");
  }
  return log;
}

test("3.1 a body that names an agent as its workflow, or a workflow that there is not, is refused", async () => {
  const asker = await apiClient(survivor.url);
  for (const workflow of ["assistant", "nothing"]) {
    const body = { runId: randomUUID(), workflow, input: "x" };
    const response = await asker.post(`/api/conversations/${randomUUID()}/runs`, body);
    assert.equal(response.status, 400);
    // Cast: a problem's.
    assert.equal(((await response.json()) as { field: string }).field, "workflow");
  }
});
