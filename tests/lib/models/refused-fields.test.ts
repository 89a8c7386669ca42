import assert from "node:assert/strict";
import { test } from "node:test";
import { refusedFields } from "#lib/models/refused-fields.ts";

const cases: [text: string, fields: string[]][] = [
  ["Unrecognized request argument supplied: stream_options", ["stream_options"]],
  [
    "type: extra_forbidden\nloc: body\nloc: stream_options\nmsg: Extra inputs are not permitted",
    ["stream_options"],
  ],
  [
    "Unsupported value: 'temperature' does not support 0.7 with this model. Only the default (1) value is supported.",
    ["temperature"],
  ],
  [
    "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
    ["max_completion_tokens", "max_tokens"],
  ],
  ["param: temperature", ["temperature"]],
  ["registry.ollama.ai/library/gemma does not support tools", ["tools"]],
  ["tools param requires --jinja flag", ["tools"]],
  [
    '"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set',
    ["tool_choice", "tools"],
  ],
  ["Function calling is not enabled for this model", ["tools"]],
  ["`response_format` is not supported", ["output_config", "response_format", "text"]],
  ["This model does not support json_schema", ["output_config", "response_format", "text"]],
  [
    "Invalid parameter: 'text.format' of type 'json_schema' is not supported with this model.",
    ["output_config", "response_format", "text"],
  ],
  ["Unknown parameter: 'text'.", ["text"]],
  ["Structured outputs are not available on this deployment", ["output_config", "response_format", "text"]],
  ["output_config: Extra inputs are not permitted", ["output_config"]],
  ["System role not supported", ["system"]],
  ["Unsupported value: 'messages[0].role' does not support 'system' with this model.", ["system"]],
  ["Developer instruction is not enabled for models/gemma", ["system"]],
  ["Unsupported value: 'stream' does not support true with this model.", ["stream"]],
  ["`temperature` and `top_p` cannot both be specified for this model", ["temperature", "top_p"]],
  ["Range of max_tokens should be [1, 8192]", ["max_tokens"]],
  ["temperature must be in (0, 1]", ["temperature"]],
  ["unsupported field: seed", ["seed"]],
  ["Unrecognized request argument supplied: seed", ["seed"]],
  ["Unexpected request parameters were given: 'stop'", ["stop"]],
  ["One or more parameters specified in the request are not valid: temperature", ["temperature"]],
  ["max_tokens too large", ["max_tokens"]],
  ["this model is not supported MaxTokens, please use MaxCompletionTokens", ["max_tokens"]],
  ["Conversation roles must alternate user/assistant/user/assistant/...", ["system"]],
  ["After the optional system message, conversation roles must alternate user/assistant", []],
  ["unexpected end of stream", []],
  ["param: background\nmessage: Argument not supported: background", ["background"]],
  [
    "This engine does not support `store=True` and therefore not the background mode.",
    ["background", "store"],
  ],
  ["Encrypted content is not supported with this model.", ["include"]],
  ["Unsupported parameter: 'reasoning.summary' is not supported with this model.", ["reasoning"]],
  ["Your organization must be verified to generate reasoning summaries.", ["reasoning"]],
  ["system.0.cache_control: Extra inputs are not permitted", ["cache_control"]],
  ["messages.1.content.0: Invalid `signature` in `thinking` block", ["thoughts"]],
  [
    "This model does not support assistant message prefill. The conversation must end with a user message.",
    ["prefill"],
  ],
  ["The encrypted content gAAA= could not be verified.", ["thoughts"]],
  ["adaptive thinking is not supported on this model", ["thinking"]],
  ["thinking: Extra inputs are not permitted", ["thinking"]],
  [
    "When `thinking` is enabled, a final `assistant` message must start with a thinking block",
    ["thinking", "thoughts"],
  ],
  ["Unsupported value: 'reasoning_effort' does not support 'minimal' with this model.", ["reasoning_effort"]],
  ["Function call is not supported for this model.", ["tools"]],
  ["Only user, assistant and tool roles are supported, but got system.", ["system"]],
  ["Only user, assistant and tool roles are supported, got system.", ["system"]],
  ["This model does not support the `system` role", ["system"]],
  ["Tool calling is disabled for this model", ["tools"]],
  ["'tools' is not yet implemented", ["tools"]],
  ["max_tokens cannot be set for this model", ["max_tokens"]],
  ["temperature is not configurable", ["temperature"]],
  ["The 'stream_options' parameter is only allowed when 'stream' is enabled.", ["stream_options"]],
  [
    "Invalid 'messages[2].tool_calls[0].id': string too long. Expected a string with maximum length 40.",
    ["tool_call_ids"],
  ],
  ["Invalid 'messages[3].tool_call_id': string too long.", ["tool_call_ids"]],
  ["messages.1.content.1.tool_use.id: String should match pattern '^[a-zA-Z0-9_-]+$'", ["tool_call_ids"]],
  ["tool_call_id 'a' has no call before it, and must follow it", []],
  ["No tool call found for function call output with call_id call_1.", []],
  ["An assistant message with 'tool_calls' must be followed by tool messages", []],
  ["Tool choice is none, but model called a tool", []],
  ["The system is overloaded", []],
  ["Stop it, the stream has ended", []],
];
for (const [text, fields] of cases)
  test(`“${text.replaceAll("\n", " ")}” refuses ${fields.join(", ") || "nothing"}`, () => {
    assert.deepEqual(refusedFields(text), fields);
  });
