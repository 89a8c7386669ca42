import assert from "node:assert/strict";
import { test } from "node:test";
import { createLearnedEndpoints } from "#lib/models/learned-endpoints.ts";
import type { ModelEndpoint } from "#lib/models/model-offer.ts";

const endpoint = (more: Partial<ModelEndpoint> = {}): ModelEndpoint => ({
  wire: "chat",
  baseUrl: "http://host.invalid/v1",
  ...more,
});

test("what a model does not take is known to all who ask it over the same wire at the same address", () => {
  const learned = createLearnedEndpoints();
  const of = (model: string, more?: Partial<ModelEndpoint>) =>
    learned.refusedOf({ endpoint: endpoint(more), model });
  assert.equal(of("m"), of("m", { apiKey: "sk-other" }));
  const others = [
    of("n"),
    of("m", { wire: "responses" }),
    of("m", { wire: "messages" }),
    of("m", { baseUrl: "http://host.invalid/other/v1" }),
  ];
  assert.equal(new Set([of("m"), ...others]).size, 5);
});

test("what is found out with a browser's own key is known to that key, and to nobody else", () => {
  const learned = createLearnedEndpoints();
  const of = (ownKey?: string) => learned.refusedOf({ endpoint: endpoint(), model: "m" }, ownKey);
  of().fields = new Set(["seed"]);
  of("sk-own").fields = of("sk-own").fields.union(new Set(["stream"]));
  assert.deepEqual([...of("sk-own").fields], ["seed", "stream"]);
  assert.deepEqual([...of("sk-another").fields], ["seed"]);
  assert.deepEqual([...of().fields], ["seed"]);
  for (let count = 0; count < 1000; count += 1) of(`sk-${count}`);
  assert.deepEqual([...of("sk-own").fields], ["seed"], "forgotten behind a thousand others");
});

test("a host's slots are shared by all that is asked there", () => {
  const learned = createLearnedEndpoints();
  const slots = learned.slotsOf(endpoint());
  assert.equal(learned.slotsOf(endpoint({ wire: "messages", baseUrl: "http://host.invalid/other" })), slots);
  assert.notEqual(learned.slotsOf(endpoint({ baseUrl: "http://host.invalid:8080/v1" })), slots);
});
