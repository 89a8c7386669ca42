import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { createEndpointModel } from "../../../lib/models/endpoint-model.ts";
import { type CollectedAnswer, collectAnswer } from "../../support/collect-answer.ts";
import {
  events,
  type Script,
  type ScriptedModelServer,
  startScriptedModelServer,
} from "../../support/scripted-model-server.ts";
import { listShared, readShared, skipWithoutShared } from "../../support/shared-files.ts";

interface ExpectedChoice {
  text: string;
  reasoning: string | null;
  refusal: string | null;
  tool_calls: { id: string; name: string; arguments: string }[];
  finish_reason: string | null;
}
interface ExpectedUsage {
  prompt_tokens?: number;
  completion_tokens?: number;
  completion_tokens_details?: { reasoning_tokens?: number } | null;
  prompt_tokens_details?: { cached_tokens?: number } | null;
  cached_tokens?: number;
}
interface Expected extends ExpectedChoice {
  choices: ExpectedChoice[];
  usage: ExpectedUsage | null;
  terminal: "finished" | "error" | "done-without-finish-reason" | "cut-off";
  error?: unknown;
}

const finishReasons: Record<string, string> = {
  stop: "stop",
  length: "length",
  content_filter: "content-filter",
  tool_calls: "tool-calls",
  function_call: "tool-calls",
};

function assertUsage(answer: CollectedAnswer, usage: ExpectedUsage | null, name: string): void {
  if (usage === null) return assert.equal(answer.usage, undefined, name);
  const expected = {
    inputTokens: usage.prompt_tokens,
    outputTokens: usage.completion_tokens,
    reasoningTokens: usage.completion_tokens_details?.reasoning_tokens,
    cachedInputTokens: usage.prompt_tokens_details?.cached_tokens ?? usage.cached_tokens,
    source: "provider",
  };
  assert.deepEqual({ ...answer.usage }, JSON.parse(JSON.stringify(expected)), name);
}

function assertChoice(answer: CollectedAnswer, expected: ExpectedChoice, name: string): void {
  assert.equal(answer.text, expected.text, name);
  assert.equal(answer.reasoning, expected.reasoning ?? "", name);
  assert.equal(answer.refusal, expected.refusal ?? "", name);
  const calls = expected.tool_calls.map(({ id, name: tool, arguments: args }, at) => ({
    id: id === "*generated*" ? answer.toolCalls[at]?.id : id,
    name: tool,
    arguments: args,
  }));
  assert.deepEqual(answer.toolCalls, calls, name);
  assert.ok(
    answer.toolCalls.every(({ id }) => id !== ""),
    name,
  );
  const reason = expected.finish_reason;
  assert.equal(answer.finish, reason === null ? undefined : (finishReasons[reason] ?? "other"), name);
}

describe("recorded provider streams", { skip: skipWithoutShared }, () => {
  let server: ScriptedModelServer;
  before(async () => {
    server = await startScriptedModelServer();
  });
  after(() => server.close());

  const ask = (script: Script) => {
    server.script(script);
    const limits = { firstByteMs: 20_000, idleMs: 20_000, maxBytes: 16 * 1024 * 1024 };
    return collectAnswer(createEndpointModel({ id: "m", baseUrl: server.url, ...limits }));
  };

  const names = listShared("transcripts").filter((name) => name.endsWith(".sse"));
  test("there are 50 of them", () => assert.equal(names.length, 50));

  for (const [cut, slice] of [
    ["whole", undefined],
    ["cut every 7 bytes", 7],
    ["cut at every byte", 1],
  ] as const)
    test(`each one, ${cut}, gives the text, reasoning, refusal, tool calls, usage and end that it holds`, async () => {
      for (const name of names) {
        const { expected }: { expected: Expected } = JSON.parse(
          readShared(`transcripts/${name.replace(/sse$/, "expected.json")}`).toString(),
        );
        const choice = expected.choices[0];
        assert.ok(choice, name);
        const answer = await ask({
          steps: [{ write: readShared(`transcripts/${name}`) }],
          ...(slice && { slice }),
        });
        assertChoice(answer, choice, name);
        assertUsage(answer, expected.usage, name);
        assert.equal(answer.error !== undefined, expected.terminal === "error", name);
        assert.equal(answer.finish !== undefined, expected.terminal === "finished", name);
      }
    });

  test("each worked case of chunks gives the message it says", async () => {
    const { cases }: { cases: { id: string; chunks: unknown[]; expected: Expected }[] } = JSON.parse(
      readShared("cases/chat-chunks.json").toString(),
    );
    assert.ok(cases.length > 30);
    for (const { id, chunks, expected } of cases) {
      const frames = chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`).join("");
      const answer = await ask(events(`${frames}data: [DONE]\n\n`));
      assertChoice(answer, expected, id);
      assertUsage(answer, expected.usage, id);
      assert.equal(answer.error !== undefined, expected.error !== undefined, id);
    }
  });
});
