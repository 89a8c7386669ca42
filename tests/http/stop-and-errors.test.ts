import assert from "node:assert/strict";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, before, test } from "node:test";
import type { ConversationView } from "#lib/protocol/conversation-view.ts";
import type { AssistantMessage } from "#lib/protocol/message.ts";
import type { RunEvent } from "#lib/protocol/run-event.ts";
import { type ApiClient, apiClient, eventsOf, foldOf, type StartedStream } from "../support/api-client.ts";
import { type AppServer, startAppServer } from "../support/app-server.ts";
import { answer, done, finish, sse, textChunks, toolCall, word } from "../support/chat-chunks.ts";
import { type McpHttpServer, startMcpServer } from "../support/mcp-http-server.ts";
import { textOf } from "../support/run-bench.ts";
import { gate } from "../support/scripted-model.ts";
import {
  events,
  json,
  type ScriptedModelServer,
  startScriptedModelServer,
} from "../support/scripted-model-server.ts";
import { readShared, skipWithoutShared } from "../support/shared-files.ts";
import { untilListed } from "../support/until-listed.ts";
import { waitUntil } from "../support/wait-until.ts";

/* The cases of ../shared/cases/stop-and-errors.json, each under its id. */

let tools: McpHttpServer;
let app: AppServer;
let model: ScriptedModelServer;
let client: ApiClient;
/** By question, what the endpoint answers it with. */
const statuses = new Map<string, number>();

before(async () => {
  model = await startScriptedModelServer();
  model.script(({ body }) => {
    const status = [...statuses].find(([question]) => JSON.stringify(body).includes(question))?.[1];
    return status === undefined ? events(answer("an answer")) : json(status, { error: { message: "no" } });
  });
  tools = await startMcpServer("modern");
  const servers = JSON.stringify([{ name: "web", url: tools.url, effect: "read" }]);
  app = await startAppServer({
    env: { OPENAI_BASE_URL: model.url, OPENAI_MODEL: "scripted", MCP_SERVERS: servers },
  });
  client = await apiClient(app.url);
  await untilListed(client);
});
after(async () => {
  await app.stop();
  await tools.close();
  await model.close();
});

/** Asks, and waits until the endpoint has sent what is given. */
async function askUntil(text: string, sent: string): Promise<StartedStream> {
  const calls = model.requests.length;
  const asked = await client.ask(text);
  const length = Buffer.byteLength(sent);
  await waitUntil("it is written", () => (model.requests[calls]?.bytesSent ?? -1) >= length);
  return asked;
}

const stop = ({ runId }: StartedStream) => client.request(`/api/runs/${runId}/stop`, { method: "POST" });

async function viewOf({ conversationId }: StartedStream): Promise<ConversationView> {
  return (await client.request(`/api/conversations/${conversationId}`)).json();
}

async function answerOf(asked: StartedStream): Promise<AssistantMessage | undefined> {
  const { messages } = await viewOf(asked);
  return messages.findLast((message) => message.role === "assistant");
}

const writtenIn = (message: AssistantMessage | undefined): string =>
  message?.parts.map((part) => (part.type === "text" ? part.text : "")).join("") ?? "";

/** What the newest request sent of a conversation. */
const lastSent = (): string => JSON.stringify(model.requests.at(-1)?.body);

