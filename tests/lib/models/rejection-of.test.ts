import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { rejectionOf } from "#lib/models/rejection-of.ts";

const chunk = { id: "c", object: "chat.completion.chunk", choices: [{ index: 0, delta: { content: "x" } }] };

describe("an error", () => {
  const errors: [what: string, value: unknown, event?: string][] = [
    ["in the field `error`", { error: { message: "x" } }],
    ["as a text", { error: "x" }],
    ["beside a chunk", { ...chunk, error: { code: "server_error" } }],
    ["in the first choice", { ...chunk, choices: [{ index: 0, delta: {}, error: { code: 502 } }] }],
    ["of MiniMax, beside a chunk", { ...chunk, base_resp: { status_code: 1002, status_msg: "x" } }],
    ["of iFlytek, beside a chunk", { ...chunk, code: 11202, message: "licc limit", sid: "s" }],
    ["of a code in words and a message, beside a chunk", { ...chunk, code: "Throttling", msg: "x" }],
    ["of Baidu, beside a chunk", { ...chunk, error_code: 18, error_msg: "x" }],
    ["of an error's words alone, beside a chunk", { ...chunk, error_message: "x" }],
    ["without success, beside a chunk", { ...chunk, success: false }],
    ["that says so itself", { object: "error", message: "x" }],
    ["of Anthropic", { type: "error", error: { type: "overloaded_error" } }],
    ["of MiniMax, beside no choices", { choices: null, base_resp: { status_code: 1004, status_msg: "x" } }],
    ["of DeepInfra", { choices: null, error_type: "BadRequestError", error_message: "x" }],
    ["of Baidu", { error_code: 110, error_msg: "x" }],
    ["of FastAPI", { detail: "Not authenticated" }],
    ["of FastAPI, as a list", { detail: [{ msg: "x" }] }],
    ["of a code and a message", { code: 20012, message: "x", data: null }],
    ["without success", { success: false, msg: "x" }],
    ["of Cloudflare", { result: null, success: false, errors: [{ code: 5007 }] }],
    ["of AWS", { __type: "ThrottlingException" }],
    ["of a gateway", { message: "Forbidden" }],
    ["of Gemini, in a list", [{ error: { code: 429 } }]],
    ["by the name of its event", { whatever: 1 }, "error"],
    ["by the name of its event, in plain words", "Internal server error", "error"],
    ["by the name of its event, without a word", undefined, "error"],
  ];
  for (const [what, value, event] of errors)
    test(`${what} is one, with all that stands beside it`, () => {
      const { status, body } = rejectionOf(value, event) ?? assert.fail("none");
      assert.equal(status, undefined);
      if (typeof value === "string") assert.equal(body, value);
    });

  test("keeps what stands beside it: some say there what kind it is", () => {
    assert.match(rejectionOf({ error: "x", error_type: "validation" })?.body ?? "", /validation/);
  });
});

describe("no error", () => {
  const others: [what: string, value: unknown][] = [
    ["a chunk", chunk],
    ["a chunk with an empty error", { ...chunk, error: null }],
    ["another with an empty error", { ...chunk, error: {} }],
    ["a chunk of MiniMax", { ...chunk, base_resp: { status_code: 0, status_msg: "" } }],
    ["a chunk with a code of success", { ...chunk, code: 0, message: "Success" }],
    ["a chunk with a code of success in words", { ...chunk, code: "20000", message: "Success." }],
    ["a chunk with a code and no words", { ...chunk, code: 7 }],
    ["a chunk of Baidu", { ...chunk, error_code: 0, error_msg: "" }],
    ["a chunk with success", { ...chunk, success: true, message: "made of 2 parts" }],
    ["usage alone", { ...chunk, choices: [], usage: { prompt_tokens: 1 } }],
    ["no choices", { id: "c", choices: null }],
    ["a message of a model", { message: { role: "assistant", content: "x" }, done: false }],
    ["no object", 5],
    ["no JSON", undefined],
    ["an empty list", []],
  ];
  for (const [what, value] of others)
    test(`is ${what}`, () => {
      assert.equal(rejectionOf(value), undefined);
    });
});

test("however deep a value is nested, it is an error of which nothing more is known, or none", () => {
  const deep = (open: string, close: string, inside: string): unknown =>
    JSON.parse(open.repeat(100_000) + inside + close.repeat(100_000));
  assert.equal(rejectionOf(deep("[", "]", "")), undefined);
  assert.deepEqual(rejectionOf({ error: deep('{"a":', "}", "1") }), { status: undefined, body: "" });
});
