import assert from "node:assert/strict";
import { test } from "node:test";
import { messageTokens, textTokens } from "#lib/history/message-tokens.ts";
import { assistant, call, result, system, thought, tool, user } from "../../support/model-messages.ts";

test("three bytes are a token: a Chinese character counts three times as much as a letter", () => {
  assert.equal(textTokens(""), 0);
  assert.equal(textTokens("a"), 1);
  assert.equal(textTokens("a".repeat(300)), 100);
  assert.equal(textTokens("字".repeat(300)), 300);
});

/** By the tokenizer of OpenAI's newest models (o200k_base). */
const counted: readonly [text: string, tokens: number][] = [
  ["The quick brown fox jumps over the lazy dog.", 10],
  ["你好，世界", 4],
];
for (const [text, tokens] of counted)
  test(`no fewer tokens are counted than there are: ${text}`, () => assert.ok(textTokens(text) >= tokens));

test("a message has more than its texts: arguments, results, names, signatures", () => {
  const letters = "x".repeat(3000);
  for (const long of [
    system(letters),
    user(letters),
    assistant("a", letters),
    assistant(call("1", "add", letters)),
    assistant(call("1", letters)),
    tool(result("1", letters)),
    assistant(thought("hm", letters), "a"),
  ])
    assert.equal(Math.floor(messageTokens(long) / 100), 10);
  assert.ok(messageTokens(user("")) > 0);
});
