import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { createOpenAiModel } from "#lib/models/openai.ts";
import * as chat from "../../support/chat-chunks.ts";
import { collectAnswer, question } from "../../support/collect-answer.ts";
import { type ScriptedModelServer, startScriptedModelServer } from "../../support/scripted-model-server.ts";
import { waitUntil } from "../../support/wait-until.ts";

let server: ScriptedModelServer;
before(async () => {
  server = await startScriptedModelServer();
});
after(() => server.close());

const limits = { firstByteMs: 5000, idleMs: 5000, maxBytes: 100e6 };
const model = () => createOpenAiModel({ id: "m", baseUrl: server.url, ...limits });
const whole = chat.sse(chat.textChunks("one ", "two"), chat.finish(), chat.usage(1, 2)) + "data: [DONE]\n\n";

describe("an answer over node:http", () => {
  for (const [coding, body] of [
    ["gzip", gzipSync(whole)],
    ["deflate", deflateSync(whole)],
    ["br", brotliCompressSync(whole)],
    ["identity", Buffer.from(whole)],
  ] as const)
    test(`whose gateway sends ${coding} unasked is read all the same`, async () => {
      server.next({
        headers: { "content-type": "text/event-stream", "content-encoding": coding },
        slice: 7,
        steps: [{ write: body }],
      });
      const { text, finish, error } = await collectAnswer(model());
      assert.deepEqual([text, finish, error], ["one two", "stop", undefined]);
      assert.equal(server.requests.at(-1)?.headers["accept-encoding"], undefined);
    });

  test("that says it is compressed and is not is a fault in words, not a crash", async () => {
    server.next({ headers: { "content-encoding": "gzip" }, steps: [{ write: whole }] });
    const { error } = await collectAnswer(model());
    assert.equal(error?.code, "cut-off");
  });

  test("that is not taken is left to the provider's socket, and read to its end once it is", async () => {
    const deltas = Array.from({ length: 10_000 }, (_, at) => `${at} ${"x".repeat(4000)} `);
    server.next({
      steps: [
        ...deltas.map((delta) => ({ write: chat.sse(chat.textChunks(delta)) })),
        { write: chat.sse(chat.finish()) },
      ],
    });
    const asked = server.requests.length;
    const parts = model()
      .stream({ messages: question }, new AbortController().signal)
      [Symbol.asyncIterator]();
    const first = await parts.next();
    let text = first.done || first.value.type !== "text" ? assert.fail() : first.value.delta;
    let sent = -1;
    await waitUntil("it sends no more", () => {
      const before = sent;
      sent = server.requests[asked]?.bytesSent ?? 0;
      return sent === before;
    });
    assert.ok(sent < 20e6, `${sent} of 40 MB were sent`);
    for (let part = await parts.next(); !part.done; part = await parts.next())
      if (part.value.type === "text") text += part.value.delta;
    assert.equal(text, deltas.join(""));
  });

  test("leaves its connection for the next one", async () => {
    const ports = new Set<unknown>();
    for (let time = 0; time < 5; time += 1) {
      server.next({ steps: [{ write: whole }] });
      assert.equal((await collectAnswer(model())).finish, "stop");
      ports.add(server.requests.at(-1)?.port);
    }
    assert.equal(ports.size, 1);
  });
});
