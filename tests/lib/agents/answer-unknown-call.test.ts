import assert from "node:assert/strict";
import { test } from "node:test";
import { answerUnknownCall } from "#lib/agents/answer-unknown-call.ts";
import type { FinishReason } from "#lib/protocol/run-event.ts";

const answerTo = (input: string, finishReason: FinishReason = "length") =>
  answerUnknownCall({ toolCallId: "c", toolName: "look_up", input }, finishReason);

test("a call to a tool that was not offered is an error that names the tool", () => {
  assert.deepEqual(answerTo('{"q":1}'), [
    { type: "tool-input-available", toolCallId: "c", toolName: "look_up", input: { q: 1 } },
    {
      type: "tool-output-error",
      toolCallId: "c",
      errorText: "there is no tool named look_up",
      code: "unknown_tool",
    },
  ]);
});

test("no arguments are an empty object where the model ended its answer with the call", () => {
  for (const finishReason of ["tool-calls", "stop"] as const)
    assert.partialDeepStrictEqual(answerTo(" ", finishReason)[0], {
      type: "tool-input-available",
      input: {},
    });
});

test("arguments nested 6,000 and 600,000 levels deep are an error of the input", () => {
  for (const depth of [6000, 600_000])
    assert.deepEqual(answerTo(`${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`), [
      {
        type: "tool-input-error",
        toolCallId: "c",
        toolName: "look_up",
        input: "",
        errorText: "the arguments of look_up are nested deeper than 64 levels",
      },
    ]);
});

test("arguments that are no JSON are an error of the input, and kept as they are", () => {
  for (const input of ["", '{"q"', "{} {}"])
    assert.deepEqual(answerTo(input), [
      {
        type: "tool-input-error",
        toolCallId: "c",
        toolName: "look_up",
        input,
        errorText: "the arguments of look_up are incomplete",
      },
    ]);
});
