import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, type TestContext, test } from "node:test";
import type { ConversationView } from "#lib/protocol/conversation-view.ts";
import { cpuMs } from "../bench/process-cost.ts";
import { type ApiClient, apiClient } from "../support/api-client.ts";
import { type AppServer, startAppServer } from "../support/app-server.ts";
import * as chat from "../support/chat-chunks.ts";
import {
  blockDelta,
  blockStart,
  blockStop,
  messageEnd,
  messageStart,
  textBlock,
} from "../support/messages-events.ts";
import { created, ended, functionItems, messageItems } from "../support/responses-events.ts";
import {
  type Script,
  type ScriptedModelServer,
  startScriptedModelServer,
} from "../support/scripted-model-server.ts";
import { sseFrames } from "../support/sse-frames.ts";

/*
 * Ten times the deltas take about ten times as long, through the whole product: read, logged, folded, saved,
 * sent on. RIVULET_DELTAS=1000000 sends answers of a megabyte in deltas of one byte, and holds them to 12.
 */

const many = Number(process.env.RIVULET_DELTAS ?? 40_000);
const few = many / 10;
/** A hundred if each costs what came before it. The machine has other things to do. */
const maxRatio = process.env.RIVULET_DELTAS === undefined ? 30 : 12;
/** A write of the endpoint's. */
const deltasAtOnce = 500;

/** An answer whose deltas are one byte each, and many. */
interface LongAnswer {
  wire: "chat" | "responses" | "messages";
  what: "text" | "arguments";
  begin: string;
  delta: string;
  end(count: number): string;
}

const call = '{"text":"';
const argumentsOf = (count: number): string => `${call}${"a".repeat(count)}"}`;
const argumentChunk = (text: string): string => chat.sse(chat.toolCall(0, "c", "unknown", text).slice(1));
const jsonDelta = (partial_json: string): string =>
  sseFrames(blockDelta(0, { type: "input_json_delta", partial_json }));

const [textAdded = {}, textDelta = {}] = messageItems(0, ["a"]);
const [callAdded = {}, callBegins = {}, callDelta = {}] = functionItems(0, "c", "unknown", call, "a");

const answers: readonly LongAnswer[] = [
  {
    wire: "chat",
    what: "text",
    begin: "",
    delta: chat.word("a"),
    end: () => chat.end,
  },
  {
    wire: "chat",
    what: "arguments",
    begin: chat.sse(chat.toolCall(0, "c", "unknown")) + argumentChunk(call),
    delta: argumentChunk("a"),
    end: () => argumentChunk('"}') + chat.sse(chat.finish("tool_calls")) + chat.done,
  },
  {
    wire: "messages",
    what: "text",
    begin: sseFrames(messageStart(), blockStart(0, { type: "text", text: "" })),
    delta: sseFrames(blockDelta(0, { type: "text_delta", text: "a" })),
    end: () => sseFrames(blockStop(0), ...messageEnd()),
  },
  {
    wire: "messages",
    what: "arguments",
    begin:
      sseFrames(messageStart(), blockStart(0, { type: "tool_use", id: "c", name: "unknown", input: {} })) +
      jsonDelta(call),
    delta: jsonDelta("a"),
    end: () => jsonDelta('"}') + sseFrames(blockStop(0), ...messageEnd("tool_use")),
  },
  {
    wire: "responses",
    what: "text",
    begin: sseFrames(created(), textAdded),
    delta: sseFrames(textDelta),
    end: (count) => sseFrames(...messageItems(0, ["a".repeat(count)]).slice(-1), ended()),
  },
  {
    wire: "responses",
    what: "arguments",
    begin: sseFrames(created(), callAdded, callBegins),
    delta: sseFrames(callDelta),
    end: (count) =>
      sseFrames(
        { ...callDelta, delta: '"}' },
        ...functionItems(0, "c", "unknown", argumentsOf(count)).slice(-1),
        ended(),
      ),
  },
];

/** What the agent is told behind the result of its call. */
const closingWords: Record<LongAnswer["wire"], string> = {
  chat: chat.answer("That is all."),
  messages: sseFrames(messageStart(), ...textBlock(0, "That is all."), ...messageEnd()),
  responses: sseFrames(created(), ...messageItems(0, ["That is all."]), ended()),
};

let app: AppServer;
let model: ScriptedModelServer;
let client: ApiClient;

before(async () => {
  model = await startScriptedModelServer();
  const entries = ["chat", "responses", "messages"].map((wire) => ({ id: wire, wire, baseURL: model.url }));
  app = await startAppServer({ env: { RIVULET_MODELS: JSON.stringify(entries) } });
  client = await apiClient(app.url);
});
after(async () => {
  await app.stop();
  await model.close();
});

function scriptOf({ begin, delta, end }: LongAnswer, count: number): Script {
  const deltas = Buffer.from(delta.repeat(deltasAtOnce));
  return {
    steps: [
      { write: begin },
      ...Array.from({ length: count / deltasAtOnce }, () => ({ write: deltas })),
      { write: end(count) },
    ],
  };
}

/** Asks, reads to the end, and looks whether all of it was saved. Resolves with the processor's time, ms. */
async function cost(answer: LongAnswer, count: number): Promise<number> {
  const { wire, what } = answer;
  const conversationId = randomUUID();
  model.script(({ body }) =>
    /"(tool|tool_result|function_call_output)"/.test(JSON.stringify(body))
      ? { steps: [{ write: closingWords[wire] }] }
      : scriptOf(answer, count),
  );
  const before = cpuMs([app.pid]);
  const body = { runId: randomUUID(), message: { text: "?" }, model: wire };
  const response = await client.post(`/api/conversations/${conversationId}/runs`, body);
  assert.equal(response.status, 200);
  for await (const _ of response.body ?? []) void _;
  const took = cpuMs([app.pid]) - before;
  const view: ConversationView = await (await client.request(`/api/conversations/${conversationId}`)).json();
  const [part] = view.messages.flatMap((message) => (message.role === "assistant" ? message.parts : []));
  const written = part?.type === "tool" ? part.inputText : part?.type === "text" ? part.text : undefined;
  const whole = what === "text" ? "a".repeat(count) : argumentsOf(count);
  assert.ok(written === whole, `${wire}, ${what}: ${written?.length} of ${whole.length}`);
  return took;
}

/** Ten short answers take what one does that is ten times as long, but for what any answer costs. */
async function ratioOf(answer: LongAnswer, t: TestContext): Promise<number> {
  let short = 0;
  for (let nth = 0; nth < 10; nth += 1) short += await cost(answer, few);
  const long = await cost(answer, many);
  const ratio = (10 * long) / short;
  t.diagnostic(`${many} deltas: ${long} ms, ${few}: ${short / 10} ms, ${ratio.toFixed(1)} times as long`);
  return ratio;
}

for (const answer of answers)
  test(`${answer.what} in deltas of one byte over the ${answer.wire} wire: ten times as many take about ten times as long`, async (t) => {
    await cost(answer, few);
    const ratio = await ratioOf(answer, t);
    assert.ok(ratio <= maxRatio, `${ratio.toFixed(1)} times as long`);
  });
