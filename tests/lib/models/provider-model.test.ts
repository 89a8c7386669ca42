import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { describe, test } from "node:test";
import { createEndpointSlots, type EndpointSlots } from "#lib/models/endpoint-slots.ts";
import { ModelError } from "#lib/models/model-error.ts";
import { createProviderModel } from "#lib/models/provider-model.ts";
import type { AnswerReader, ProviderWire } from "#lib/models/provider-wire.ts";
import { collectAnswer, question } from "../../support/collect-answer.ts";
import { waitUntil } from "../../support/wait-until.ts";

/** A wire of its own: a frame is a text, or a thought if it begins with "?", and "." is the end. */
function createToyReader(): AnswerReader {
  let isDone = false;
  return {
    readFrame(data, _event, parts) {
      isDone ||= data === ".";
      if (!isDone) parts.push({ type: data.startsWith("?") ? "reasoning" : "text", delta: data });
    },
    readDocument: (body, parts) => void parts.push({ type: "text", delta: body }),
    isComplete: () => false,
    end: (parts) => void (isDone && parts.push({ type: "finish", reason: "stop" })),
    get isFinished() {
      return isDone;
    },
    get isDone() {
      return isDone;
    },
  };
}

/** A model on that wire, whose requests `answer` answers. */
function toyModel(
  answer: (signal: AbortSignal) => Promise<Response>,
  firstByteMs = 5000,
  slots?: EndpointSlots,
) {
  const signals: AbortSignal[] = [];
  const wire: ProviderWire = {
    send(_request, signal) {
      signals.push(signal);
      return answer(signal);
    },
    createReader: createToyReader,
    toModelError: () => new ModelError("unreachable", "in the wire's words", { retryable: true }),
  };
  const limits = { firstByteMs, idleMs: 5000, maxCharacters: 1e6, maxMs: 600_000 };
  const options = { id: "m", demo: false, host: "host:1", limits, wire, ...(slots && { slots }) };
  return { model: createProviderModel(options), signals };
}

const seedRefused = new ModelError("request-refused", "no seed", {
  retryable: false,
  refusedFields: ["seed"],
});

const body = (...texts: string[]) => texts.map((text) => `data: ${text}\n\n`).join("");
const answers = (text: string) => async () => new Response(text);

/** Never answers, until the signal aborts. */
const hangs = (signal: AbortSignal) =>
  new Promise<Response>((_, reject) => {
    signal.addEventListener("abort", () => reject(new Error("aborted")), { once: true });
  });

/** Answers with one frame, and then nothing until the signal aborts. */
const stalls = async (signal: AbortSignal) =>
  new Response(
    new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode(body("first")));
        signal.addEventListener("abort", () => controller.error(new Error("aborted")), { once: true });
      },
    }),
  );

test("another wire is plugged in without another change", async () => {
  const { model } = toyModel(answers(body("Hello", "world", ".")));
  const { parts, text, finish, error } = await collectAnswer(model);
  assert.deepEqual([parts.length, text, finish, error], [2, "Helloworld", "stop", undefined]);
});

describe("a failure", () => {
  test("to send is told in the wire's words", async () => {
    const { model } = toyModel(() => Promise.reject(new Error("secret")));
    const { error } = await collectAnswer(model);
    assert.deepEqual([error?.code, error?.message], ["unreachable", "in the wire's words"]);
  });

  test("that the wire has words for already is told as it is", async () => {
    const failure = new ModelError("rate-limited", "later", { retryable: true });
    const { model } = toyModel(() => Promise.reject(failure));
    assert.equal((await collectAnswer(model)).error, failure);
  });

  test("that idle time is the cause of is a timeout", async () => {
    const { model } = toyModel(hangs, 20);
    const { error } = await collectAnswer(model);
    assert.deepEqual([error?.code, error?.facts.reason], ["timeout", "start"]);
  });
});

test("a field that is refused behind the name of what answers is left out", async () => {
  const sent: string[][] = [];
  const wire: ProviderWire = {
    async send(_request, _signal, without) {
      sent.push([...without]);
      return new Response(body(...(without.has("seed") ? ["Hello", "."] : ["name", "refusal"])));
    },
    sentFields: () => ["seed"],
    createReader() {
      const reader = createToyReader();
      return {
        ...reader,
        readFrame(data, event, parts) {
          if (data === "name") parts.push({ type: "model", name: "m-1" });
          else if (data === "refusal") throw seedRefused;
          else reader.readFrame(data, event, parts);
        },
      };
    },
    toModelError: () => seedRefused,
  };
  const limits = { firstByteMs: 5000, idleMs: 5000, maxCharacters: 1e6 };
  const model = createProviderModel({ id: "m", demo: false, host: "host:1", limits, wire });
  const { text, error } = await collectAnswer(model);
  assert.deepEqual([text, error, sent], ["Hello", undefined, [[], ["seed"]]]);
  assert.equal(model.refuses?.("seed"), true);
});

