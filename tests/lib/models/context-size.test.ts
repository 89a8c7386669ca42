import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { contextSizeOf } from "#lib/models/context-size.ts";
import { providerError } from "#lib/models/provider-error.ts";

/** As endpoints say that a request is too long, and the numbers in it. */
const rejections: [who: string, body: string, limit?: number, asked?: number][] = [
  [
    "OpenAI",
    "This model's maximum context length is 8192 tokens. However, your messages resulted in 10431 tokens.",
    8192,
    10431,
  ],
  [
    "OpenAI, with the answer counted in",
    "This model's maximum context length is 4097 tokens, however you requested 5000 tokens (4000 in your prompt; 1000 for the completion).",
    4097,
    5000,
  ],
  [
    "OpenAI, by its limit",
    "Input tokens exceed the configured limit of 272,000 tokens. Your messages resulted in 300,512 tokens.",
    272000,
    300512,
  ],
  ["OpenAI, without numbers", "Your input exceeds the context window of this model."],
  ["Anthropic", "prompt is too long: 210000 tokens > 200000 maximum", 200000, 210000],
  [
    "Anthropic, with the answer counted in",
    "input length and `max_tokens` exceed context limit: 190000 + 20000 > 200000",
    200000,
  ],
  ["vLLM", "The decoder prompt (length 5021) is longer than the maximum model length of 4096.", 4096, 5021],
  [
    "llama.cpp",
    '{"code":400,"message":"the request exceeds the available context size, try increasing it","type":"exceed_context_size_error","n_prompt_tokens":5003,"n_ctx":4096}',
    4096,
    5003,
  ],
  [
    "llama.cpp, in words",
    "request (5000 tokens) exceeds the available context size (4096 tokens), try increasing it",
    4096,
    5000,
  ],
  [
    "Mistral",
    "Prompt contains 40000 tokens and 0 draft tokens, too large for model with 32768 maximum context length",
    32768,
    40000,
  ],
  [
    "Gemini",
    "The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).",
    1048576,
    1200000,
  ],
  [
    "LM Studio",
    "Trying to keep the first 5003 tokens when context the overflows. However, the model is loaded with context length of only 4096 tokens",
    4096,
    5003,
  ],
  [
    "xAI",
    "This model's maximum prompt length is 131072 but the request contains 140001 tokens.",
    131072,
    140001,
  ],
  ["Moonshot", "Your request exceeded model token limit: 8192 (requested: 9000)", 8192, 9000],
  [
    "Cohere",
    "too many tokens: total number of tokens in the prompt cannot exceed 4081 - received 5000.",
    4081,
    5000,
  ],
  [
    "TGI",
    "Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4097. Given: 5000 `inputs` tokens and 512 `max_new_tokens`",
    4097,
    5000,
  ],
  ["DashScope", "Range of input length should be [1, 30720]", 30720],
  ["Bedrock", "Input is too long for requested model."],
  ["Groq", "Please reduce the length of the messages or completion. context_length_exceeded"],
];

describe("a request that is too long is known as that, with the numbers that were given", () => {
  for (const [who, body, limitTokens, askedTokens] of rejections)
    test(who, () => {
      const known = {
        ...(limitTokens !== undefined && { limitTokens }),
        ...(askedTokens !== undefined && { askedTokens }),
      };
      assert.deepEqual(contextSizeOf(body), known);
      // Before the answer, in the middle of it, and as a failure of the endpoint's.
      for (const status of [400, 413, 422, undefined, 500]) {
        const error = providerError({ host: "host:1", model: "m" }, { status, body });
        assert.deepEqual([error.code, error.retryable], ["context-too-long", false], `${status}`);
        const { limitTokens: limit, askedTokens: asked } = error.facts;
        assert.deepEqual([limit, asked], [limitTokens, askedTokens]);
      }
    });
});

test("times, ids and nonsense are no numbers of tokens", () => {
  for (const body of [
    "context length of 1700000000000 tokens",
    "maximum context length is 0",
    "req_011CSHoEeqs5C35K2UUqR7Fy context window",
  ])
    assert.deepEqual(contextSizeOf(body), {});
  const body = "maximum context length is 5 tokens, at 1700000000, request 7-9999-1, v2.50";
  assert.deepEqual(contextSizeOf(body), { limitTokens: 5 });
});

test("a body that is long costs no more than its length", () => {
  const begin = performance.now();
  contextSizeOf(`maximum context ${"length ".repeat(20_000)}${"9,".repeat(20_000)}`);
  assert.ok(performance.now() - begin < 2000);
});

test("a failure of the endpoint's own is none of the question's", () => {
  for (const status of [undefined, 500, 502, 503])
    assert.equal(
      providerError({ host: "h", model: "m" }, { status, body: "overloaded" }).code,
      "provider-failed",
    );
});
