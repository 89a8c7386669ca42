import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { ByteSink } from "#lib/models/byte-stream.ts";
import { createChatReader } from "#lib/models/chat/chat-reader.ts";
import { createIdleWatchdog } from "#lib/models/idle-watchdog.ts";
import type { ModelPart } from "#lib/models/model.ts";
import { ModelError } from "#lib/models/model-error.ts";
import { readAnswer } from "#lib/models/read-answer.ts";
import * as chat from "../../support/chat-chunks.ts";
import { question } from "../../support/collect-answer.ts";
import { mockClock } from "../../support/mock-clock.ts";

const coalesceMs = 25;
const turn = () => new Promise((resolve) => setImmediate(resolve));

/** An answer whose bytes, and whose time, are the test's to give. */
function open(t: TestContext, { maxCharacters = 1e9, idleMs = 100, firstByteMs = 100 } = {}) {
  const pass = mockClock(t);
  const connection = { isPaused: false, isClosed: false };
  const stop = new AbortController();
  let sink: ByteSink | undefined;
  const watchdog = createIdleWatchdog("host:1", () => sink?.end(new Error("closed by the watchdog")));
  watchdog.arm(firstByteMs);
  const reader = createChatReader(
    { messages: question },
    { context: { host: "host:1", model: "m" }, usageSource: "provider" },
  );
  const bytes = {
    read: (to: ByteSink) => void (sink = to),
    pause: () => void (connection.isPaused = true),
    resume: () => void (connection.isPaused = false),
    close: () => void (connection.isClosed = true),
  };
  const answer = readAnswer(bytes, {
    ...{ host: "host:1", reader, watchdog, firstByteMs, idleMs, maxCharacters, coalesceMs },
    signal: stop.signal,
  });
  return {
    pass,
    connection,
    stop,
    send: (...chunks: chat.ChatChunkJson[][]) => sink?.write(Buffer.from(chat.sse(...chunks))),
    sendText: (body: string) => sink?.write(Buffer.from(body)),
    end: (error?: Error) => sink?.end(error),
    next: answer.next,
    /** All that is still to come, and how it ends: undefined or the error's code. */
    async rest() {
      const parts: ModelPart[] = [];
      try {
        for (let ready = await answer.next(); ready; ready = await answer.next()) parts.push(...ready);
        return { text: textOf(parts), last: parts.at(-1)?.type, error: undefined };
      } catch (error) {
        assert.ok(error instanceof ModelError || error instanceof Error);
        const code = error instanceof ModelError ? error.code : error.message;
        return { text: textOf(parts), last: parts.at(-1)?.type, error: code };
      }
    },
  };
}

const textOf = (parts: readonly ModelPart[]): string =>
  parts.map((part) => (part.type === "text" ? part.delta : "")).join("");

test("what arrives is ready while the rest is still to come", async (t) => {
  const { send, pass, next, end, rest } = open(t);
  send(chat.textChunks("a"));
  assert.deepEqual(await next(), [{ type: "text", delta: "a" }]);
  const waiting = next();
  send(chat.textChunks("b"), chat.finish());
  pass(coalesceMs);
  assert.deepEqual(await waiting, [{ type: "text", delta: "b" }]);
  end();
  assert.deepEqual(await rest(), { text: "", last: "finish", error: undefined });
});

test("an answer that ends without a finish reason simply ends; one whose connection breaks was cut off", async (t) => {
  const whole = open(t);
  whole.send(chat.textChunks("a"));
  whole.end();
  assert.deepEqual(await whole.rest(), { text: "a", last: "text", error: undefined });
});

test("a connection that breaks in the middle cuts the answer off, and its text stays", async (t) => {
  const { send, end, rest } = open(t);
  send(chat.textChunks("a"));
  end(new Error("reset"));
  assert.deepEqual(await rest(), { text: "a", last: "text", error: "cut-off" });
});

test("one that breaks after the finish reason, or after the stream's own end, harms nothing", async (t) => {
  const { send, end, rest } = open(t);
  send(chat.textChunks("a"), chat.finish());
  end(new Error("reset"));
  assert.deepEqual(await rest(), { text: "a", last: "finish", error: undefined });
});

