import assert from "node:assert/strict";
import { createServer } from "node:http";
import { type AddressInfo, createServer as createTcpServer, type Socket } from "node:net";
import { describe, test } from "node:test";
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { createEndpointModel } from "#lib/models/endpoint-model.ts";
import * as chat from "../../support/chat-chunks.ts";
import { collectAnswer, question } from "../../support/collect-answer.ts";
import { nextResponse } from "../../support/next-response.ts";
import { testedEndpoint } from "../../support/tested-endpoint.ts";
import { waitUntil } from "../../support/wait-until.ts";

const server = await testedEndpoint();

const limits = { firstByteMs: 5000, idleMs: 5000, maxCharacters: 100e6 };
const model = () => createEndpointModel({ id: "m", baseUrl: server.url, ...limits });
const whole = chat.sse(chat.textChunks("one ", "two"), chat.finish(), chat.usage(1, 2)) + "data: [DONE]\n\n";

describe("an answer over node:http", () => {
  for (const [coding, body] of [
    ["gzip", gzipSync(whole)],
    ["deflate", deflateSync(whole)],
    ["deflate", deflateRawSync(whole)],
    ["zstd", zstdCompressSync(whole)],
    ["deflate, gzip", gzipSync(deflateSync(whole))],
    ["br", brotliCompressSync(whole)],
    ["identity", Buffer.from(whole)],
  ] as const)
    test(`whose gateway sends ${coding} unasked is read all the same (${body.length} bytes)`, async () => {
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

  test("whose parts take more than is read ahead goes on: nobody waits for what nobody can ask for", async () => {
    const long = "x".repeat(600_000);
    const bodies: [string, string][] = [
      ["one long frame", chat.sse(chat.textChunks(long), chat.finish())],
      [
        "many frames that say nothing",
        chat.sse(chat.textChunks(...Array.from({ length: 5000 }, () => ""), long), chat.finish()),
      ],
      [
        "a whole answer",
        JSON.stringify({
          object: "chat.completion",
          choices: [{ index: 0, message: { content: long }, finish_reason: "stop" }],
        }),
      ],
    ];
    for (const [what, body] of bodies) {
      server.next({ slice: 10_000, steps: [{ write: body }] });
      const { text, finish, error } = await collectAnswer(model());
      assert.deepEqual([text.length, finish, error], [long.length, "stop", undefined], what);
    }
  });

  test("that refuses keeps its status, whatever becomes of its body", async () => {
    const codes = [
      [{ status: 429, headers: { "retry-after": "7" } }, "rate-limited", 429],
      [{ status: 401 }, "key-rejected", 401],
      [{ status: 304 }, "request-refused", 304],
      [{ status: 999 }, "provider-failed", 502],
    ] as const;
    for (const [script, code, status] of codes) {
      // The connection of a 304, which has no body, is used again.
      const cut = [{ write: "{" }, { until: nextResponse() }, { reset: true }] as const;
      server.next({ ...script, steps: status === 304 ? [] : cut });
      const { error } = await collectAnswer(model());
      assert.deepEqual([error?.code, error?.facts.status], [code, status]);
    }
  });

  test("is asked for once more where the server had just closed the connection that was kept", async (t) => {
    const closing = createServer((request, response) => {
      request.resume().once("end", () => {
        response.writeHead(200, { "content-type": "text/event-stream" }).end(whole);
      });
    });
    t.after(() => closing.close().closeAllConnections());
    const sockets: Socket[] = [];
    closing.on("connection", (socket) => sockets.push(socket));
    await new Promise<void>((resolve) => closing.listen(0, "127.0.0.1", resolve));
    const { port } = closing.address() as AddressInfo; // A server that listens on TCP has an AddressInfo.
    const at = createEndpointModel({ id: "m", baseUrl: `http://127.0.0.1:${port}/v1`, ...limits });
    assert.equal((await collectAnswer(at)).finish, "stop");
    sockets[0]?.prependListener("data", () => sockets[0]?.resetAndDestroy());
    const { text, error } = await collectAnswer(at);
    assert.deepEqual([text, error, sockets.length], ["one two", undefined, 2]);
  });

  test("that is none of HTTP's ends in words, and so does idle time in one that only its connection ends", async () => {
    const head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n";
    const first = chat.sse(chat.textChunks("first"));
    const cases: [what: string, written: string, code: string, endless?: boolean][] = [
      ["101", "HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n", "unreachable"],
      ["silent after the headers", head, "timeout"],
      ["silent after a text", head + first, "timeout"],
      ["endless", head + first, "limit-reached", true],
    ];
    for (const [what, written, code, endless = false] of cases) {
      const raw = createTcpServer((socket) => {
        socket.on("error", () => {});
        socket.once("data", () => socket.write(written));
        const timer = endless ? setInterval(() => socket.write(first), 20) : undefined;
        socket.once("close", () => clearInterval(timer));
      });
      await new Promise<void>((resolve) => raw.listen(0, "127.0.0.1", resolve));
      const { port } = raw.address() as AddressInfo; // A server that listens on TCP has an AddressInfo.
      const at = createEndpointModel({
        ...{
          id: "m",
          baseUrl: `http://127.0.0.1:${port}/v1`,
          firstByteMs: 300,
          idleMs: 300,
          maxCharacters: 1e6,
        },
        ...(endless && { maxMs: 500 }),
      });
      const { error } = await collectAnswer(at);
      assert.equal(error?.code, code, what);
      await new Promise((resolve) => raw.close(resolve));
    }
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
