import assert from "node:assert/strict";
import { test } from "node:test";
import { learnFrom, noLessons } from "#lib/models/messages/messages-lessons.ts";
import { messagesRequest } from "#lib/models/messages/messages-request.ts";
import { thoughtMetadata } from "#lib/models/messages/thought-block.ts";
import { assistant, system, user } from "../../../support/model-messages.ts";

const providerMetadata = thoughtMetadata("h", { signature: "abc=" });
const request = {
  messages: [system("S"), user("a"), assistant({ type: "reasoning", text: "Hm", providerMetadata }, "b")],
  temperature: 1,
  topP: 1,
};
const options = { model: "m", host: "h", maxTokens: 32_000 };

/** What is left of the request after each rejection in turn; undefined: nothing is learned from it. */
function learn(...bodies: string[]) {
  let lessons = noLessons;
  for (const body of bodies) {
    const learned = learnFrom(body, messagesRequest(request, { ...options, lessons }), lessons);
    if (!learned) return undefined;
    lessons = learned;
  }
  return messagesRequest(request, { ...options, lessons });
}

test("a model that allows shorter answers is asked for those", () => {
  for (const body of [
    "max_tokens: 32000 > 8192, which is the maximum allowed number of output tokens for claude-3-5-haiku",
    "`max_tokens` must be at most 8192 (got 32000)",
  ])
    assert.equal(learn(body)?.max_tokens, 8192);
  assert.equal(learn("max_tokens: 1 is too small"), undefined);
});

test("a field that is refused is left out, one after another", () => {
  const body = learn(
    "temperature: extra inputs are not permitted",
    "`top_p` is not supported",
    "system.0.cache_control: Extra inputs are not permitted",
  );
  assert.ok(body && !/temperature|top_p|cache_control/.test(JSON.stringify(body)));
  assert.equal(body.messages.length, 2);
});

test("thoughts that are refused are left out", () => {
  const body = learn("messages.1.content.0: Invalid `signature` in `thinking` block");
  assert.ok(body && !/thinking/.test(JSON.stringify(body)));
});

test("nothing is learned from what is about something else, or the same again", () => {
  assert.equal(learn("prompt is too long: 208310 tokens > 200000 maximum"), undefined);
  assert.equal(learn("Your credit balance is too low"), undefined);
  assert.equal(learn("no temperature", "no temperature"), undefined);
  assert.equal(learn("Invalid `signature`", "Invalid `signature`"), undefined);
});
