import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { badResponse, type ProviderRejection, providerError } from "#lib/models/provider-error.ts";

const context = { host: "host:1", model: "the-model" };
const of = (status: number | undefined, body = "secret", more: Partial<ProviderRejection> = {}) =>
  providerError(context, { status, body, ...more });

describe("a rejection", () => {
  const cases: [status: number | undefined, body: string, code: string, retryable: boolean, words: RegExp][] =
    [
      [undefined, "x", "provider-failed", true, /^host:1 failed to answer\.$/],
      [500, "x", "provider-failed", true, /\(500\)\.$/],
      [503, "x", "provider-failed", true, /\(503\)/],
      [529, "x", "provider-failed", true, /\(529\)/],
      [401, "x", "key-rejected", false, /key was rejected/],
      [403, "x", "key-rejected", false, /key was rejected/],
      [402, "x", "out-of-credit", false, /out of credit/],
      [404, "x", "model-not-found", false, /"the-model"/],
      [408, "x", "timeout", true, /took too long/],
      [429, "x", "rate-limited", true, /try again later/],
      [429, "insufficient_quota", "out-of-credit", false, /quota/],
      [302, "x", "request-refused", false, /redirects elsewhere/],
      [400, "unknown field stream_options", "request-refused", false, /stream_options/],
      [400, "x", "request-refused", false, /refused the request \(400\)/],
      [422, "x", "request-refused", false, /\(422\)/],
      ...[
        "maximum context length",
        "context_length_exceeded",
        "exceeds the context window",
        "prompt is too long",
        "too many tokens",
        "input token count exceeds",
      ].map((body): (typeof cases)[number] => [400, body, "context-too-long", false, /too long/]),
      ...[
        "content_filter",
        "content management policy",
        "ResponsibleAIPolicyViolation",
        "blocked by safety settings",
      ].map((body): (typeof cases)[number] => [400, body, "content-filter", false, /content filter/]),
    ];
  for (const [status, body, code, retryable, words] of cases)
    test(`with ${status ?? "no status"} and “${body}” is ${code}`, () => {
      const error = of(status, body);
      assert.deepEqual([error.code, error.retryable], [code, retryable]);
      assert.match(error.message, words);
      const { reason: _, ...facts } = error.facts;
      assert.deepEqual(facts, { host: "host:1", ...(status !== undefined && { status }) });
    });

  test("names the fields that the endpoint does not take, and never a word of its own", () => {
    const error = of(400, "Unknown parameter: 'stream_options' secret");
    assert.deepEqual([error.refusedFields, error.facts.reason], [["stream_options"], "parameter"]);
    assert.match(error.message, /does not take a part of the request: stream_options \(400\)\.$/);
    assert.deepEqual(of(400).refusedFields, []);
  });

  test("in an answer has the status that it names", () => {
    const error = of(undefined, '{"error":{"code":"402","message":"x"}}');
    assert.deepEqual([error.code, error.facts.status], ["out-of-credit", 402]);
    assert.equal(of(undefined, '{"error":{"type":"rate_limit_error"}}').facts.status, undefined);
  });

  test("says in its body how long to wait, where no header does", () => {
    const error = of(429, "Please try again in 1m26.4s.");
    assert.equal(error.facts.retryAfterMs, 87_000);
    assert.equal(of(400, "try again in 20s").facts.retryAfterMs, undefined);
  });

  test("says how long the endpoint wants to be left alone", () => {
    const error = of(429, "x", { retryAfterSeconds: 7 });
    assert.match(error.message, /try again in 7 s/);
    assert.deepEqual(error.facts, { host: "host:1", status: 429, retryAfterMs: 7000 });
  });

  test("is told without a word of its body, which may echo keys and prompts", () => {
    for (const status of [undefined, 400, 401, 404, 429, 500]) {
      const error = of(status);
      assert.doesNotMatch(`${error.message} ${error.stack} ${String(error.cause)}`, /secret/);
    }
  });
});

test("a response that is none of the wire's is never asked for again", () => {
  const error = badResponse("host:1", "sent nonsense", "page");
  assert.deepEqual(
    [error.code, error.retryable, error.message],
    ["bad-response", false, "host:1 sent nonsense."],
  );
  assert.deepEqual(error.facts, { host: "host:1", reason: "page" });
  assert.deepEqual(badResponse("host:1", "x").facts, { host: "host:1" });
});
