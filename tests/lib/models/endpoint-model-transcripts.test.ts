import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createEndpointModel } from "../../../lib/models/endpoint-model.ts";
import { type CollectedAnswer, collectAnswer } from "../../support/collect-answer.ts";
import {
  chunkBody,
  chunkCases,
  type ExpectedChoice,
  expectedFinish,
  expectedUsage,
  type RecordedAnswer,
  recordedAnswers,
  type StreamCase,
  streamBody,
  streamCases,
  untagged,
} from "../../support/recorded-answers.ts";
import { skipWithoutShared } from "../../support/shared-files.ts";
import { type SlicedBody, slicedFetch } from "../../support/sliced-fetch.ts";

const limits = { firstByteMs: 20_000, idleMs: 20_000, maxCharacters: 16_000_000 };

const ask = (body: SlicedBody): Promise<CollectedAnswer> =>
  collectAnswer(
    createEndpointModel({ id: "m", baseUrl: "http://host.invalid/v1", fetch: slicedFetch(body), ...limits }),
  );

/** Bytes a read; Infinity: whole. */
const slices = [1, 2, 3, 7, 16, Number.POSITIVE_INFINITY];

function assertChoice(answer: CollectedAnswer, expected: ExpectedChoice, name: string): void {
  const { text, reasoning } = untagged(expected.text);
  const calls = expected.tool_calls.map(({ id, name: tool, arguments: args }, at) => ({
    id: id === "*generated*" ? answer.toolCalls[at]?.id : id,
    name: tool,
    arguments: args,
  }));
  assert.deepEqual(
    [answer.text, answer.reasoning, answer.refusal, answer.toolCalls, answer.finish],
    [
      text,
      (expected.reasoning ?? "") + reasoning,
      expected.refusal ?? "",
      calls,
      expectedFinish(expected.finish_reason),
    ],
    name,
  );
  assert.ok(
    answer.toolCalls.every(({ id }) => id !== ""),
    name,
  );
}

const nothing: ExpectedChoice = {
  text: "",
  reasoning: null,
  refusal: null,
  tool_calls: [],
  finish_reason: null,
};

async function assertRecorded({ name, body, expected }: RecordedAnswer, slice: number): Promise<void> {
  const answer = await ask({ body, slice });
  assertChoice(answer, expected.choices[0] ?? nothing, name);
  assert.deepEqual(answer.usage, expectedUsage(expected.usage), name);
  const { terminal } = expected;
  // One that was cut off may say so itself, in words that are none of the wire's.
  assert.ok(terminal !== "finished" || answer.error === undefined, name);
  assert.ok(terminal !== "error" || answer.error !== undefined, name);
  assert.ok(terminal !== "cut-off" || [undefined, "cut-off"].includes(answer.error?.code), name);
}

async function assertStream(each: StreamCase, slice: number): Promise<void> {
  const { id, response, expected } = each;
  const isBroken = response.steps?.some(({ destroy }) => destroy) ?? false;
  const { status, type } = response;
  const answer = await ask({ body: streamBody(each), slice, status, isBroken, ...(type && { type }) });
  const code = answer.error?.code ?? (answer.finish ? undefined : "cut-off");
  assert.equal(code === undefined ? "finish" : "error", expected.end, id);
  assert.ok(expected.code === undefined || expected.code.split("|").includes(code ?? ""), `${id}: ${code}`);
  for (const field of ["text", "reasoning", "finish"] as const)
    if (expected[field] !== undefined) assert.equal(answer[field], expected[field], id);
  const tools = Object.fromEntries(
    answer.toolCalls.map((call) => [call.id, { name: call.name, args: call.arguments }]),
  );
  if (expected.tools) assert.deepEqual(tools, expected.tools, id);
  if (expected.ncalls !== undefined) assert.equal(answer.toolCalls.length, expected.ncalls, id);
}

describe("recorded provider streams", { skip: skipWithoutShared }, () => {
  const recorded = ["transcripts", "transcripts-llamacpp"].flatMap(recordedAnswers);
  test("there are 75 of them", () => assert.equal(recorded.length, 75));

  for (const slice of slices)
    test(`each gives what it holds, ${slice} bytes a read`, async () => {
      for (const each of recorded) await assertRecorded(each, slice);
    });
});

describe("worked cases", { skip: skipWithoutShared }, () => {
  for (const slice of slices)
    test(`of chunks: each is the message it says, ${slice} bytes a read`, async () => {
      const cases = chunkCases();
      assert.ok(cases.length > 30);
      for (const each of cases) {
        const answer = await ask({ body: chunkBody(each), slice });
        assertChoice(answer, each.expected, each.id);
        assert.deepEqual(answer.usage, expectedUsage(each.expected.usage), each.id);
        assert.equal(answer.error !== undefined, each.expected.error !== undefined, each.id);
      }
    });

  for (const slice of slices)
    test(`of providers: each is the answer it says, ${slice} bytes a read`, async () => {
      // What is compressed comes over a socket (http-fetch.test.ts).
      const cases = streamCases().filter(({ response }) => response.base64 === undefined);
      assert.ok(cases.length > 100);
      for (const each of cases) await assertStream(each, slice);
    });
});
