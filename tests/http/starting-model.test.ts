import assert from "node:assert/strict";
import { test } from "node:test";
import type { RunEvent } from "#lib/protocol/run-event.ts";
import { apiClient, collect, eventsOf } from "../support/api-client.ts";
import { startAppServer } from "../support/app-server.ts";
import { done, finish, sse, textChunks } from "../support/chat-chunks.ts";
import { freePort } from "../support/redis-server.ts";
import { foldAll, textOf } from "../support/run-bench.ts";
import { gate } from "../support/scripted-model.ts";
import {
  events,
  json,
  type Script,
  type ScriptedModelServer,
  startScriptedModelServer,
} from "../support/scripted-model-server.ts";
import { waitUntil } from "../support/wait-until.ts";

const word = (text: string): string => sse(textChunks(text));
const end = sse(finish()) + done;

test("R5 a model's server that is started after the first question, and has to list its models, answers it", async () => {
  const port = await freePort();
  const early = await startAppServer({ env: { OPENAI_BASE_URL: `http://127.0.0.1:${port}/v1` } });
  let model: ScriptedModelServer | undefined;
  try {
    const visitor = await apiClient(early.url);
    const log: RunEvent[] = [];
    for await (const event of eventsOf((await visitor.ask("go")).response)) {
      log.push(event);
      // More often than a failure is asked again.
      if (event.type !== "retry" || log.filter(({ type }) => type === "retry").length !== 3) continue;
      model = await startScriptedModelServer(port);
      model.script(events(word("here") + end));
    }
    const reasons = log.flatMap((event) => (event.type === "retry" ? [event.reason] : []));
    assert.deepEqual([...new Set(reasons)], ["refused"]);
    assert.equal(textOf(foldAll(log)), "here");
  } finally {
    await early.stop();
    await model?.close();
  }
});

test("R5 a model's server that is started again after the question answers it, through refused connections and loading", async () => {
  const port = await freePort();
  const env = { OPENAI_BASE_URL: `http://127.0.0.1:${port}/v1`, OPENAI_MODEL: "scripted" };
  const app = await startAppServer({ env });
  let model = await startScriptedModelServer(port);
  try {
    const visitor = await apiClient(app.url);
    await collect(eventsOf((await visitor.ask("are you there?")).response));
    await model.close();
    const log: RunEvent[] = [];
    for await (const event of eventsOf((await visitor.ask("go")).response)) {
      log.push(event);
      // More often than a failure is asked again.
      if (event.type !== "retry" || log.filter(({ type }) => type === "retry").length !== 3) continue;
      model = await startScriptedModelServer(port);
      model.script(events(word("here") + end));
      model.next(json(503, { error: { message: "Loading model" } }));
    }
    const reasons = log.flatMap((event) => (event.type === "retry" ? [event.reason] : []));
    assert.deepEqual([...new Set(reasons)], ["refused", "starting"]);
    assert.equal(textOf(foldAll(log)), "here");
    assert.equal(model.requests.length, 2);
  } finally {
    await app.stop();
    await model.close();
  }
});

test("R5 one that never comes up is waited for as long as a first token, then told in words, and asked again", async () => {
  const url = `http://127.0.0.1:${await freePort()}/v1`;
  const env = { OPENAI_BASE_URL: url, OPENAI_MODEL: "scripted", FIRST_TOKEN_SECONDS: "3" };
  const app = await startAppServer({ env });
  try {
    const visitor = await apiClient(app.url);
    const first = await visitor.ask("go");
    const log = await collect(eventsOf(first.response));
    const waits = log.flatMap((event) => (event.type === "retry" ? [event.inMs] : []));
    assert.equal(
      waits.reduce((sum, ms) => sum + ms, 0),
      3000,
    );
    assert.partialDeepStrictEqual(foldAll(log).ending, { code: "unreachable", reason: "refused" });
    const second = await visitor.ask("again", { conversationId: first.conversationId });
    assert.equal(second.response.status, 200);
    await second.response.body?.cancel();
  } finally {
    await app.stop();
  }
});

test("a question behind another one at an endpoint that answers one at a time waits until it has its turn", async () => {
  const oneSlot = await startScriptedModelServer();
  const patient = await startAppServer({
    env: { OPENAI_BASE_URL: oneSlot.url, OPENAI_MODEL: "scripted", FIRST_TOKEN_SECONDS: "1" },
  });
  try {
    const hold = gate();
    const slot: Script = {
      steps: [{ write: word("one ") }, { until: hold.promise }, { write: word("two") + end }],
    };
    const queued: Script = {
      headersFirst: false,
      steps: [{ until: hold.promise }, { write: word("three") + end }],
    };
    oneSlot.next(slot);
    oneSlot.next(queued);
    const visitor = await apiClient(patient.url);
    const answers: Promise<RunEvent[]>[] = [];
    for (const count of [1, 2]) {
      answers.push(collect(eventsOf((await visitor.ask("go")).response)));
      await waitUntil("it is asked", () => oneSlot.requests.length === count);
      await waitUntil("the slot is taken", () => (oneSlot.requests[0]?.bytesSent ?? 0) > 0);
    }
    // Longer than a first token may take where nobody is in front.
    await waitUntil("more than that time has passed", () => {
      const sentAt = oneSlot.requests[1]?.receivedAt ?? Infinity;
      return performance.now() - sentAt > 2500;
    });
    hold.open();
    assert.deepEqual(
      (await Promise.all(answers)).map((log) => textOf(foldAll(log))),
      ["one two", "three"],
    );
    assert.equal(oneSlot.requests.length, 2);
  } finally {
    await patient.stop();
    await oneSlot.close();
  }
});