describe("a stop", () => {
  test("before the request asks for nothing", async () => {
    const { model, signals } = toyModel(hangs);
    assert.deepEqual((await collectAnswer(model, question, AbortSignal.abort())).parts, []);
    assert.equal(signals.length, 0);
  });

  for (const [when, answer, count] of [
    ["before the answer", hangs, 0],
    ["in the middle", stalls, 1],
  ] as const)
    test(`${when} closes the connection and is no error`, async () => {
      const { model, signals } = toyModel(answer);
      const stop = new AbortController();
      const seen: unknown[] = [];
      const loop = (async () => {
        for await (const part of model.stream({ messages: question }, stop.signal)) seen.push(part);
      })();
      await waitUntil("it has come as far as it will", () => signals.length === 1 && seen.length === count);
      stop.abort();
      await loop;
      assert.deepEqual([signals[0]?.aborted, seen.length], [true, count]);
    });

  test("with parts still unread: they are not shown", async () => {
    const { model } = toyModel(answers(body("first", "?thought", "second")));
    const stop = new AbortController();
    const seen: unknown[] = [];
    for await (const part of model.stream({ messages: question }, stop.signal)) {
      seen.push(part);
      stop.abort();
    }
    assert.equal(seen.length, 1);
  });
});

describe("an endpoint that says it is busy", () => {
  const facts = { host: "host:1", reason: "slots" } as const;
  const busy = new ModelError("rate-limited", "busy", { retryable: true, facts });
  const reasonOf = async (slots: EndpointSlots) =>
    (await collectAnswer(toyModel(() => Promise.reject(busy), 5000, slots).model)).error?.waitFor;

  test("with another answer of ours is told from one that is busy with others'", async () => {
    const slots = createEndpointSlots();
    assert.equal(await reasonOf(slots), undefined);
    const { model } = toyModel(stalls, 5000, slots);
    for await (const _part of model.stream({ messages: question }, new AbortController().signal)) {
      assert.equal(await reasonOf(slots), "slots");
      break;
    }
    assert.equal(await reasonOf(slots), undefined);
  });

  test("by saying nothing is waited for until it has answered the other, and then for a first token", async () => {
    const slots = createEndpointSlots();
    const first = toyModel(stalls, 5000, slots).model.stream(
      { messages: question },
      new AbortController().signal,
    );
    const answer = first[Symbol.asyncIterator]();
    await answer.next();
    let hasEnded = false;
    const second = collectAnswer(toyModel(hangs, 20, slots).model).then(({ error }) => {
      hasEnded = true;
      return error;
    });
    await waitUntil(
      "its own time has passed",
      (
        (from) => () =>
          performance.now() - from > 60
      )(performance.now()),
    );
    assert.equal(hasEnded, false);
    await answer.return?.();
    assert.deepEqual((await second)?.facts.reason, "start");
  });
});

test("an endpoint that was there and refuses a connection now is worth waiting for, another one is not", async () => {
  const facts = { host: "host:1", reason: "refused" } as const;
  const refused = new ModelError("unreachable", "refused", { retryable: true, facts });
  const slots = createEndpointSlots();
  const waitsFor = async () =>
    (await collectAnswer(toyModel(() => Promise.reject(refused), 5000, slots).model)).error?.waitFor;
  assert.equal(await waitsFor(), undefined);
  const busy = new ModelError("provider-failed", "x", { retryable: true, facts: { status: 503 } });
  await collectAnswer(toyModel(() => Promise.reject(busy), 5000, slots).model);
  assert.equal(await waitsFor(), "refused");
  const name = new ModelError("unreachable", "x", { retryable: true, facts: { reason: "name" } });
  const { error } = await collectAnswer(toyModel(() => Promise.reject(name), 5000, slots).model);
  assert.equal(error?.waitFor, undefined);
});

test("leaving the loop closes the connection", async () => {
  const { model, signals } = toyModel(stalls);
  for await (const _part of model.stream({ messages: question }, new AbortController().signal)) break;
  assert.equal(signals[0]?.aborted, true);
});

test("nothing is left of an answer: no listener, no timer, an ended connection", async () => {
  const { signal } = new AbortController();
  const { model, signals } = toyModel(answers(body("a", ".")));
  for (let request = 0; request < 20; request += 1) await collectAnswer(model, question, signal);
  assert.equal(getEventListeners(signal, "abort").length, 0);
  assert.ok(!process.getActiveResourcesInfo().includes("Timeout"));
  assert.ok(signals.every(({ aborted }) => aborted));
});