test("idle time before the first byte is a timeout", async (t) => {
  const { pass, rest } = open(t);
  pass(100);
  assert.deepEqual(await rest(), { text: "", last: undefined, error: "timeout" });
});

for (const comment of [": PROCESSING\n\n", "event: ping\ndata: {}\n\n", "data:\n\n"])
  test(`${JSON.stringify(comment)} extends the wait, before the first text and after it`, async (t) => {
    const { send, sendText, pass, rest } = open(t);
    for (const text of ["a", "b"]) {
      for (let count = 0; count < 5; count += 1) {
        sendText(comment);
        pass(60);
      }
      send(chat.textChunks(text));
    }
    pass(100);
    assert.deepEqual(await rest(), { text: "ab", last: "text", error: "timeout" });
  });

const nothingYet: [what: string, body: string][] = [
  ["a comment", ": keep-alive\n\n"],
  ["a chunk that says nothing", chat.sse(chat.textChunks(""))],
];
for (const [what, body] of nothingYet)
  test(`${what} leaves the first token the time that it had without, however short idle time may be`, async (t) => {
    const { sendText, pass, rest } = open(t, { firstByteMs: 1000 });
    sendText(body);
    pass(950);
    sendText(body);
    pass(950);
    sendText(chat.word("a"));
    pass(100);
    assert.deepEqual(await rest(), { text: "a", last: "text", error: "timeout" });
  });

test("idle time after the finish reason is the end, and after [DONE] a short one", async (t) => {
  const { send, sendText, pass, rest } = open(t);
  send(chat.textChunks("a"), chat.finish());
  sendText(chat.done);
  pass(50);
  assert.deepEqual(await rest(), { text: "a", last: "finish", error: undefined });
});

test("after a finish reason nothing is waited for longer than five seconds", async (t) => {
  const { send, pass, rest } = open(t, { idleMs: 60_000 });
  send(chat.textChunks("a"), chat.finish());
  pass(5000);
  assert.deepEqual(await rest(), { text: "a", last: "finish", error: undefined });
});

test("but where it came along with text more is waited for: some servers send one with every chunk", async (t) => {
  const { send, pass, rest, end } = open(t, { idleMs: 60_000 });
  const both = { choices: [{ delta: { content: "a" }, finish_reason: "stop" }] };
  send([both]);
  pass(7000);
  send([both], chat.usage(1, 2));
  end();
  assert.deepEqual(await rest(), { text: "aa", last: "finish", error: undefined });
});

test("a server that sends one with every chunk is not believed when nothing else tells the end", async (t) => {
  const { send, rest, end } = open(t);
  const both = { choices: [{ delta: { content: "a" }, finish_reason: "stop" }] };
  send([both], [both]);
  end();
  assert.deepEqual(await rest(), { text: "aa", last: "text", error: undefined });
});

test("a server that sends one with every chunk is not believed when its connection breaks", async (t) => {
  const { send, rest, end } = open(t);
  const both = { choices: [{ delta: { content: "a" }, finish_reason: "stop" }] };
  send([both], [both]);
  end(new Error("reset"));
  assert.deepEqual(await rest(), { text: "aa", last: "text", error: "cut-off" });
});

test("nor is the only one, where it came along with text and the connection breaks", async (t) => {
  const both = { choices: [{ delta: { content: "a" }, finish_reason: "stop" }] };
  const broken = open(t);
  broken.send([both]);
  broken.end(new Error("reset"));
  assert.deepEqual(await broken.rest(), { text: "a", last: "text", error: "cut-off" });
});

test("one chunk of text and finish reason is whole where the connection ends well", async (t) => {
  const { send, rest, end } = open(t);
  send([{ choices: [{ delta: { content: "a" }, finish_reason: "stop" }] }]);
  end();
  assert.deepEqual(await rest(), { text: "a", last: "finish", error: undefined });
});

const failures: [what: string, code: string, fail: (answer: ReturnType<typeof open>) => void][] = [
  ["a connection that breaks", "cut-off", ({ end }) => end(new Error("reset"))],
  ["a frame that cannot be read", "bad-response", ({ sendText }) => sendText("data: {cut\n\n")],
];
for (const [what, code, fail] of failures)
  test(`what was held back is kept after ${what}`, async (t) => {
    const answer = open(t);
    answer.send(chat.textChunks("a<thi"));
    fail(answer);
    assert.deepEqual(await answer.rest(), { text: "a<thi", last: "text", error: code });
  });

