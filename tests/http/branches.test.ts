import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, test } from "node:test";
import { pickBy } from "#lib/protocol/choices.ts";
import type { ConversationView } from "#lib/protocol/conversation-view.ts";
import { shownPath } from "#lib/protocol/shown-path.ts";
import { type ApiClient, apiClient, foldOf } from "../support/api-client.ts";
import { answer, end, word } from "../support/chat-chunks.ts";
import { textOf } from "../support/run-bench.ts";
import { events, startScriptedModelServer } from "../support/scripted-model-server.ts";
import { runOver, serverSite } from "../support/server-site.ts";
import { waitUntil } from "../support/wait-until.ts";

const model = await startScriptedModelServer();
after(() => model.close());

/** What every page shows. */
async function read(client: ApiClient, conversationId: string) {
  const response = await client.request(`/api/conversations/${conversationId}`);
  const view: ConversationView = await response.json();
  const path = shownPath(view.messages, pickBy(view.choices ?? {}));
  const texts = path.map((each) => (each.role === "user" ? each.text : textOf(each)));
  return { ...view, path, texts };
}

test("kill -9 in the middle of an edit, and right after a version is chosen: both are kept, and nothing is asked twice", async (t) => {
  const env = { LEASE_SECONDS: "1", HEARTBEAT_SECONDS: "0.3", SWEEP_SECONDS: "0.2" };
  const { start, openStore } = serverSite(t, model, { env });
  const store = openStore();
  const first = await start();
  const client = await apiClient(first.url);
  model.next(events(answer("good")));
  const { conversationId, response } = await client.ask("q");
  await foldOf(response);
  const before = await read(client, conversationId);
  const body = {
    ...{ runId: randomUUID(), message: { text: "edited" } },
    ...{ parentMessageId: null, seen: before.path.at(-1)?.id ?? null },
  };
  const post = (asker: ApiClient) => asker.post(`/api/conversations/${conversationId}/runs`, body);
  model.next({ steps: [{ write: word("one ") }, { hang: true }] });
  const calls = model.requests.length;
  const posted = await post(client);
  await waitUntil("its first word is stored", async () => {
    const snapshot = await store.runs.snapshot(body.runId);
    return (snapshot?.run.head ?? 0) > 3;
  });
  await first.kill();
  await posted.text().catch(() => "");
  model.next({ steps: [{ write: word("two") + end }] });
  const next = await start();
  const second = await apiClient(next.url, client.cookie);
  // Whoever does not know whether it arrived sends the same again.
  assert.equal((await post(second)).status, 200);
  await runOver(store, body.runId);
  assert.equal(model.requests.length - calls, 2);
  const edited = await read(second, conversationId);
  assert.deepEqual(edited.texts, ["edited", "one two"]);
  assert.equal(edited.messages.length, 4);
  const chosen = await second.request(`/api/conversations/${conversationId}`, {
    method: "PATCH",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ shown: before.path[0]?.id }),
  });
  assert.equal(chosen.status, 200);
  await next.kill();
  const third = await apiClient((await start()).url, client.cookie);
  assert.deepEqual((await read(third, conversationId)).texts, ["q", "good"]);
});
