import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, test } from "node:test";
import { LLMock } from "@copilotkit/aimock";
import type { ConversationView } from "#lib/protocol/conversation-view.ts";
import type { AssistantMessage } from "#lib/protocol/message.ts";
import type { RunState } from "#lib/protocol/run-state.ts";
import { type ApiClient, apiClient, eventsOf, foldOf } from "../support/api-client.ts";
import { type AppServer, startAppServer } from "../support/app-server.ts";
import { textOf } from "../support/run-bench.ts";
import { waitUntil } from "../support/wait-until.ts";

/*
 * The product against an endpoint that others wrote, and that others' clients are tested with.
 */

const story = "A rivulet begins at a spring. It finds its way, whatever stands in it. 它总会到海里。";
const slow = "word ".repeat(400);
const wires = ["chat", "responses", "messages"] as const;
/** Longer than endpoints accept. */
const longId = `call_${"z".repeat(200)}`;

let mock: LLMock;
let app: AppServer;
let client: ApiClient;

before(async () => {
  mock = new LLMock({ port: 0, latency: 2, chunkSize: 6 });
  const usage = { prompt_tokens: 12, completion_tokens: 34, input_tokens: 12, output_tokens: 34 };
  mock.onMessage(/slow/, { content: slow }, { latency: 50 });
  mock.onMessage(/breaks/, { content: story, usage }, { truncateAfterChunks: 5 });
  mock.onMessage(/again/, { content: "Once more.", usage });
  mock.onMessage(/story/, { content: story, usage });
  mock.on(
    { predicate: ({ messages }) => messages.at(-1)?.role === "tool" },
    { content: "It is 42.", reasoning: "So it says." },
  );
  mock.onMessage(/product/, {
    reasoning: "The calculator knows.",
    content: "I calculate. ",
    toolCalls: [{ id: longId, name: "calculator", arguments: '{"expression":"6*7"}' }],
  });
  await mock.start();
  const models = wires.map((wire) => ({
    id: wire,
    wire,
    baseURL: `${mock.url}/v1`,
    model: wire === "messages" ? "claude-sonnet-4-5" : "gpt-4o-mini",
    keyVariable: "OPENAI_API_KEY",
    prices: { input: 1000, output: 4000 },
  }));
  app = await startAppServer({ env: { RIVULET_MODELS: JSON.stringify(models), OPENAI_API_KEY: "mock" } });
  client = await apiClient(app.url);
});
after(async () => {
  await app.stop();
  await mock.stop();
});

/** A question to the model of that wire. */
async function ask(wire: string, text: string, conversationId: string = randomUUID()) {
  const runId = randomUUID();
  const body = { runId, message: { text }, model: wire };
  return {
    runId,
    conversationId,
    response: await client.post(`/api/conversations/${conversationId}/runs`, body),
  };
}

const answersOf = async (conversationId: string): Promise<AssistantMessage[]> => {
  const view: ConversationView = await (await client.request(`/api/conversations/${conversationId}`)).json();
  return view.messages.filter((message) => message.role === "assistant");
};

for (const wire of wires)
  test(`${wire}: asked, streamed, read again, asked on, stopped, asked once more`, async () => {
    const { runId, conversationId, response } = await ask(wire, "Tell the story.");
    const state = await foldOf(response);
    assert.equal(textOf(state), story);
    assert.equal(state.ending?.type, "finish");
    assert.deepEqual(state.total, { inputTokens: 12, outputTokens: 34, cost: 0.148, source: "provider" });
    const again = await foldOf(await client.request(`/api/runs/${runId}/events?after=0`));
    assert.deepEqual(again, state, "a second reader sees the same");
    const next = await ask(wire, "And again?", conversationId);
    assert.equal(textOf(await foldOf(next.response)), "Once more.");
    const stopped = await ask(wire, "Now slow.", conversationId);
    let written = 0;
    for await (const event of eventsOf(stopped.response)) {
      if (event.type === "text-delta") written += 1;
      if (written === 2) await client.post(`/api/runs/${stopped.runId}/stop`, {});
      if (event.type === "abort") assert.equal(event.total?.outputTokens, undefined, "nobody knows how much");
    }
    await foldOf((await ask(wire, "The story.", conversationId)).response);
    const answers = await answersOf(conversationId);
    assert.deepEqual(
      answers.map(({ ending }) => ending?.type),
      ["finish", "finish", "abort", "finish"],
    );
    const sent = mock.getRequests().map(({ body }) => JSON.stringify(body));
    assert.match(sent.at(-1) ?? "", /Tell the story.*rivulet begins.*And again.*Once more.*Now slow.*word/s);
  });

