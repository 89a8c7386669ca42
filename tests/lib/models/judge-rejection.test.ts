import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { judgeRejection } from "#lib/models/judge-rejection.ts";
import { rejectionText } from "#lib/models/rejection-text.ts";
import { readShared, skipWithoutShared } from "../../support/shared-files.ts";

type Case = [status: number | undefined, body: unknown, judged: string];

const judge = (status: number | undefined, body: unknown) =>
  judgeRejection(status, rejectionText(typeof body === "string" ? body : JSON.stringify(body)));

function judged(status: number | undefined, body: unknown): string {
  const { code, reason, retryable } = judge(status, body);
  return `${code}${reason === undefined ? "" : `.${reason}`}${retryable ? " again" : ""}`;
}

/** OpenAI's form, which most others have too. */
const error = (message: string, code: unknown = null, type: unknown = "invalid_request_error") => ({
  error: { message, type, param: null, code },
});

const kinds: Readonly<Record<string, readonly Case[]>> = {
  "a status that says it all": [
    [401, {}, "key-rejected"],
    [403, "Forbidden", "key-rejected"],
    [402, {}, "out-of-credit"],
    [404, {}, "model-not-found"],
    [405, { detail: "Method Not Allowed" }, "model-not-found"],
    [408, {}, "timeout again"],
    [413, "<html><h1>413 Request Entity Too Large</h1>", "context-too-long"],
    [424, {}, "provider-failed again"],
    [425, {}, "provider-failed again"],
    [429, {}, "rate-limited again"],
    [498, {}, "rate-limited again"],
    [400, {}, "request-refused"],
    [422, {}, "request-refused"],
    [500, {}, "provider-failed again"],
    [501, {}, "request-refused"],
    [503, "<html>Service Unavailable", "provider-failed again"],
    [529, {}, "provider-failed again"],
    [undefined, "model runner stopped", "provider-failed again"],
  ],
  money: [
    [400, error("Your balance is not enough: Insufficient Balance"), "out-of-credit"],
    [401, error("This key has insufficient credits"), "out-of-credit"],
    [403, { code: "AccountOverdueError", message: "The account is overdue" }, "out-of-credit"],
    [
      429,
      error("You exceeded your current quota", "insufficient_quota", "insufficient_quota"),
      "out-of-credit",
    ],
    [403, error("该令牌额度已用尽", "", "new_api_error"), "out-of-credit"],
    [400, error("Budget has been exceeded! Current cost: 10.2, Max budget: 10.0"), "out-of-credit"],
    [undefined, { base_resp: { status_code: 1008, status_msg: "insufficient balance" } }, "out-of-credit"],
    [402, error("This request requires more credits, or fewer max_tokens", 402), "out-of-credit"],
    [400, { error: { code: "1113", message: "您的账户已欠费，请充值后重试。" } }, "out-of-credit"],
  ],
  "money, in fewer words": [
    [403, { code: 30001, message: "Sorry, your account balance is insufficient" }, "out-of-credit"],
    [400, error("ExceededBudget: User=x over budget.", "400", "budget_exceeded"), "out-of-credit"],
    [402, { error: "You have exceeded your monthly included credits" }, "out-of-credit"],
  ],
  "too many requests, in words alone": [
    [
      undefined,
      { base_resp: { status_code: 1002, status_msg: "rate limit exceeded(RPM)" } },
      "rate-limited again",
    ],
    [undefined, { error_code: 18, error_msg: "Open api qps request limit reached" }, "rate-limited again"],
    [
      undefined,
      { error: { code: "1305", message: "该模型当前访问量过大，请您稍后再试" } },
      "rate-limited again",
    ],
  ],
  "too many requests, though money or tokens are named": [
    [
      429,
      error(
        "Rate limit reached for x on requests per min. Please try again in 20s. Add a payment method at https://host/account/billing",
        "rate_limit_exceeded",
        "requests",
      ),
      "rate-limited again",
    ],
    [429, error("exceed your rate limit of 30,000 input tokens per minute"), "rate-limited again"],
    [429, error("The engine is currently overloaded", null, "engine_overloaded_error"), "rate-limited again"],
    [400, { code: "Throttling.RateQuota", message: "Requests rate limit exceeded" }, "rate-limited again"],
    [undefined, { error: { type: "rate_limit_error", message: "slow down" } }, "rate-limited again"],
    [
      429,
      [{ error: { code: 429, status: "RESOURCE_EXHAUSTED", message: "You exceeded your current quota" } }],
      "rate-limited again",
    ],
  ],
  "busy with another question": [
    [429, error("max organization concurrency: 1, try again after 1 seconds"), "rate-limited.slots again"],
    [429, { error: { code: "1302", message: "您当前使用该API的并发数过高" } }, "rate-limited.slots again"],
    [503, { detail: { msg: "Server is busy; please try again later." } }, "rate-limited.slots again"],
    [
      503,
      { error: "server busy, please try again. maximum pending requests exceeded" },
      "rate-limited.slots again",
    ],
  ],
  "more than a minute takes is too long, not too often": [
    [
      429,
      error("Request too large for x on tokens per min (TPM): Limit 10000, Requested 15000"),
      "context-too-long",
    ],
  ],
  "a name or an id that is too long is no long conversation": [
    [
      400,
      error("Invalid 'tools[3].function.name': string too long. Expected 64.", "string_above_max_length"),
      "request-refused",
    ],
    [
      400,
      error("Invalid 'messages[2].tool_calls[0].id': string too long.", "string_above_max_length"),
      "request-refused.parameter",
    ],
    [
      400,
      error("Invalid 'messages[2].content': string too long.", "string_above_max_length"),
      "context-too-long",
    ],
  ],
  "a model's name": [
    [400, error("foo is not a valid model ID", 400), "model-not-found"],
    [400, { error: "model 'foo' not found, try pulling it first" }, "model-not-found"],
    [403, { code: "Model.AccessDenied", message: "Model access denied." }, "model-not-found"],
    [404, error("The model `x` does not exist or you do not have access to it."), "model-not-found"],
    [500, error("当前分组 default 下对于模型 foo 无可用渠道"), "model-not-found"],
    [400, error("The model `x` has been decommissioned", "model_decommissioned"), "model-not-found"],
    [400, { message: "The provided model identifier is invalid." }, "model-not-found"],
    [404, error("No models loaded. Please load a model in the developer page"), "model-not-found"],
    [400, { success: false, errors: [{ code: 5007, message: "No such model x" }] }, "model-not-found"],
  ],
  "a wrong address": [
    [undefined, { error: "Unexpected endpoint or method. (POST /chat/completions)" }, "model-not-found"],
    [400, error("Invalid URL (POST /v1/v1/chat/completions)"), "model-not-found"],
  ],
  "a key": [
    [400, error("Missing bearer or basic authentication"), "key-rejected"],
    [400, error("Incorrect API key provided: sk-12*34", "invalid_api_key"), "key-rejected"],
    [400, { error: { code: "1002", message: "身份验证失败。" } }, "key-rejected"],
    [500, error("无效的令牌"), "key-rejected"],
    [undefined, { detail: "Not authenticated" }, "key-rejected"],
    [undefined, { type: "error", error: { type: "authentication_error", message: "x" } }, "key-rejected"],
  ],
  moderation: [
    [403, error("Your input was flagged for harassment", 403), "content-filter"],
    [400, error("Content Exists Risk"), "content-filter"],
    [
      400,
      error("The input text contains sensitive information", "SensitiveContentDetected"),
      "content-filter",
    ],
    [
      undefined,
      { base_resp: { status_code: 1026, status_msg: "input new_sensitive: 内容违规" } },
      "content-filter",
    ],
  ],
  "a region": [
    [
      400,
      [
        {
          error: {
            message: "User location is not supported for the API use.",
            status: "FAILED_PRECONDITION",
          },
        },
      ],
      "request-refused.region",
    ],
    [403, error("This model is not available in your region"), "request-refused.region"],
  ],
  length: [
    [
      400,
      { code: 20015, message: "prompt_tokens (50000) must be less than max_seq_len (32768)." },
      "context-too-long",
    ],
    [400, error("Range of input length should be [1, 6000]", "InvalidParameter"), "context-too-long"],
    [
      500,
      {
        error: { code: 500, message: "the request exceeds the available context size", type: "server_error" },
      },
      "context-too-long",
    ],
    [
      400,
      { object: "error", message: "This model's maximum context length is 4096 tokens", code: 400 },
      "context-too-long",
    ],
    [
      400,
      { error_code: 336007, error_msg: "the max input characters: prompt is too long" },
      "context-too-long",
    ],
    [undefined, error("Requested input length 9000 exceeds maximum input length 8191"), "context-too-long"],
    [400, { detail: [{ msg: "输入内容过长" }] }, "context-too-long"],
  ],
  "a parameter": [
    [
      400,
      error(
        "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
      ),
      "request-refused.parameter",
    ],
    [400, error("registry.ollama.ai/library/x does not support tools"), "request-refused.parameter"],
    [404, error("No endpoints found that support tool use."), "request-refused.parameter"],
    [500, error("tools param requires --jinja flag", 500, "server_error"), "request-refused.parameter"],
    [
      422,
      {
        detail: [
          { type: "extra_forbidden", loc: ["body", "stream_options"], msg: "Extra inputs are not permitted" },
        ],
      },
      "request-refused.parameter",
    ],
    [
      400,
      error("max_tokens is too large: 9. This model supports at most 5 completion tokens."),
      "request-refused.parameter",
    ],
    [500, error("System role not supported", 500, "server_error"), "request-refused.parameter"],
  ],
  "a server that is starting": [
    [
      503,
      { error: { code: 503, message: "Loading model", type: "unavailable_error" } },
      "provider-failed.starting again",
    ],
    [
      503,
      { error: "Model acme/x is currently loading", estimated_time: 20 },
      "provider-failed.starting again",
    ],
    [503, error("Deployment is scaling up"), "provider-failed.starting again"],
    [
      429,
      { message: "model is not ready for inference", __type: "ModelNotReadyException" },
      "provider-failed.starting again",
    ],
    [500, error("error loading model: cannot open file"), "provider-failed again"],
  ],
  "a 500 that will never take this": [
    [
      500,
      error(
        "Failed to parse tool call arguments as JSON: [json.exception.parse_error.101]",
        500,
        "server_error",
      ),
      "request-refused",
    ],
    [
      500,
      error("image input is not supported - hint: if this is unexpected, you may need to provide the mmproj"),
      "request-refused",
    ],
    [
      500,
      error("Conversation roles must alternate user/assistant/user/assistant/..."),
      "request-refused.parameter",
    ],
    [500, { error: "Expecting ',' delimiter: line 1 column 9 (char 8)" }, "request-refused"],
    [undefined, { error: { code: 500, message: "Failed to load image or audio file" } }, "request-refused"],
  ],
  "a code inside, whatever it came with": [
    [400, error("try later", 429), "rate-limited again"],
    [500, { error: { code: 401, message: "x" } }, "key-rejected"],
    [undefined, error("Insufficient funds", "402"), "out-of-credit"],
    [
      undefined,
      { type: "error", error: { type: "overloaded_error", message: "Overloaded" } },
      "provider-failed again",
    ],
    [undefined, error("x", null, "invalid_request_error"), "request-refused"],
    [undefined, error("Request failed: CUDA out of memory", null, "server_error"), "provider-failed again"],
    [undefined, error("Failed to call a function", "tool_use_failed"), "provider-failed again"],
    [503, error("x", null, "invalid_request_error"), "provider-failed again"],
  ],
};

