import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import type { Socket } from "node:net";
import { after, before, test } from "node:test";
import { gzipSync } from "node:zlib";
import { messageBodyBytes } from "#lib/door/message-body-bytes.ts";
import { defaultMaxMessageLength } from "#lib/protocol/limits.ts";
import { type ApiClient, apiClient } from "../support/api-client.ts";
import { type AppServer, startAppServer } from "../support/app-server.ts";
import { exchange, openSocket } from "../support/http-exchange.ts";
import { residentMb } from "../support/resident-mb.ts";
import { waitUntil } from "../support/wait-until.ts";

let app: AppServer;
let client: ApiClient;
let ids: { runId: string; conversationId: string };

before(async () => {
  app = await startAppServer();
  client = await apiClient(app.url);
  const { response, ...asked } = await client.ask("hello");
  await response.text();
  ids = asked;
});
after(() => app.stop());

const runs = (): string => `/api/conversations/${randomUUID()}/runs`;
const jsonRoutes = (): { method: string; path: string; takesNothing?: boolean }[] => [
  { method: "POST", path: runs() },
  { method: "PATCH", path: `/api/conversations/${ids.conversationId}` },
  { method: "POST", path: `/api/runs/${ids.runId}/stop`, takesNothing: true },
  { method: "POST", path: `/api/runs/${ids.runId}/messages` },
];

/** Of a message's body, where its text may have as many characters as one may by default. */
const limit = messageBodyBytes(defaultMaxMessageLength);
const keys = (count: number): string =>
  `{${Array.from({ length: count }, (_, at) => `"k${at}":1`).join(",")}}`;
const whole = JSON.stringify({ runId: randomUUID(), message: { text: "hi" } });
const deep = (levels: number): string => "[".repeat(levels) + "]".repeat(levels);

const bombs: [string, string | Uint8Array, number?][] = [
  ["nothing", ""],
  ["null", "null"],
  ["a list", "[]"],
  ["a number", "1"],
  ["a string", '"x"'],
  ["a cut object", whole.slice(0, -3)],
  ["a byte order mark before it", `\ufeff${whole}`],
  ["bytes that are no UTF-8", Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d])],
  ["UTF-16", Buffer.from(whole, "utf16le")],
  ["a key that stands twice", `{"runId":"${randomUUID()}",${whole.slice(1)}`],
  ["a key that stands twice, once in other letters", `{"run\\u0049d":"${randomUUID()}",${whole.slice(1)}`],
  ["a key that stands twice further in", `{"message":{"text":"a","text":"b"},"runId":"${randomUUID()}"}`],
  ["as many keys as fit", keys(20_000)],
  ["a million keys", keys(1_000_000), 413],
  ["a depth of 100,000, cut", "[".repeat(100_000)],
  ["a depth of 100,000, closed", deep(100_000)],
  ["a depth of 100,000 in an unknown field", `{"x":${deep(100_000)}}`],
  ["a depth of 40,000 objects", `${'{"a":'.repeat(40_000)}1${"}".repeat(40_000)}`],
  ["__proto__", `{"__proto__":{"runId":"${randomUUID()}"},"constructor":{"prototype":{}}}`],
  ["1e999", '{"runId":1e999}'],
];

/**
 * A line that is cut while megabytes are still on their way may take the answer with it: refused all the
 * same.
 */
function cutOff(error: unknown, body: string | Uint8Array): undefined {
  if (body.length < 1_000_000 || !/EPIPE|ECONNRESET/.test(String(error))) throw error;
}

for (const [name, body, status = 400] of bombs) {
  test(`S20 ${name} is refused everywhere, in no time, in our words`, async () => {
    for (const { method, path, takesNothing } of jsonRoutes()) {
      if (takesNothing && body === "") continue;
      const headers = { cookie: client.cookie, "content-type": "application/json" };
      const began = performance.now();
      const answered = await exchange(app.url, { method, path, headers, body }).catch((error: unknown) =>
        cutOff(error, body),
      );
      // 50 ms are promised; other programs share the machine.
      assert.ok(performance.now() - began < 10_000, `${performance.now() - began} ms`);
      if (!answered) continue;
      assert.equal(answered.status, status, `${path}: ${answered.text}`);
      assert.equal(answered.headers["content-type"], "application/problem+json");
      assert.doesNotMatch(answered.text, /\bat .*\d+:\d+|node_modules|\.ts\b|SyntaxError|ZodError/);
    }
    assert.equal((await exchange(app.url, { path: "/api/health" })).status, 200);
  });
}

test("S12 a history, a role, a tool result or an approval of the client's own is 400 unknown_field", async () => {
  for (const more of [
    { messages: [{ role: "system", content: "x" }] },
    { role: "system" },
    { system: "x" },
    { tool_result: {} },
    { approved: true },
    { userId: "x" },
    { message: { text: "hi", role: "assistant" } },
    { message: { text: "hi", role: "tool", tool_call_id: "x" } },
    { message: { text: "hi", parts: [{ type: "tool-result" }] } },
  ]) {
    const body = { runId: randomUUID(), message: { text: "hi" }, ...more };
    const response = await client.post(runs(), body);
    assert.equal(response.status, 400);
    assert.equal((await response.json()).code, "unknown_field", JSON.stringify(more));
  }
});

