import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { isGivenUp, type Model, type ModelPart } from "../../../lib/models/model.ts";
import { ModelError } from "../../../lib/models/model-error.ts";
import type { ModelRequest } from "../../../lib/models/model-request.ts";
import { testModel } from "../../../lib/models/test-model.ts";

const clock = { now: () => performance.now() };

/** A model that answers each request by a script, and what it was asked. */
function scripted(answer: (request: ModelRequest, n: number) => Iterable<ModelPart>) {
  const requests: ModelRequest[] = [];
  const model: Model = {
    id: "m",
    demo: false,
    async *stream(request) {
      requests.push(request);
      yield* answer(request, requests.length);
    },
  };
  return { requests, run: () => testModel(model, clock, AbortSignal.timeout(5000), "h:1") };
}

const text: ModelPart = { type: "text", delta: "ready" };
const usage: ModelPart = { type: "usage", usage: { inputTokens: 1, source: "provider" } };
const finish: ModelPart = { type: "finish", reason: "stop" };
const fails = (code: ModelError["code"], facts = {}): never => {
  throw new ModelError(code, `words of ${code}`, { retryable: false, facts });
};

describe("a test of a model", () => {
  test("is one small request with a tool on offer, and tells what came", async () => {
    const { requests, run } = scripted(() => [{ type: "reasoning", delta: "hm" }, text, usage, finish]);
    const { totalMs: _, ...result } = await run();
    assert.equal(requests.length, 1);
    assert.deepEqual([requests[0]?.tools?.length, (requests[0]?.maxOutputTokens ?? 99) < 64], [1, true]);
    assert.equal(result.isGood && typeof result.firstTokenMs === "number", true);
    assert.deepEqual(
      { ...result, firstTokenMs: 0 },
      { isGood: true, host: "h:1", firstTokenMs: 0, tools: true, usage: true, reasoning: true },
    );
  });

  test("that is refused with the tool asks once more without, and says so", async () => {
    const { requests, run } = scripted(({ tools }) => (tools ? fails("request-refused") : [text, finish]));
    const result = await run();
    assert.deepEqual([result.isGood, result.isGood && result.tools, requests.length], [true, false, 2]);
  });

  for (const code of ["key-rejected", "unreachable", "timeout", "rate-limited", "model-not-found"] as const)
    test(`that fails with ${code} tells so, and asks no second time`, async () => {
      const facts = { host: "h:1", status: 401, retryAfterMs: 5 };
      const { requests, run } = scripted(() => fails(code, facts));
      const { totalMs: _, ...result } = await run();
      assert.deepEqual(result, { isGood: false, code, ...facts, errorText: `words of ${code}` });
      assert.equal(requests.length, 1);
    });

  test("that fails both ways tells the first cause", async () => {
    const { run } = scripted((_, n) => fails(n === 1 ? "bad-response" : "provider-failed"));
    const result = await run();
    assert.equal(result.isGood ? "" : result.code, "bad-response");
  });

  test("counts the first token from what the model writes, not from what is said of one that waits", async () => {
    let ms = 0;
    const model: Model = {
      id: "m",
      demo: false,
      async *stream() {
        yield { type: "response", responseId: "r" };
        yield { type: "model", name: "m-1" };
        ms = 70;
        yield* [text, finish];
      },
    };
    const result = await testModel(model, { now: () => ms }, AbortSignal.timeout(5000));
    assert.deepEqual(result.isGood && result.firstTokenMs, 70);
  });

  for (const [when, isEnough] of [
    ["when it has read enough", true],
    ["when nobody waits for it any more", false],
  ] as const)
    test(`gives its answer up ${when}: nobody goes on with it`, async (context) => {
      context.mock.timers.enable({ apis: ["setTimeout"] });
      const page = new AbortController();
      const reasons: unknown[] = [];
      const model: Model = {
        id: "m",
        demo: false,
        async *stream(_request, signal) {
          yield text;
          const ended = new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
          if (isEnough) context.mock.timers.tick(5000);
          else page.abort();
          if (!signal.aborted) await ended;
          reasons.push(isGivenUp(signal));
        },
      };
      const { isGood } = await testModel(model, clock, page.signal);
      assert.deepEqual([isGood, reasons], [isEnough, [true]]);
    });

  test("that breaks off is not good, and one that ends without a word is", async () => {
    const cut = await scripted(() => [text]).run();
    assert.equal(cut.isGood ? "" : cut.code, "cut-off");
    const silent = await scripted(() => [usage, { type: "finish", reason: "length" }]).run();
    assert.deepEqual([silent.isGood, "firstTokenMs" in silent], [true, false]);
  });
});
