import assert from "node:assert/strict";
import { test } from "node:test";
import type { ModelPart } from "#lib/models/model.ts";
import { ModelError } from "#lib/models/model-error.ts";
import { createResumingModel } from "#lib/models/responses/resuming-model.ts";
import { user } from "../../../support/model-messages.ts";
import { type ModelLine, scriptedModel } from "../../../support/scripted-model.ts";

const fails = (code: "cut-off" | "unreachable" | "provider-failed", reason?: "forgotten") =>
  new ModelError(code, code, { retryable: true, facts: reason ? { reason } : {} });
const text = (delta: string, cursor: number): ModelPart => ({ type: "text", delta, cursor });
const kept: ModelPart = { type: "response", responseId: "r" };
const end: ModelPart = { type: "finish", reason: "stop" };
const args = (index: number, delta: string): ModelPart => ({ type: "tool-call-delta", index, delta });
const call = (index: number, toolCallId: string): ModelPart => ({
  type: "tool-call-start",
  index,
  toolCallId,
  toolName: "add",
});

/** What comes of a model that says these lines, a list a request; and where each request went on. */
async function read(...scripts: ModelLine[][]) {
  const model = scriptedModel(...scripts);
  const parts: ModelPart[] = [];
  let code: string | undefined;
  const outcomes: string[] = [];
  const resuming = createResumingModel(model, (error) => outcomes.push(error?.code ?? "good"));
  try {
    const request = { messages: [user("?")] };
    for await (const part of resuming.stream(request, new AbortController().signal)) parts.push(part);
  } catch (error) {
    code = error instanceof ModelError ? error.code : String(error);
  }
  const resumed = model.requests.map(({ request }) => request.resume?.cursor);
  return { parts, code, asked: model.requests.length, resumed, outcomes };
}

test("a line that broke is asked for the rest behind what was read, and nothing is said twice", async () => {
  const result = await read([kept, text("It ", 3), fails("cut-off")], [text("is 5.", 4), end]);
  assert.deepEqual(result, {
    parts: [kept, text("It ", 3), text("is 5.", 4), end],
    code: undefined,
    asked: 2,
    resumed: [undefined, 3],
    outcomes: ["good"],
  });
});

test("so is a stream that just stops, and a rest whose line breaks again", async () => {
  const { parts, asked } = await read(
    [kept],
    [text("It ", 3)],
    [fails("unreachable")],
    [text("is 5.", 4), end],
  );
  assert.deepEqual(parts, [kept, text("It ", 3), text("is 5.", 4), end]);
  assert.equal(asked, 4);
});

test("a call that was open goes on under its number, where its arguments stopped", async () => {
  const { parts } = await read(
    [kept, call(0, "a"), args(0, '{"x":'), fails("cut-off")],
    [call(0, "a"), args(0, '{"x'), args(0, '":1}'), call(1, "b"), args(1, "{}"), end],
  );
  assert.deepEqual(parts, [
    ...[kept, call(0, "a"), args(0, '{"x":'), args(0, "1}")],
    ...[call(1, "b"), args(1, "{}"), end],
  ]);
});

test("an answer that nobody keeps is not asked for again", async () => {
  const { parts, code, asked } = await read([{ type: "text", delta: "It " }, fails("cut-off")]);
  assert.deepEqual([parts.length, code, asked], [1, "cut-off", 1]);
});

test("nor is one whose endpoint does not say how far it has been read: it would say all of it again", async () => {
  const { code, asked } = await read([kept, { type: "text", delta: "It " }, fails("cut-off")]);
  assert.deepEqual([code, asked], ["cut-off", 1]);
});

test("a text that came whole is behind us once its end says how far it has been read", async () => {
  const whole: ModelPart = { type: "text", delta: "It " };
  const { parts, resumed } = await read(
    [kept, whole, { type: "text-end", cursor: 4 }, fails("cut-off")],
    [text("is 5.", 5), end],
  );
  assert.deepEqual(parts, [kept, whole, { type: "text-end", cursor: 4 }, text("is 5.", 5), end]);
  assert.deepEqual(resumed, [undefined, 4]);
});

test("one that the provider has failed is not either", async () => {
  const { code, asked } = await read([kept, text("It ", 3), fails("provider-failed")]);
  assert.deepEqual([code, asked], ["provider-failed", 1]);
});

test("where the rest is forgotten the fault is the line's", async () => {
  const { code, asked } = await read(
    [kept, text("It ", 3), fails("unreachable")],
    [fails("cut-off", "forgotten")],
  );
  assert.deepEqual([code, asked], ["unreachable", 2]);
});

test("how it ended is told once, whatever became of its lines, and not of one that was given up", async () => {
  const whole = await read([kept, text("It is 5.", 3), end]);
  assert.deepEqual(whole.outcomes, ["good"]);
  const forgotten = await read([kept, text("It ", 3), fails("unreachable")], [fails("cut-off", "forgotten")]);
  assert.deepEqual(forgotten.outcomes, ["unreachable"]);
  const lost = await read([{ type: "text", delta: "It " }, fails("cut-off")]);
  assert.deepEqual(lost.outcomes, ["cut-off"]);
  const stop = new AbortController();
  let told = 0;
  const model = createResumingModel(scriptedModel([{ type: "text", delta: "It " }, end]), () => (told += 1));
  for await (const _part of model.stream({ messages: [user("?")] }, stop.signal)) stop.abort();
  assert.equal(told, 0);
});