test("S22 a title has at most 200 characters, and the limit is named", async () => {
  const path = `/api/conversations/${ids.conversationId}`;
  const patch = (title: string) =>
    client.request(path, {
      method: "PATCH",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ title }),
    });
  const refused = await patch("😀".repeat(201));
  assert.equal(refused.status, 422);
  assert.equal((await refused.json()).limit, 200);
  assert.equal((await patch("😀".repeat(200))).status, 200);
});

const head = (...lines: string[]): string =>
  [
    `POST ${runs()} HTTP/1.1`,
    `Host: ${new URL(app.url).host}`,
    `Cookie: ${client.cookie}`,
    "Content-Type: application/json",
    ...lines,
    "",
    "",
  ].join("\r\n");

test("S21 a length over the limit is 413 before a byte of the body came; one at the limit is read", async () => {
  const socket = await openSocket(app.url);
  const seen = collectText(socket);
  socket.write(head(`Content-Length: ${limit + 1}`));
  await waitUntil("an answer", () => seen.text.includes("body_too_large"));
  assert.match(seen.text, /^HTTP\/1\.1 413 /);
  socket.destroy();
  const headers = { cookie: client.cookie, "content-type": "application/json", accept: "application/json" };
  const at = await exchange(app.url, { method: "POST", path: runs(), headers, body: whole.padEnd(limit) });
  assert.equal(at.status, 202);
  const over = await exchange(app.url, {
    method: "POST",
    path: runs(),
    headers,
    body: whole.padEnd(limit + 1),
  });
  assert.equal(over.status, 413);
});

test("S21 a body in chunks for ever is 413, its line is cut, and the server grows no larger", async () => {
  const socket = await openSocket(app.url);
  const seen = collectText(socket);
  const before = residentMb(app.pid);
  socket.write(head("Transfer-Encoding: chunked"));
  const chunk = `4000\r\n${"x".repeat(0x4000)}\r\n`;
  const feed = () => {
    while (!socket.destroyed && socket.write(chunk));
    if (!socket.destroyed) socket.once("drain", feed);
  };
  feed();
  await waitUntil("the line to be cut", () => seen.closed, 20_000);
  assert.match(seen.text, /^HTTP\/1\.1 413 /);
  const growth = residentMb(app.pid) - before;
  assert.ok(growth < 64, `grew by ${growth} MB`);
});

test("S21 a compressed body is 415 and never unpacked", async () => {
  const body = gzipSync(Buffer.alloc(200 * 1024 * 1024, " "));
  const before = residentMb(app.pid);
  for (const encoding of ["gzip", "deflate", "br", "identity", "zstd, gzip"]) {
    const headers = {
      cookie: client.cookie,
      "content-type": "application/json",
      "content-encoding": encoding,
    };
    const { status } = await exchange(app.url, {
      method: "POST",
      path: runs(),
      headers,
      body: body.subarray(0, limit),
    });
    assert.equal(status, 415);
  }
  assert.ok(residentMb(app.pid) - before < 64);
});

test("S23 500 connections that never finish their request do not stop a normal one", async () => {
  const sockets = await Promise.all(Array.from({ length: 500 }, () => openSocket(app.url)));
  for (const [at, socket] of sockets.entries())
    socket.write(at % 2 === 0 ? "GET / HTTP/1.1\r\nHost: 127" : `${head("Content-Length: 1000")}{`);
  const { response } = await client.ask("are you there?");
  assert.equal(response.status, 200);
  assert.match(await response.text(), /"type":"finish"/);
  assert.equal((await exchange(app.url, { headers: { cookie: client.cookie } })).status, 200);
  for (const socket of sockets) socket.destroy();
});

test("S24 an address or cookie of 16 KB and 200 headers are refused", async () => {
  const cookie = client.cookie;
  const many = Object.fromEntries(Array.from({ length: 200 }, (_, at) => [`x-${at}`, "1"]));
  const crowds = [
    { path: `/?${"x".repeat(16 * 1024)}` },
    { path: `/api/conversations?cursor=${"x".repeat(16 * 1024)}` },
    { headers: { cookie: `x=${"x".repeat(16 * 1024)}; ${cookie}` } },
    { headers: { ...many, cookie } },
    { path: "/api/conversations", headers: { ...many, cookie } },
  ];
  for (const sent of crowds) {
    const { status } = await exchange(app.url, sent);
    assert.ok(status === 414 || status === 431, `${status}`);
  }
  const some = Object.fromEntries(Object.entries(many).slice(0, 60));
  assert.equal(
    (await exchange(app.url, { path: "/api/conversations", headers: { ...some, cookie } })).status,
    200,
  );
});

test("S20 a list cursor that is none of ours is 400 naming it, not an empty page", async () => {
  for (const cursor of [
    "x",
    "",
    "null",
    "e30",
    Buffer.from("[1]").toString("base64url"),
    "../..",
    "x".repeat(5000),
  ]) {
    const answered = await client.request(`/api/conversations?cursor=${encodeURIComponent(cursor)}`);
    assert.equal(answered.status, 400, cursor);
    assert.equal((await answered.json()).field, "cursor");
  }
});

function collectText(socket: Socket): { text: string; closed: boolean } {
  const seen = { text: "", closed: false };
  socket.on("data", (chunk: Buffer) => (seen.text += chunk.toString()));
  socket.on("close", () => (seen.closed = true));
  return seen;
}