for (const wire of wires)
  test(`${wire}: a tool is called, and its result goes back under an id that any endpoint takes`, async () => {
    mock.clearRequests();
    const state = await foldOf((await ask(wire, "The product?")).response);
    assert.deepEqual(
      state.parts.map((part) => ("text" in part ? part.text : part.type === "tool" && part.output)),
      [
        ...["The calculator knows.", "I calculate. ", { result: "42", isExact: true }],
        ...["So it says.", "It is 42."],
      ],
    );
    const sent = JSON.stringify(mock.getRequests().at(-1)?.body);
    const ids = [...sent.matchAll(/"(?:\w*call_|tool_use_)?id":"(call_z[^"]*)"/g)].map(([, id]) => id);
    assert.deepEqual([ids.length, new Set(ids).size], [2, 1]);
    assert.ok((ids[0]?.length ?? 99) <= 64);
  });

/** An end that a person can do something with. */
function assertEnd(state: RunState, text: string): "whole" | "failed" {
  const { ending } = state;
  assert.ok(ending?.type === "finish" || ending?.type === "error", ending?.type);
  if (ending.type === "finish") assert.equal(textOf(state), text);
  else {
    assert.match(ending.code, /^(rate-limited|provider-failed|bad-response|cut-off|unreachable)$/);
    assert.ok(text.startsWith(textOf(state)), "what was written is kept");
  }
  return ending.type === "finish" ? "whole" : "failed";
}

for (const wire of wires)
  test(`${wire}: with chaos on, 12 questions at once each end once, whole or in words, and can be asked again`, async () => {
    const fates = new Map<string, "whole" | "failed">();
    mock.clearRequests();
    mock.setChaos({
      dropRate: 0.2,
      malformedRate: 0.1,
      rateLimitRate: 0.2,
      disconnectRate: 0.2,
      latencyMs: 10,
    });
    const askOne = async (_: unknown, at: number): Promise<void> => {
      const asked = await ask(wire, at % 6 === 0 ? "It breaks." : "The story.");
      fates.set(asked.conversationId, assertEnd(await foldOf(asked.response), story));
    };
    await Promise.all(Array.from({ length: 12 }, askOne));
    mock.clearChaos();
    const disturbed = mock.getRequests().filter(({ response }) => response.chaosAction);
    assert.ok(disturbed.length > 0, "nothing was disturbed");
    for (const [conversationId, fate] of fates) {
      const answers = await answersOf(conversationId);
      assert.deepEqual(
        answers.map(({ ending }) => ending?.type),
        [fate === "whole" ? "finish" : "error"],
      );
      if (fate === "whole") continue;
      const body = { runId: randomUUID(), retry: answers[0]?.runId, model: wire };
      const again = await foldOf(await client.post(`/api/conversations/${conversationId}/runs`, body));
      const breaks = again.ending?.type === "error" && again.ending.code === "cut-off";
      assert.ok(breaks || textOf(again) === story, JSON.stringify(again.ending));
    }
    const list = async () => JSON.stringify(await (await client.request("/api/conversations")).json());
    await waitUntil("nothing is answering any more", async () => !/activeRunId/.test(await list()));
  });
