import assert from "node:assert/strict";
import { test } from "node:test";
import { answerUnknownCall } from "#lib/agents/answer-unknown-call.ts";

const answerTo = (input: string) => answerUnknownCall({ toolCallId: "c", toolName: "look_up", input });

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
