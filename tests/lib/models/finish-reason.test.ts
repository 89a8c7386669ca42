import assert from "node:assert/strict";
import { test } from "node:test";
import { finishReasonOf } from "#lib/models/finish-reason.ts";

const meanings: [meaning: string, written: string][] = [
  ["stop", "stop STOP end_turn eos eos_token stop_sequence COMPLETE"],
  ["length", "length max_tokens MAX_TOKENS model_length model_context_window_exceeded max_output_tokens"],
  [
    "content-filter",
    "content_filter content_filtered SAFETY RECITATION PROHIBITED_CONTENT refusal sensitive",
  ],
  ["tool-calls", "tool_calls function_call tool_use TOOL_CALL"],
  ["failed", "abort error network_error insufficient_system_resource MALFORMED_FUNCTION_CALL cancelled"],
  ["other", "something-new"],
];
for (const [meaning, written] of meanings)
  test(`${meaning}: ${written}`, () => {
    for (const each of written.split(" ")) assert.equal(finishReasonOf(each), meaning, each);
  });
