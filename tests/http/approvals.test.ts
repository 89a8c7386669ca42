import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { RunEvent } from "#lib/protocol/run-event.ts";
import { type ApiClient, apiClient, collect, eventsOf } from "../support/api-client.ts";
import { type AppServer, startAppServer } from "../support/app-server.ts";
import { answer, done, finish, sse, toolCall } from "../support/chat-chunks.ts";
import {
  events,
  type ScriptedModelServer,
  startScriptedModelServer,
} from "../support/scripted-model-server.ts";
import { waitUntil } from "../support/wait-until.ts";

const dataDir = mkdtempSync(join(tmpdir(), "rivulet-approvals-"));
let model: ScriptedModelServer;
let app: AppServer;

before(async () => {
  model = await startScriptedModelServer();
  model.script(({ body }) =>
    JSON.stringify(body).includes('"role":"tool"') ? events(answer("It is 42.")) : events(calls),
  );
  app = await startHere();
});
after(async () => {
  await app.kill();
  await model.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const calls = sse(toolCall(0, "c", "calculator", '{"expression": "6*7"}'), finish("tool_calls")) + done;

const startHere = (env: Record<string, string> = {}): Promise<AppServer> =>
  startAppServer({
    dataDir,
    env: {
      OPENAI_BASE_URL: model.url,
      OPENAI_MODEL: "scripted",
      TOOL_APPROVALS: '{"calculator": "ask"}',
      SWEEP_SECONDS: "0.5",
      ...env,
    },
  });

type Request = Extract<RunEvent, { type: "tool-approval-request" }>;

/** What the run asks for, once it waits; its log so far is read as a page that is opened anew does. */
async function askedBy(user: ApiClient, runId: string): Promise<Request> {
  await waitUntil("it waits", async () => {
    const run = await (await user.request(`/api/runs/${runId}`)).json();
    return run.status === "waiting";
  });
  for await (const event of eventsOf(await user.request(`/api/runs/${runId}/events`)))
    if (event.type === "tool-approval-request") return event;
  return assert.fail("nothing is asked for");
}

test("3.4 a run that waits outlives kill -9 and a restart; fifty decisions of two tabs run its call once, and both see it", async () => {
  const first = await apiClient(app.url);
  const { runId, response } = await first.ask("what is 6*7?");
  const { approvalId, inputHash } = await askedBy(first, runId);
  await response.body?.cancel();
  await app.kill();
  app = await startHere();
  const [one, two] = [await apiClient(app.url, first.cookie), await apiClient(app.url, first.cookie)];
  assert.equal((await (await one.request(`/api/runs/${runId}`)).json()).status, "waiting");
  const seen = [one, two].map(async (tab) =>
    collect(eventsOf(await tab.request(`/api/runs/${runId}/events`))),
  );
  const decide = (tab: ApiClient, body: object) =>
    tab.post(`/api/runs/${runId}/approvals/${encodeURIComponent(approvalId)}`, body);
  assert.equal((await decide(one, { approved: true, inputHash: "another" })).status, 409);
  const decisions = Array.from({ length: 50 }, (_, index) =>
    decide(index % 2 ? one : two, { approved: true, inputHash }),
  );
  const statuses = (await Promise.all(decisions)).map(({ status }) => status);
  assert.deepEqual(new Set(statuses), new Set([200]));
  const [log, other] = await Promise.all(seen);
  assert.deepEqual(log, other);
  const types = (log ?? []).map(({ type }) => type);
  for (const type of ["tool-approval-response", "tool-start", "tool-output-available", "finish"] as const)
    assert.equal(types.filter((each) => each === type).length, 1, type);
  const denied = await decide(two, { approved: false, inputHash });
  assert.deepEqual([denied.status, (await denied.json()).code], [409, "already_decided"]);
});

test("3.4 why a call was denied goes to the model, and nothing of it runs", async () => {
  const user = await apiClient(app.url);
  const { runId, response } = await user.ask("what is 6*7?");
  const all = collect(eventsOf(response));
  const { approvalId, inputHash } = await askedBy(user, runId);
  const body = { approved: false, inputHash, reason: "by heart, please" };
  await user.post(`/api/runs/${runId}/approvals/${encodeURIComponent(approvalId)}`, body);
  const types = (await all).map(({ type }) => type);
  assert.ok(types.includes("tool-output-denied") && types.includes("finish"));
  assert.ok(!types.includes("tool-start"));
  assert.match(JSON.stringify(model.requests.at(-1)?.body), /by heart, please/);
});

test("R13 a question that nobody answers ends its run in words, after a restart too, and the answer can be continued", async () => {
  const user = await apiClient(app.url);
  const { runId, conversationId, response } = await user.ask("what is 6*7?");
  const { approvalId, inputHash } = await askedBy(user, runId);
  await response.body?.cancel();
  await app.kill();
  app = await startHere({ APPROVAL_HOURS: "0.0003" });
  const back = await apiClient(app.url, user.cookie);
  const log = await collect(eventsOf(await back.request(`/api/runs/${runId}/events`)));
  const end = log.at(-1);
  assert.deepEqual(end?.type === "abort" && [end.by, end.reason], ["server", "expired"]);
  const late = { approved: true, inputHash };
  const decided = await back.post(`/api/runs/${runId}/approvals/${encodeURIComponent(approvalId)}`, late);
  assert.deepEqual([decided.status, (await decided.json()).code], [409, "run_over"]);
  const next = { runId: randomUUID(), continue: runId };
  const continued = await back.post(`/api/conversations/${conversationId}/runs`, next);
  const types = (await collect(eventsOf(continued))).map(({ type }) => type);
  assert.equal(types.at(-1), "finish");
});
