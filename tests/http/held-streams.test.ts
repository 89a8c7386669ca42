import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, test } from "node:test";
import { createLiveConversation, type LiveConversation } from "#lib/client/conversation/live-conversation.ts";
import type { ClientEnvironment } from "#lib/client/environment.ts";
import { type ApiClient, apiClient } from "../support/api-client.ts";
import { type AppServer, startAppServer } from "../support/app-server.ts";
import { done, finish, sse, textChunks } from "../support/chat-chunks.ts";
import { clientEnvironment } from "../support/client-environment.ts";
import { type Held, type HoldingProxy, holdings, startHoldingProxy } from "../support/holding-proxy.ts";
import { textOf } from "../support/run-bench.ts";
import { gate } from "../support/scripted-model.ts";
import { type ScriptedModelServer, startScriptedModelServer } from "../support/scripted-model-server.ts";
import { waitUntil } from "../support/wait-until.ts";

let model: ScriptedModelServer;
let app: AppServer;
let client: ApiClient;
const opened: LiveConversation[] = [];
const proxies: HoldingProxy[] = [];
/** Question → when its answer goes on after its first word, and after its second. */
const going = new Map<string, readonly [Promise<void>, Promise<void>]>();

const word = (text: string): string => sse(textChunks(text));

before(async () => {
  model = await startScriptedModelServer();
  model.script((request) => {
    const asked = JSON.stringify(request.body);
    // The newest question: those before it are in the request too.
    const [, gates] = [...going].findLast(([question]) => asked.includes(question)) ?? [];
    const [first, second] = gates ?? [];
    return {
      steps: [
        { write: word("one ") },
        { until: first ?? Promise.resolve() },
        { write: word("two ") },
        { until: second ?? Promise.resolve() },
        { write: word("three") + sse(finish()) + done },
      ],
    };
  });
  app = await startAppServer({ env: { OPENAI_BASE_URL: model.url, OPENAI_MODEL: "scripted" } });
  client = await apiClient(app.url);
});
after(async () => {
  opened.forEach((live) => live.close());
  for (const each of proxies) await each.close();
  await app.stop();
  await model.close();
});

/** The browser's side: real sockets, and waits as long as the page's own. */
function environment(via: string): ClientEnvironment {
  const visit: ClientEnvironment["fetch"] = (url, init) => {
    const headers = new Headers(init?.headers);
    headers.set("cookie", client.cookie);
    return fetch(via + url, { ...init, headers });
  };
  return clientEnvironment(visit, Number.MAX_SAFE_INTEGER);
}

function open(via: string, id: string, acknowledged: string[], isNew: boolean): LiveConversation {
  const live = createLiveConversation({
    environment: environment(via),
    id,
    ...(isNew && { view: null }),
    onAcknowledged: (runId) => void acknowledged.push(runId),
  });
  live.open();
  opened.push(live);
  return live;
}

const shown = (live: LiveConversation): string => {
  const answer = live.getState().turns.at(-1)?.answer;
  return answer ? textOf(answer) : "";
};

/** What the page says of the connection, and of the question, whenever it changes. */
function watch(live: LiveConversation): Set<string> {
  const states = new Set<string>();
  live.subscribe(() => {
    const { connection, turns } = live.getState();
    states.add(connection.type);
    states.add(turns.at(-1)?.pending?.state ?? "settled");
  });
  return states;
}

const directions: [string, Held][] = [
  ["all streams", ["GET", "POST"]],
  ["streams of GET alone", ["GET"]],
];
const cases = directions.flatMap(([name, held]) => holdings.map((how) => ({ name, held, how })));

// Together: each waits for seconds.
test("a proxy that holds streams back", { concurrency: true }, async (t) => {
  await Promise.all(
    cases.map(({ name, held, how }) =>
      t.test(`${name}, ${how}: the text comes, the question counts as sent, Stop ends it`, async () => {
        const proxy = await startHoldingProxy({ port: Number(new URL(app.url).port) }, { how, held });
        proxies.push(proxy);
        const [id, question, second, third] = [randomUUID(), `question ${randomUUID()}`, gate(), gate()];
        going.set(question, [second.promise, third.promise]);
        const acknowledged: string[] = [];
        const first = open(proxy.url, id, acknowledged, true);
        const states = watch(first);
        const runId = first.send(question);
        await waitUntil("the first word is shown", () => shown(first) === "one ", 30_000);
        assert.deepEqual(acknowledged, [runId]);
        assert.equal(first.getState().turns[0]?.liveRun?.runId, runId);

        // A reload, or a second tab.
        const other = open(proxy.url, id, [], false);
        const statesElsewhere = watch(other);
        await waitUntil("the other page shows it", () => shown(other) === "one ", 30_000);
        second.open();
        for (const live of [first, other])
          await waitUntil("the second word is shown", () => shown(live) === "one two ", 50_000);
        third.open();
        for (const live of [first, other]) {
          await waitUntil("it is over", () => !live.getState().busy, 50_000);
          assert.equal(shown(live), "one two three");
          assert.equal(live.getState().turns.length, 1);
        }

        const stopped = `stopped ${randomUUID()}`;
        going.set(stopped, [new Promise(() => undefined), Promise.resolve()]);
        first.send(stopped);
        await waitUntil("it is written", () => shown(first) === "one ", 30_000);
        first.stop();
        await waitUntil("it is stopped", () => !first.getState().busy, 10_000);
        assert.equal(first.getState().turns.at(-1)?.answer?.ending?.type, "abort");
        assert.equal(shown(first), "one ");
        for (const words of [states, statesElsewhere]) assert.equal(words.has("not-sent"), false);
      }),
    ),
  );
});
