import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { describe, test } from "node:test";
import type { QueueView } from "#lib/protocol/question-queue.ts";
import { sameStartMs } from "#lib/storage/limit-store.ts";
import { openSqlite } from "#lib/storage/sqlite.ts";
import { localApi, otherCookie } from "../../../support/local-api.ts";
import { runContext, userId } from "../../../support/run-bench.ts";
import { finished, gate, says, scriptedModel } from "../../../support/scripted-model.ts";
import { waitUntil } from "../../../support/wait-until.ts";

const json = { "content-type": "application/json", accept: "application/json" };

interface Answered {
  status: number;
  code?: string;
  queue?: QueueView;
  activeRunId?: string;
  fate?: string;
}

/** A conversation with a live answer, and what is done with what waits behind it. */
async function open(more: Parameters<typeof runContext>[1] = {}) {
  const hold = gate();
  const model = scriptedModel([...says("half"), hold.promise, finished], [...says("more"), finished]);
  const context = runContext(model, more);
  const api = localApi(context);
  const conversationId = randomUUID();
  async function request(path: string, body?: object, headers: object = {}): Promise<Answered> {
    const response = await api(`/api/conversations/${conversationId}/${path}`, {
      headers: { ...json, ...headers },
      ...(body && { method: "POST", body: JSON.stringify(body) }),
    });
    return { status: response.status, ...(await response.json()) };
  }
  const ask = (text: string, given: { runId?: string; queue?: true | "now"; stop?: string | null } = {}) => {
    const { runId = randomUUID(), ...rest } = given;
    return request("runs", { runId, message: { text }, ...rest }).then((answer) => ({ ...answer, runId }));
  };
  const { runId } = await ask("q");
  const texts = async () => (await request("queue")).queue?.questions.map(({ text }) => text);
  const turns = async () => {
    const response = await api(`/api/conversations/${conversationId}`);
    const view: { messages: { role: string; text?: string }[] } = await response.json();
    return view.messages.flatMap(({ role, text }) => (role === "user" ? [text] : []));
  };
  return { hold, model, context, request, ask, runId, texts, turns };
}

describe("3.16 a question that is to wait", () => {
  test("waits behind the live answer, once by its id, and is asked when that has ended", async () => {
    const { hold, ask, texts, turns, request, runId } = await open();
    const first = await ask("a", { queue: true });
    assert.equal(first.status, 202);
    assert.deepEqual(first.queue, { version: 1, questions: [{ id: first.runId, text: "a" }] });
    await ask("b", { queue: true });
    assert.equal((await ask("a", { runId: first.runId, queue: true })).status, 202);
    const other = await ask("another", { runId: first.runId, queue: true });
    assert.deepEqual([other.status, other.code], [409, "run_conflict"]);
    assert.deepEqual(await texts(), ["a", "b"]);
    assert.equal((await request("queue")).activeRunId, runId);
    hold.open();
    await waitUntil("all are asked", async () => (await turns()).length === 3);
    assert.deepEqual(await turns(), ["q", "a", "b"]);
    const again = await ask("a", { runId: first.runId, queue: true });
    assert.equal(again.status, 202);
    assert.deepEqual([await texts(), (await turns()).length], [[], 3]);
  });

  test("is asked at once where nothing is before it; without the word a live answer is in the way", async () => {
    const { hold, ask, turns } = await open();
    assert.equal((await ask("a")).code, "conversation_busy");
    hold.open();
    await waitUntil("it is free", async () => (await ask("a", { queue: true })).queue === undefined);
    assert.ok((await turns()).includes("a"));
  });

  test("in place of the live answer: that is stopped, and this is asked before all others", async () => {
    const { ask, turns } = await open();
    await ask("a", { queue: true });
    assert.equal((await ask("now", { queue: "now" })).status, 202);
    await waitUntil("all are asked", async () => (await turns()).length === 3);
    assert.deepEqual(await turns(), ["q", "now", "a"]);
  });

  test("in place of the answer that it names: another one is not stopped, nor is a pause behind it undone", async () => {
    const { hold, ask, turns, texts, runId, context } = await open();
    await ask("a", { queue: true });
    for (const stop of [null, randomUUID()])
      assert.equal((await ask("b", { queue: "now", stop })).status, 202);
    assert.deepEqual(await texts(), ["b", "b", "a"]);
    const seen = await context.storage.conversations.queue(
      (await context.storage.runs.run(runId))?.conversationId ?? "",
      userId,
    );
    assert.deepEqual([seen?.run?.status, seen?.queue.goesOnAfter], ["running", undefined]);
    await ask("now", { queue: "now", stop: runId });
    await waitUntil("all are asked", async () => (await turns()).length === 5);
    assert.deepEqual(await turns(), ["q", "now", "b", "b", "a"]);
    hold.open();
    assert.equal((await ask("x", { queue: true, stop: runId })).code, "bad_field");
  });

  test("is no answer that is written again or continued, and goes into no other's conversation", async () => {
    const { request, ask, runId } = await open();
    for (const body of [{ retry: runId }, { continue: runId }]) {
      const refused = await request("runs", { runId: randomUUID(), ...body, queue: true });
      assert.deepEqual([refused.status, refused.code], [400, "bad_field"]);
    }
    const strange = await request(
      "runs",
      { runId: randomUUID(), message: { text: "x" }, queue: true },
      { cookie: otherCookie },
    );
    assert.equal(strange.status, 404);
    assert.equal((await ask("x", { queue: "later" as "now" })).status, 400);
  });

  test("counts once, however late it is sent again", async () => {
    let time = 1_700_000_000_000;
    const storage = openSqlite({ dir: ":memory:", now: () => time });
    const { ask, request } = await open({ storage, limits: { runsPer10Min: 3 } });
    const ids = [randomUUID(), randomUUID()];
    for (const runId of ids) await ask("a", { runId, queue: true });
    await request("queue", { remove: ids[0] });
    time += sameStartMs + 1;
    for (const runId of ids) assert.equal((await ask("a", { runId, queue: true })).status, 202);
  });

  test("counts as a question, and as none where there is no room for it", async () => {
    const { ask, texts } = await open({ limits: { runsPer10Min: 23 } });
    for (let nth = 0; nth < 20; nth += 1) assert.equal((await ask(`${nth}`, { queue: true })).status, 202);
    for (let nth = 0; nth < 5; nth += 1) {
      const { status, code } = await ask("more", { queue: true });
      assert.deepEqual([status, code], [429, "rate_limited"]);
    }
    assert.equal((await texts())?.length, 20);
  });
});

