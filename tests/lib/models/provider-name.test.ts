import assert from "node:assert/strict";
import { test } from "node:test";
import { providerName } from "#lib/models/provider-name.ts";

test("a model is of the provider whose protocol its endpoint speaks", () => {
  const endpoints = [
    { wire: "messages", model: { id: "claude" } },
    { wire: "responses", model: { id: "gpt" } },
    { wire: "chat" },
  ] as const;
  assert.deepEqual(
    ["claude", "gpt", "any other"].map((model) => providerName(endpoints, model)),
    ["anthropic", "openai", "openai"],
  );
  assert.equal(providerName([], "rivulet-demo"), "rivulet.demo");
});
