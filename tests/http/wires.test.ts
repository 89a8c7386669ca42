import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { isOwnCall } from "#lib/protocol/is-own-call.ts";
import type { RunState } from "#lib/protocol/run-state.ts";
import { type ApiClient, apiClient, foldOf } from "../support/api-client.ts";
import { type AppServer, startAppServer } from "../support/app-server.ts";
import { messageEnd, messageStart, textBlock, thinkingBlock } from "../support/messages-events.ts";
import {
  created,
  ended,
  messageItems,
  numberedFrom,
  reasoningItemOf,
  reasoningItems,
} from "../support/responses-events.ts";
import { textOf } from "../support/run-bench.ts";
import {
  events,
  type RecordedRequest,
  type Script,
  type ScriptedModelServer,
  startScriptedModelServer,
} from "../support/scripted-model-server.ts";
import { listShared, readShared, skipWithoutShared } from "../support/shared-files.ts";
import { sseFrames } from "../support/sse-frames.ts";

let model: ScriptedModelServer;
let app: AppServer;
let client: ApiClient;

before(async () => {
  model = await startScriptedModelServer();
  const entries = ["responses", "messages"].map((wire) => ({ id: wire, wire, baseURL: model.url }));
  app = await startAppServer({ env: { RIVULET_MODELS: JSON.stringify(entries), LIMIT_LIVE_RUNS: "0" } });
  client = await apiClient(app.url);
});
after(async () => {
  await app.stop();
  await model.close();
});

async function ask(wire: string, text: string, conversationId: string = randomUUID()): Promise<RunState> {
  const body = { runId: randomUUID(), message: { text }, model: wire };
  return foldOf(await client.post(`/api/conversations/${conversationId}/runs`, body));
}

interface Expected {
  text: string;
  reasoning: string;
  tool_calls: { id: string; name: string; arguments: string }[];
  usage: Record<string, number>;
  terminal: string;
}

describe("recorded streams through the product", { skip: skipWithoutShared }, () => {
  const recordings = ["responses", "messages"].flatMap((wire) =>
    listShared(`transcripts-${wire}`)
      .filter((name) => name.endsWith(".sse"))
      .map((name) => ({ wire, path: `transcripts-${wire}/${name}` })),
  );

  /** What a question asks for: a recording, by its number, in pieces of so many bytes. */
  function scriptOf({ body }: RecordedRequest): Script {
    if (/"(tool_result|function_call_output)"|FAILURE: /.test(JSON.stringify(body)))
      return closingWords(body);
    const [, at, size] = /recording (\d+) by (\d+)/.exec(JSON.stringify(body)) ?? [];
    const steps = [{ write: readShared(recordings[Number(at)]?.path ?? "") }];
    return { steps, ...(size !== "0" && { slice: Number(size) }) };
  }

  for (const size of [0, 7])
    test(`each one, ${size === 0 ? "whole" : `in pieces of ${size} bytes`}, is the answer that it holds`, async () => {
      model.script(scriptOf);
      const states = await Promise.all(
        recordings.map(({ wire }, at) => ask(wire, `recording ${at} by ${size}`)),
      );
      for (const [at, { path }] of recordings.entries()) {
        const about = readShared(path.replace(/sse$/, "expected.json")).toString();
        assertAnswer(states[at], JSON.parse(about).expected, path);
      }
    });
});

/** The agent goes on: behind the results of calls, and behind an answer without a word. */
const closingWords = (body: unknown): Script =>
  events(
    sseFrames(
      ...(typeof body === "object" && body !== null && "input" in body
        ? numberedFrom(
            0,
            created(),
            ...messageItems(0, ["That is all."]),
            ended("completed", { usage: undefined }),
          )
        : [messageStart({}), ...textBlock(0, "That is all."), ...messageEnd("end_turn", {})]),
    ),
  );

function assertAnswer(whole: RunState | undefined, expected: Expected, path: string): void {
  assert.ok(whole, path);
  const parts = whole.parts.filter(({ stepId }) => stepId === whole.steps[0]?.stepId);
  const state = { ...whole, parts };
  assert.equal(textOf(state), expected.text, path);
  const thoughts = state.parts.flatMap((part) => (part.type === "reasoning" ? [part.text] : []));
  assert.equal(thoughts.join(""), expected.reasoning, path);
  const calls = state.parts.flatMap((part) =>
    isOwnCall(part) ? [[part.toolCallId, part.toolName, part.input]] : [],
  );
  assert.deepEqual(
    calls,
    expected.tool_calls.map((call) => [call.id, call.name, JSON.parse(call.arguments) as unknown]),
    path,
  );
  assert.equal(state.ending?.type, expected.terminal === "finished" ? "finish" : "error", path);
  assert.equal(state.total?.outputTokens, expected.usage["output_tokens"], path);
}

test("what a provider gave goes back to it with the next question, unchanged", async () => {
  const encrypted = { encrypted_content: "gAAA=" };
  const answers: [wire: string, script: Script, given: object][] = [
    [
      "messages",
      events(
        sseFrames(messageStart(), ...thinkingBlock(0, "abc=", "Hm"), ...textBlock(1, "5."), ...messageEnd()),
      ),
      { type: "thinking", thinking: "Hm", signature: "abc=" },
    ],
    [
      "responses",
      events(
        sseFrames(
          ...numberedFrom(
            0,
            ...[created(), ...reasoningItems(0, [["Hm"]], encrypted), ...messageItems(1, ["5."]), ended()],
          ),
        ),
      ),
      reasoningItemOf([["Hm"]], encrypted),
    ],
  ];
  for (const [wire, script, given] of answers) {
    model.script(script);
    const conversationId = randomUUID();
    for (const question of ["one", "two"])
      assert.equal(textOf(await ask(wire, question, conversationId)), "5.");
    const body = JSON.stringify(model.requests.at(-1)?.body);
    assert.ok(body.includes(JSON.stringify(given)), body);
  }
});