test("a wait for the consumer is not the provider's", async (t) => {
  const { send, end, pass, next, rest } = open(t);
  send(chat.textChunks("a"));
  await next();
  send(chat.textChunks(" b"), chat.finish());
  end();
  pass(10_000);
  assert.deepEqual(await rest(), { text: " b", last: "finish", error: undefined });
});

test("what nobody asks for is left to the provider's socket, and is no idle time; asked for, it is read on", async (t) => {
  const { send, pass, connection, next, rest } = open(t);
  const long = "x".repeat(100_000);
  send(chat.textChunks("a"));
  await next();
  for (let frame = 0; frame < 2; frame += 1) send(chat.textChunks(long));
  assert.equal(connection.isPaused, false);
  send(chat.textChunks(long));
  assert.equal(connection.isPaused, true);
  pass(10_000);
  const taken = await next();
  assert.deepEqual([connection.isPaused, textOf(taken ?? []).length], [false, 300_000]);
  pass(100);
  assert.equal((await rest()).error, "timeout");
});

test("half a frame more than is read ahead goes on while somebody waits, else it is no idle time either", async (t) => {
  const { send, sendText, pass, end, connection, next, rest } = open(t);
  const [frame = ""] = chat.sse(chat.textChunks("x".repeat(600_000))).split("\n");
  const waiting = next();
  sendText(frame.slice(0, 300_000));
  assert.equal(connection.isPaused, false);
  sendText(`${frame.slice(300_000)}\n\n`);
  assert.equal(textOf((await waiting) ?? []).length, 600_000);
  const more = next();
  send(chat.textChunks("a"));
  pass(coalesceMs);
  assert.equal(textOf((await more) ?? []), "a");
  sendText(frame.slice(0, 300_000));
  assert.equal(connection.isPaused, true);
  pass(10_000);
  const last = rest();
  sendText(`${frame.slice(300_000)}\n\n`);
  send(chat.finish());
  end();
  const { text, error } = await last;
  assert.deepEqual([text.length, error], [600_000, undefined]);
});

test("a text longer than the limit ends it and closes the connection, and what came stays", async (t) => {
  const { send, connection, rest } = open(t, { maxCharacters: 1000 });
  send(chat.textChunks("a"), chat.reasoning("b".repeat(500)), chat.toolCall(0, "c", "add", "1".repeat(499)));
  assert.equal(connection.isClosed, false);
  send(chat.textChunks("a"));
  assert.deepEqual(await rest(), { text: "aa", last: "text", error: "limit-reached" });
  assert.equal(connection.isClosed, true);
});

test("the limit is of the text: what frames take around it does not count", async (t) => {
  const { send, sendText, rest, end } = open(t, { maxCharacters: 1000 });
  for (let count = 0; count < 100; count += 1) send(chat.textChunks("a"));
  sendText(": hi\n".repeat(1000));
  send(chat.finish());
  end();
  assert.deepEqual(await rest(), { text: "a".repeat(100), last: "finish", error: undefined });
});

test("one frame without an end is not read for ever", async (t) => {
  const { sendText, connection, rest } = open(t, { maxCharacters: 1000 });
  const last = rest();
  sendText("data: ");
  for (let megabyte = 0; megabyte < 26; megabyte += 1) sendText("x".repeat(1_000_000));
  assert.deepEqual(await last, { text: "", last: undefined, error: "limit-reached" });
  assert.equal(connection.isClosed, true);
});

test("a frame that cannot be read ends it and closes the connection, and what came with it stays", async (t) => {
  const { sendText, connection, rest } = open(t);
  sendText(`${chat.sse(chat.textChunks("a"))}data: {cut\n\n`);
  sendText(chat.sse(chat.textChunks("b")));
  assert.deepEqual(await rest(), { text: "a", last: "text", error: "bad-response" });
  assert.equal(connection.isClosed, true);
});

test("after a stop a broken connection is what it is: nobody asks why", async (t) => {
  const { send, stop, end, rest } = open(t);
  send(chat.textChunks("a"));
  stop.abort();
  await turn();
  end(new Error("aborted"));
  assert.deepEqual(await rest(), { text: "a", last: "text", error: "aborted" });
});
