import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { describe, test } from "node:test";
import { localApi, otherCookie } from "../../../support/local-api.ts";
import { question, runContext, runToEnd } from "../../../support/run-bench.ts";
import { finished, says, scriptedModel } from "../../../support/scripted-model.ts";

const json = { "content-type": "application/json" };

/** One conversation with one answer, and what answers about it. */
async function conversation() {
  const context = runContext(scriptedModel([...says("Hello"), finished]));
  const run = question("What is it?");
  await runToEnd(context, run);
  const api = localApi(context);
  const address = `/api/conversations/${run.conversationId}`;
  const rename = (body: object) =>
    api(address, { method: "PATCH", headers: json, body: JSON.stringify(body) });
  const titles = async () => {
    const { conversations } = await (await api("/api/conversations")).json();
    return conversations.map(({ title }: { title: string }) => title);
  };
  return { api, address, rename, titles, run };
}

test("3.5 a conversation is given with its messages", async () => {
  const { api, address } = await conversation();
  const { messages } = await (await api(address)).json();
  assert.deepEqual(
    messages.map(({ role }: { role: string }) => role),
    ["user", "assistant"],
  );
});

test("3.6 a renamed one is listed under its new title", async () => {
  const { rename, titles } = await conversation();
  assert.deepEqual(await titles(), ["What is it?"]);
  const response = await rename({ title: "Mine" });
  assert.deepEqual([response.status, (await response.json()).title], [200, "Mine"]);
  assert.deepEqual(await titles(), ["Mine"]);
});

test("3.6 the version that is chosen is given with it, and another change along with that is refused", async () => {
  const { api, address, rename, run } = await conversation();
  const { messages, choices } = await (await api(address)).json();
  assert.equal(choices, undefined);
  const [asked, answer] = messages;
  const response = await rename({ shown: answer.id });
  assert.deepEqual([response.status, (await response.json()).title], [200, "What is it?"]);
  assert.deepEqual((await (await api(address)).json()).choices, { [asked.id]: { messageId: answer.id } });
  assert.equal((await rename({ shown: randomUUID() })).status, 404);
  for (const body of [{}, { shown: run.runId, title: "x" }, { shown: "x" }])
    assert.equal((await rename(body)).status, 400);
});

test("3.6 a deleted one is gone at once, and back when that is undone", async () => {
  const { api, address, titles } = await conversation();
  assert.equal((await api(address, { method: "DELETE" })).status, 204);
  assert.equal((await api(address)).status, 404);
  assert.deepEqual(await titles(), []);
  assert.equal((await api(`${address}/restore`, { method: "POST" })).status, 200);
  assert.equal((await api(`${address}/restore`, { method: "POST" })).status, 200);
  assert.deepEqual(await titles(), ["What is it?"]);
});

test("3.6 everything is deleted at once", async () => {
  const { api, titles } = await conversation();
  const response = await api("/api/conversations", { method: "DELETE" });
  assert.deepEqual(await response.json(), { deleted: 1 });
  assert.deepEqual(await titles(), []);
});

test("3.6 a cursor that no page gave is refused", async () => {
  const { api } = await conversation();
  const response = await api("/api/conversations?cursor=x");
  assert.deepEqual([response.status, (await response.json()).field], [400, "cursor"]);
});

describe("a conversation of somebody else is as one that there is not", () => {
  for (const [method, path, body] of [
    ["GET", ""],
    ["PATCH", "", { title: "x" }],
    ["DELETE", ""],
    ["POST", "/restore"],
  ] as const)
    test(`${method} ${path}`, async () => {
      const { api, address, titles } = await conversation();
      const init = {
        method,
        headers: { ...json, cookie: otherCookie },
        ...(body && { body: JSON.stringify(body) }),
      };
      const foreign = await api(address + path, init);
      const missing = await api(`/api/conversations/${randomUUID()}${path}`, init);
      const withoutId = async (response: Response) => ({ ...(await response.json()), requestId: "" });
      assert.equal(foreign.status, 404);
      assert.deepEqual(await withoutId(foreign), await withoutId(missing));
      assert.deepEqual(await titles(), ["What is it?"]);
    });
});
