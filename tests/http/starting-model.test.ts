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

test("R5 nothing listens at the endpoint: said at once, waited for as long as a first token, told in words, and the next question may be asked", async () => {
  const nobody = await startAppServer({
    env: {
      OPENAI_BASE_URL: `http://127.0.0.1:${await freePort()}/v1`,
      OPENAI_MODEL: "scripted",
      FIRST_TOKEN_SECONDS: "2",
    },
  });
  try {
    const visitor = await apiClient(nobody.url);
    const first = await visitor.ask("go");
    const log = await collect(eventsOf(first.response));
    const waits = log.filter((event) => event.type === "retry");
    assert.ok(waits.every(({ reason }) => reason === "refused"));
    assert.equal(
      waits.reduce((sum, { inMs }) => sum + inMs, 0),
      2000,
    );
    assert.ok((waits[0]?.ts ?? Infinity) - (log[0]?.ts ?? 0) < 3000, "it was said too late");
    assert.partialDeepStrictEqual(foldAll(log).ending, { code: "unreachable", reason: "refused" });
    const second = await visitor.ask("again", { conversationId: first.conversationId });
    assert.equal(second.response.status, 200);
    await second.response.text();
  } finally {
    await nobody.stop();
  }
});

test("R5 a model's server that is started after the question answers it, through refused connections and loading", async () => {
  const port = await freePort();
  const early = await startAppServer({
    env: { OPENAI_BASE_URL: `http://127.0.0.1:${port}/v1`, OPENAI_MODEL: "scripted" },
  });
  let late: ScriptedModelServer | undefined;
  try {
    const log: RunEvent[] = [];
    for await (const event of eventsOf((await (await apiClient(early.url)).ask("go")).response)) {
      log.push(event);
      // More than a failure is asked again.
      if (late || log.filter(({ type }) => type === "retry").length < 3) continue;
      late = await startScriptedModelServer(port);
      late.script(events(word("here") + end));
      late.next(json(503, { error: { message: "Loading model" } }));
    }
    const reasons = log.flatMap((event) => (event.type === "retry" ? [event.reason] : []));
    assert.deepEqual([...new Set(reasons)], ["refused", "starting"]);
    assert.equal(textOf(foldAll(log)), "here");
    assert.equal(late?.requests.length, 2);
  } finally {
    await early.stop();
    await late?.close();
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