const cases: Record<string, () => Promise<void>> = {
  async "stop-upstream-aborted"() {
    const tokens = Array.from({ length: 200 }, (_, at) => [{ write: word(`t${at} `) }, { wait: 50 }]);
    model.next({ steps: tokens.flat() });
    const asked = await askUntil("go", [0, 1, 2, 3, 4].map((at) => word(`t${at} `)).join(""));
    assert.equal((await stop(asked)).status, 202);
    const request = model.requests.at(-1);
    const sentBefore = request?.bytesSent ?? 0;
    await waitUntil("the provider's connection is closed", () => request?.closedAt !== undefined, 3000);
    // Two tokens on a quiet machine; the provider writes on while it is not told yet.
    assert.ok((request?.bytesSent ?? Infinity) - sentBefore <= 60 * word("t000 ").length);
    assert.equal(request?.isAnswered, false);
    assert.equal((await foldOf(asked.response)).ending?.type, "abort");
  },

  async "stop-text-kept"() {
    model.next({ steps: [{ write: word("hello ") }, { hang: true }] });
    const asked = await askUntil("first", word("hello "));
    await stop(asked);
    await asked.response.text();
    const stopped = await answerOf(asked);
    assert.deepEqual([writtenIn(stopped), stopped?.ending?.type], ["hello ", "abort"]);
    assert.equal(stopped?.ending && "total" in stopped.ending ? stopped.ending.total : undefined, undefined);
    model.next(events(answer("more")));
    await (await client.ask("second", { conversationId: asked.conversationId })).response.text();
    assert.match(lastSent(), /"role":"assistant","content":"hello /);
  },

  async "stop-double-stop"() {
    model.next({ steps: [{ write: word("a") }, { hang: true }] });
    const asked = await askUntil("go", word("a"));
    assert.deepEqual(
      (await Promise.all([stop(asked), stop(asked)])).map(({ ok }) => ok),
      [true, true],
    );
    assert.equal((await foldOf(asked.response)).ending?.type, "abort");
    assert.equal((await stop(asked)).status, 200);
  },

  async "stop-stop-after-end"() {
    model.next(events(answer("whole")));
    const asked = await client.ask("go");
    await asked.response.text();
    assert.equal((await stop(asked)).status, 200);
    assert.deepEqual(
      [writtenIn(await answerOf(asked)), (await answerOf(asked))?.ending?.type],
      ["whole", "finish"],
    );
  },

  async "stop-stop-before-first-token"() {
    model.next({ steps: [{ hang: true }] });
    const asked = await askUntil("go", "");
    await stop(asked);
    const { ending, parts } = await foldOf(asked.response);
    assert.deepEqual([ending?.type, parts], ["abort", []]);
    assert.equal(writtenIn(await answerOf(asked)), "");
  },

  async "stop-stop-inside-tool-args"() {
    const begun = sse(toolCall(0, "c", "weather", '{"city": "Mex'));
    model.next({ steps: [{ write: begun }, { hang: true }] });
    const asked = await askUntil("go", begun);
    await stop(asked);
    const { ending, parts } = await foldOf(asked.response);
    assert.equal(ending?.type, "abort");
    const [call] = parts;
    assert.ok(call?.type === "tool" && call.endedAt !== undefined && call.output === undefined);
    model.next(events(answer("fine")));
    const next = await client.ask("again", { conversationId: asked.conversationId });
    assert.equal(textOf(await foldOf(next.response)), "fine");
  },

  async "stop-stop-while-tool-runs"() {
    const { calls } = tools.world;
    const slow = toolCall(0, "c", "web__slow", '{"ms":60000,"steps":600}');
    model.next(events(sse(slow, finish("tool_calls")) + done));
    const asked = await client.ask("go");
    await waitUntil("the tool runs", () => calls.includes("slow began"), 20_000);
    assert.equal((await stop(asked)).status, 202);
    const { ending, parts, seq } = await foldOf(asked.response);
    assert.equal(ending?.type, "abort");
    const [call] = parts;
    assert.ok(call?.type === "tool" && call.endedAt !== undefined && call.output === undefined);
    await waitUntil("the tool is told", () => calls.includes("slow was cancelled"));
    model.next(events(answer("fine")));
    const next = await client.ask("again", { conversationId: asked.conversationId });
    assert.equal(textOf(await foldOf(next.response)), "fine");
    // What came late of the tool is not in the log.
    const log = await client.request(`/api/runs/${asked.runId}/events?after=0`);
    assert.equal((await foldOf(log)).seq, seq);
  },

  async "stop-late-transport-error"() {
    const stopped = gate();
    model.next({ steps: [{ write: word("a") }, { until: stopped.promise }, { reset: true }] });
    const asked = await askUntil("go", word("a"));
    const reply = stop(asked);
    stopped.open();
    await reply;
    const { ending } = await foldOf(asked.response);
    assert.ok(
      ending?.type === "abort" || (ending?.type === "error" && ending.code === "cut-off"),
      ending?.type,
    );
    // Whichever came first: after a stop that was taken nothing is an error.
    if ((await reply).status === 202) assert.equal(ending.type, "abort");
  },

  async "stop-reader-leaves-run-goes-on"() {
    const left = gate();
    model.next({ steps: [{ write: word("one ") }, { until: left.promise }, { write: answer("two") }] });
    const asked = await askUntil("go", word("one "));
    await asked.response.body?.cancel();
    left.open();
    await waitUntil("it is saved", async () => (await answerOf(asked))?.ending?.type === "finish");
    assert.equal(writtenIn(await answerOf(asked)), "one two");
  },

  async "stop-stop-from-another-tab"() {
    model.next({ steps: [{ write: word("same ") }, { hang: true }] });
    const asked = await askUntil("go", word("same "));
    const other = await client.request(`/api/runs/${asked.runId}/events?after=0`);
    const here = foldOf(asked.response);
    await stop(asked);
    const [one, two] = await Promise.all([here, foldOf(other)]);
    assert.deepEqual([one.ending?.type, textOf(one)], ["abort", "same "]);
    assert.deepEqual([two.ending?.type, textOf(two)], ["abort", "same "]);
  },

  async "stop-error-before-first-byte"() {
    const refusals = [
      [401, "key-rejected", 1],
      [429, "rate-limited", 3],
      [500, "provider-failed", 3],
    ] as const;
    await Promise.all(
      refusals.map(async ([status, code, times]) => {
        const question = `status ${status}`;
        statuses.set(question, status);
        const asked = await client.ask(question);
        const { ending } = await foldOf(asked.response);
        assert.ok(ending?.type === "error");
        assert.deepEqual([ending.code, askedFor(question)], [code, times], question);
        assert.equal(writtenIn(await answerOf(asked)), "");
        assert.match(JSON.stringify((await viewOf(asked)).messages), new RegExp(question));
      }),
    );
  },

  async "stop-error-mid-stream"() {
    const read = gate();
    const words = ["Hel", "l", "o"].map((text) => ({ write: word(text) }));
    model.next({ steps: [...words, { until: read.promise }, { reset: true }] });
    const asked = await client.ask("go");
    let text = "";
    let end: RunEvent | undefined;
    for await (const event of eventsOf(asked.response)) {
      if (event.type === "text-delta") text += event.delta;
      if (text === "Hello") read.open();
      end = event;
    }
    assert.ok(end?.type === "error");
    assert.deepEqual([end.code, writtenIn(await answerOf(asked))], ["cut-off", "Hello"]);
    model.next(events(sse(textChunks("Hello there")), sse(finish()) + done));
    const again = await client.post(`/api/conversations/${asked.conversationId}/runs`, {
      runId: crypto.randomUUID(),
      retry: asked.runId,
    });
    assert.equal(textOf(await foldOf(again)), "Hello there");
    assert.equal(writtenIn(await answerOf(asked)), "Hello there");
  },

  async "stop-consumer-throws"() {
    // Who takes a provider's events is the log: one of them cannot be written, whatever is tried.
    const db = new DatabaseSync(join(app.dataDir, "rivulet.db"), { timeout: 5000 });
    db.exec(`create trigger poison before insert on fresh_events when new.json like '%poison%'
      begin select abs(-9223372036854775808); end`);
    model.next({ steps: [{ write: word("kept ") }, { write: word("poison ") }, { hang: true }] });
    const asked = await client.ask("go");
    const { ending } = await foldOf(asked.response);
    db.exec("drop trigger poison");
    db.close();
    const request = model.requests.at(-1);
    await waitUntil("the provider's connection is closed", () => request?.closedAt !== undefined, 3000);
    assert.equal(ending?.type, "error");
    assert.equal((await answerOf(asked))?.ending?.type, "error");
    assert.doesNotMatch(app.output(), /unhandled|uncaught/i);
    model.next(events(answer("fine")));
    const next = await client.ask("again", { conversationId: asked.conversationId });
    assert.equal(textOf(await foldOf(next.response)), "fine");
  },
};

const askedFor = (question: string): number =>
  model.requests.filter(({ body }) => JSON.stringify(body).includes(question)).length;

for (const [id, show] of Object.entries(cases)) test(id, show);

test("these are the worked cases, all of them", { skip: skipWithoutShared }, () => {
  const { cases: worked }: { cases: { id: string }[] } = JSON.parse(
    readShared("cases/stop-and-errors.json").toString(),
  );
  assert.deepEqual(
    worked.map(({ id }) => id).filter((id) => !(id in cases)),
    [],
  );
});
