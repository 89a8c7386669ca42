import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import type { ConversationView } from "#lib/protocol/conversation-view.ts";
import { type ApiClient, apiClient } from "../support/api-client.ts";
import type { AppServer } from "../support/app-server.ts";
import { killedServers } from "../support/killed-servers.ts";
import { waitUntil } from "../support/wait-until.ts";

/** At how many moments the server is killed, and with which store: "redis", else SQLite. */
const { RIVULET_QUEUES: moments = 1, RIVULET_QUEUES_STORE: store } = process.env;

const site = killedServers(store);

/** The same moments every time: how long after the question the server is killed, ms. */
const momentAt = (nth: number): number => (nth * 97) % 601;

test("3.16 kill -9 at any moment of a queue of three: each is asked once, in order, and what was removed never", async () => {
  for (let nth = 0; nth < Number(moments); nth += 1) {
    const killed = await site.next();
    await askedOnce(killed, momentAt(nth));
  }
});

async function askedOnce(killed: AppServer, afterMs: number): Promise<void> {
  const sent = site.model.requests.length;
  const first = await apiClient(killed.url);
  const second = await apiClient(site.survivor.url, first.cookie);
  const { conversationId, response } = await first.ask("q");
  response.body?.cancel().catch(() => undefined);
  const isKilled = delay(afterMs).then(() => killed.kill());
  const servers = [first, second];
  const path = `/api/conversations/${conversationId}`;
  const queue = (text: string, runId = randomUUID()) =>
    twice(servers, `${path}/runs`, { runId, message: { text }, queue: true });
  const dropped = randomUUID();
  await queue("a");
  await queue("never", dropped);
  const { fate } = z
    .object({ fate: z.string().optional() })
    .parse(await twice(servers, `${path}/queue`, { remove: dropped }));
  await queue("b");
  await queue("c");
  await isKilled;
  const title = `killed after ${afterMs} ms`;
  // It may have been its turn by then.
  const all = fate === "removed" ? ["q", "a", "b", "c"] : ["q", "a", "never", "b", "c"];
  assert.deepEqual(await settled(second, path, all.length), all, title);
  const requests = site.model.requests.slice(sent).map(({ body }) => textsSent(body));
  for (const texts of requests) assert.deepEqual(texts, all.slice(0, texts.length), title);
  assert.ok(
    requests.some((texts) => texts.length === all.length),
    title,
  );
}

/** The same request twice at once, through whichever server answers; what it was told last. */
async function twice(clients: readonly ApiClient[], path: string, body: object): Promise<unknown> {
  const told = await Promise.all([0, 1].map(() => post(clients, path, body)));
  return told.at(-1);
}

async function post(clients: readonly ApiClient[], path: string, body: object): Promise<unknown> {
  for (const client of clients) {
    const response = await client.post(path, body, { accept: "application/json" }).catch(() => undefined);
    // Killed in the middle of its answer, it has not answered.
    const told: unknown = await response?.json().catch(() => undefined);
    if (response?.ok && told !== undefined) return told;
    if (response && !response.ok && response.status < 500) assert.fail(`${path}: ${response.status}`);
  }
  throw new Error("no server answers");
}

/** The questions of the conversation, once all are asked and nothing is written any more. */
async function settled(client: ApiClient, path: string, count: number): Promise<string[]> {
  let texts: string[] = [];
  await waitUntil(
    "everything is asked and answered",
    async () => {
      const view: ConversationView = await (await client.request(path)).json();
      texts = view.messages.flatMap((each) => (each.role === "user" ? [each.text] : []));
      return view.activeRun === undefined && view.queue?.questions.length === 0 && texts.length >= count;
    },
    20_000,
  );
  return texts;
}

const chatBody = z.object({ messages: z.array(z.object({ role: z.string(), content: z.string() })) });

const textsSent = (body: unknown): string[] =>
  chatBody
    .parse(body)
    .messages.flatMap(({ role, content }) => (role === "user" && isOurs(content) ? [content] : []));

/** Not the prompt by which a model is to go on. */
const isOurs = (text: string): boolean => ["q", "a", "b", "c", "never"].includes(text);
