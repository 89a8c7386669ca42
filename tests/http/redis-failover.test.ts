import assert from "node:assert/strict";
import { test } from "node:test";
import { createLiveConversation } from "#lib/client/conversation/live-conversation.ts";
import type { RunEvent } from "#lib/protocol/run-event.ts";
import { connectRedis } from "#lib/storage/redis.ts";
import { type ApiClient, collect, eventsOf } from "../support/api-client.ts";
import { done, finish, sse, textChunks } from "../support/chat-chunks.ts";
import { clientEnvironment } from "../support/client-environment.ts";
import { startFaultProxy } from "../support/fault-proxy.ts";
import { type RedisServer, redisMissing, startRedisServer } from "../support/redis-server.ts";
import { foldAll, textOf } from "../support/run-bench.ts";
import { gate } from "../support/scripted-model.ts";
import { startServerPair } from "../support/server-pair.ts";
import { waitUntil } from "../support/wait-until.ts";

const limitMs = 60_000;

/** A page on that server: the client as browsers run it, with every status that it was answered. */
function openPage({ request }: ApiClient) {
  const statuses: number[] = [];
  const environment = clientEnvironment(async (url, init) => {
    const response = await request(String(url), init);
    statuses.push(response.status);
    return response;
  }, 200);
  const page = createLiveConversation({ environment, id: crypto.randomUUID(), view: null });
  page.open();
  const shown = () => {
    const answer = page.getState().turns[0]?.answer;
    return answer ? textOf(answer) : "";
  };
  return { page, statuses, shown };
}

/** A replica that has all that the master has now, and will get no more. */
async function replicaUpToNow(master: RedisServer): Promise<RedisServer> {
  const replica = await startRedisServer("--replicaof", "127.0.0.1", `${master.port}`);
  await waitUntil(
    "the replica has it all",
    async () => (await master.command("WAIT 1 100")) === ":1\r\n",
    limitMs,
  );
  assert.match(await replica.command("REPLICAOF NO ONE"), /^\+OK/);
  return replica;
}

/** What is left of a run if replication ended when it had been asked and nobody had claimed it. */
async function forgetTheClaim(replica: RedisServer, conversationId: string, runId: string): Promise<void> {
  const admin = connectRedis({ url: replica.url });
  const run = `rivulet:{${conversationId}}:run:${runId}`;
  const asCreated = { status: "queued", epoch: "0", head: "0", leaseUntil: "0", token: "", holder: "" };
  await admin.send(["HSET", run, ...Object.entries(asCreated).flat()]);
  await admin.send(["DEL", `rivulet:{${conversationId}}:log:${runId}`]);
  await admin.close();
}

const losses = [
  { name: "a tail of the log", forget: async () => undefined, kept: "one " },
  { name: "the claim and the whole log", forget: forgetTheClaim, kept: "" },
];

if (redisMissing) test("a failover", { skip: redisMissing });
else
  test("a failover to a replica that lost a part: the page says so, shows what is stored, and the run goes on from there", async (t) => {
    let master = await startRedisServer("--repl-diskless-sync-delay", "0");
    const address = { port: master.port };
    const proxy = await startFaultProxy(address);
    const quick = { LEASE_SECONDS: "2", HEARTBEAT_SECONDS: "0.5", SWEEP_SECONDS: "0.5" };
    const pair = await startServerPair(`redis://127.0.0.1:${proxy.port}`, quick);
    const { model, onB } = pair;
    t.after(async () => {
      await pair.close();
      await proxy.close();
      await master.close();
    });

    for (const { name, forget, kept } of losses)
      await t.test(name, async (each) => {
        const more = gate();
        model.next({
          steps: [
            { write: words("one ") },
            { until: more.promise },
            { write: words("two ") },
            { hang: true },
          ],
        });
        model.next({ steps: [{ write: words("more") }, { write: end }] });
        const { page, statuses, shown } = openPage(onB);
        each.after(() => page.close());
        const runId = page.send("go") ?? assert.fail("it was not sent");
        const { id } = page.getState();
        await waitUntil("the page shows the first word", () => shown() === "one ", limitMs);
        const replica = await replicaUpToNow(master);
        await forget(replica, id, runId);
        more.open();
        await waitUntil("the page shows what the replica has not", () => shown() === "one two ", limitMs);
        const before = await logOf(pair.onA, runId, "one two ");

        master.signal("SIGKILL");
        address.port = replica.port;
        proxy.cutAll("rst");
        await master.close();
        master = replica;
        await waitUntil("it is over", () => !page.getState().busy, limitMs);
        assert.equal(shown(), `${kept}more`);
        assert.equal(page.getState().turns.length, 1);
        assert.equal(page.getState().turns[0]?.isTruncated, true);
        assert.ok(statuses.includes(410), statuses.join());

        const log = await logOf(onB, runId);
        assert.equal(textOf(foldAll(log)), `${kept}more`);
        assert.equal(log.at(-1)?.type, "finish");
        const known = Math.max(...before.map(({ epoch }) => epoch));
        for (const [at, event] of log.entries()) {
          assert.equal(event.seq, at + 1);
          // What the replica had is as it was; what came since is of an epoch that nobody had before.
          if (event.epoch <= known) assert.deepEqual(event, before[at]);
        }
        assert.ok((log.at(-1)?.epoch ?? 0) > known);
        const saved = await (await onB.request(`/api/conversations/${id}`)).json();
        assert.equal(saved.messages.length, 2);
      });
  });

/** A run's log from its beginning: all of it, or of a live one as far as its text is `text`. */
async function logOf({ request }: ApiClient, runId: string, text?: string): Promise<RunEvent[]> {
  const response = await request(`/api/runs/${runId}/events?after=0`);
  if (text === undefined) return collect(eventsOf(response));
  const events: RunEvent[] = [];
  for await (const event of eventsOf(response)) {
    events.push(event);
    if (textOf(foldAll(events)) === text) break;
  }
  return events;
}

const words = (text: string): string => sse(textChunks(text));
const end = sse(finish()) + done;
