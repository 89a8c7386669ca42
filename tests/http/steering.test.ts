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
const { RIVULET_STEERS: moments = 2, RIVULET_STEERS_STORE: store } = process.env;

const site = killedServers(store);

/** The same moments every time: how long after the question the server is killed, ms. */
const momentAt = (nth: number): number => (nth * 61) % 367;

test("3.10 kill -9 at any moment: what two tabs say, each of it twice, is said to the model once and in order", async () => {
  for (let nth = 0; nth < Number(moments); nth += 1) {
    const killed = await site.next();
    await takenOnce(killed, momentAt(nth));
  }
});

async function takenOnce(killed: AppServer, afterMs: number): Promise<void> {
  const asked = site.model.requests.length;
  const first = await apiClient(killed.url);
  const second = await apiClient(site.survivor.url, first.cookie);
  const { runId, conversationId, response } = await first.ask("q");
  response.body?.cancel().catch(() => undefined);
  const isKilled = delay(afterMs).then(() => killed.kill());
  // A tab each: one is served by the process that dies.
  const tabs = await Promise.all([
    say([first, second], runId, ["a1", "a2"]),
    say([second], runId, ["b1", "b2", "b3"]),
  ]);
  await isKilled;
  const view = await settled(second, conversationId, tabs.flat());
  const shown = messagesIn(view);
  const title = `killed after ${afterMs} ms`;
  for (const texts of tabs)
    assert.deepEqual(
      shown.filter((text) => texts.includes(text)),
      texts,
      title,
    );
  for (const { body } of site.model.requests.slice(asked)) assertOnce(sentToModel(body), title);
  const newest =
    site.model.requests
      .slice(asked)
      .map(({ body }) => sentToModel(body))
      .at(-1) ?? [];
  assert.deepEqual(newest.toSorted(), tabs.flat().toSorted(), title);
}

/** Says each text twice at once, through whichever server answers. Those that were taken. */
async function say(
  clients: readonly ApiClient[],
  runId: string,
  texts: readonly string[],
): Promise<string[]> {
  const taken: string[] = [];
  for (const text of texts) {
    const id = randomUUID();
    const statuses = await Promise.all([0, 1].map(() => post(clients, runId, { id, text })));
    if (statuses.includes(409)) assert.deepEqual(statuses, [409, 409]);
    else {
      assert.ok(
        statuses.every((status) => status === 202 || status === 200),
        statuses.join(),
      );
      taken.push(text);
    }
    await delay(20);
  }
  return taken;
}

async function post(clients: readonly ApiClient[], runId: string, message: object): Promise<number> {
  for (const client of clients) {
    const response = await client.post(`/api/runs/${runId}/messages`, message).catch(() => undefined);
    await response?.body?.cancel();
    if (response && response.status < 500) return response.status;
  }
  throw new Error("no server answers");
}

/** The conversation once nothing is written in it any more, and all texts stand in it. */
async function settled(client: ApiClient, conversationId: string, texts: readonly string[]) {
  let view: ConversationView | undefined;
  await waitUntil(
    "everything is said and answered",
    async () => {
      view = await (await client.request(`/api/conversations/${conversationId}`)).json();
      const shown = view ? messagesIn(view) : [];
      return view?.activeRun === undefined && texts.every((text) => shown.includes(text));
    },
    20_000,
  );
  return view ?? assert.fail();
}

/** What was said beside the first question, in the order of the conversation. */
const messagesIn = ({ messages }: ConversationView): string[] =>
  messages.flatMap((message) =>
    message.role === "user"
      ? message.text.split("\n\n").filter((text) => text !== "q")
      : message.parts.flatMap((part) => (part.type === "steered" ? [part.text] : [])),
  );

const chatBody = z.object({ messages: z.array(z.object({ role: z.string(), content: z.string() })) });

const sentToModel = (body: unknown): string[] =>
  chatBody
    .parse(body)
    .messages.filter(({ role }) => role === "user")
    .flatMap(({ content }) => content.split("\n\n"))
    .filter((text) => /^[ab]\d$/.test(text));

const assertOnce = (texts: readonly string[], title: string): void =>
  assert.equal(new Set(texts).size, texts.length, title);