describe("3.16 what waits is changed", () => {
  test("in its order, without one of them, and by nobody else", async () => {
    const { ask, request, texts } = await open();
    const ids: string[] = [];
    for (const text of ["a", "b", "c"]) ids.push((await ask(text, { queue: true })).runId);
    const moved = await request("queue", { move: ids[2], before: ids[0] });
    assert.deepEqual(
      moved.queue?.questions.map(({ text }) => text),
      ["c", "a", "b"],
    );
    const removed = await request("queue", { remove: ids[0] });
    assert.deepEqual([removed.fate, await texts()], ["removed", ["c", "b"]]);
    assert.equal((await request("queue", { remove: ids[0] })).fate, "removed");
    assert.equal((await request("queue", { remove: ids[1] }, { cookie: otherCookie })).status, 404);
    assert.equal((await request("queue", undefined, { cookie: otherCookie })).status, 404);
    assert.deepEqual(await texts(), ["c", "b"]);
  });

  test("one removed before it has come is not asked when it comes; one that was asked at once says so", async () => {
    const { ask, request, texts, turns, hold, runId } = await open();
    const late = randomUUID();
    assert.equal((await request("queue", { remove: late })).fate, "removed");
    assert.equal((await request("queue", { remove: runId })).fate, "asked");
    assert.deepEqual((await ask("late", { runId: late, queue: true })).queue?.questions, []);
    hold.open();
    await waitUntil("it is over", async () => (await request("queue")).activeRunId === undefined);
    assert.equal((await ask("late", { runId: late, queue: true })).status, 202);
    assert.deepEqual([await texts(), await turns()], [[], ["q"]]);
  });

  test("one is asked now, in place of the live answer", async () => {
    const { ask, request, turns, runId } = await open();
    const ids: string[] = [];
    for (const text of ["a", "b"]) ids.push((await ask(text, { queue: true })).runId);
    await request("queue", { now: ids[1], stop: randomUUID() });
    assert.deepEqual(await turns(), ["q"]);
    await request("queue", { now: ids[1], stop: runId });
    await waitUntil("all are asked", async () => (await turns()).length === 3);
    assert.deepEqual(await turns(), ["q", "b", "a"]);
    assert.equal((await request("queue", { remove: ids[1] })).fate, "asked");
  });

  test("one is said into the live answer instead", async () => {
    const { ask, request, hold, turns, runId, context } = await open();
    const { runId: id } = await ask("a", { queue: true });
    const steered = await request("queue", { steer: id, runId });
    assert.deepEqual([steered.queue?.questions, steered.activeRunId], [[], runId]);
    assert.equal((await context.storage.runs.run(runId))?.unread, 1);
    assert.equal((await request("queue", { remove: id })).fate, "steered");
    hold.open();
    await waitUntil("it is over", async () => (await request("queue")).activeRunId === undefined);
    assert.deepEqual(await turns(), ["q"]);
  });

  test("a stop pauses it, and a word resumes it", async () => {
    const { ask, request, turns, runId, context } = await open();
    await ask("a", { queue: true });
    await localApi(context)(`/api/runs/${runId}/stop`, { method: "POST" });
    await waitUntil("it is paused", async () => (await request("queue")).queue?.pausedBy === "stopped");
    const resumed = await request("queue", { resume: true });
    assert.deepEqual([resumed.queue?.questions, resumed.queue?.pausedBy], [[], undefined]);
    await waitUntil("it is asked", async () => (await turns()).length === 2);
  });

  test("by one word at a time that is known", async () => {
    const { request } = await open();
    const id = randomUUID();
    for (const body of [{}, { move: id }, { steer: id }, { resume: true, now: id }, { remove: "x" }]) {
      const { status, code } = await request("queue", body);
      assert.deepEqual([status, code], [400, "bad_field"], JSON.stringify(body));
    }
    assert.equal((await request("queue", { pause: true })).code, "unknown_field");
  });
});