for (const [kind, cases] of Object.entries(kinds))
  describe(kind, () => {
    for (const [status, body, expected] of cases)
      test(`${status ?? "in an answer"} ${JSON.stringify(body).slice(0, 90)} is ${expected}`, () => {
        assert.equal(judged(status, body), expected);
      });
  });

test("what an error repeats of a conversation is not taken for its own words", () => {
  const asked = "What does context_length_exceeded mean? Is my api key invalid?";
  for (const body of [
    { error: { message: "Bad request", type: "invalid_request_error", input: asked } },
    {
      detail: [{ type: "missing", loc: ["body", "x"], msg: "Field required", input: { messages: [asked] } }],
    },
    {
      error: { message: "nope", metadata: { flagged_input: asked } },
      choices: [{ delta: { content: asked } }],
    },
  ])
    assert.equal(judged(400, body), "request-refused");
  assert.equal(judged(403, `<!doctype html><p>${asked}`), "key-rejected");
});

test("a server that loads a model is told from one that failed to", () => {
  for (const words of ["failed to load model", "error loading model", "model failed loading"])
    assert.equal(judge(500, error(words)).reason, undefined, words);
});

describe("the errors of providers", { skip: skipWithoutShared }, () => {
  if (skipWithoutShared) return;
  const { cases } = JSON.parse(readShared("cases/providers/errors.json").toString());
  for (const { id, response, expected } of cases)
    test(`${id} is ${expected.code}`, () => {
      assert.ok(expected.code.split("|").includes(judge(response.status, response.body).code));
    });
});
