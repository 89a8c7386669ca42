import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { readdirSync, readlinkSync } from "node:fs";
import type { Socket } from "node:net";
import { after, before, test } from "node:test";
import { type ApiClient, apiClient } from "../support/api-client.ts";
import { type AppServer, startAppServer } from "../support/app-server.ts";
import { done, finish, sse, textChunks } from "../support/chat-chunks.ts";
import { openSocket } from "../support/http-exchange.ts";
import { residentMb } from "../support/resident-mb.ts";
import {
  events,
  type ScriptedModelServer,
  startScriptedModelServer,
} from "../support/scripted-model-server.ts";
import { waitUntil } from "../support/wait-until.ts";
import { type Watched, watchServer } from "../support/watch-server.ts";

/** Until the server has ended them all. */
const isLong = process.env.RIVULET_LONG !== undefined;

let model: ScriptedModelServer;
let app: AppServer;
let client: ApiClient;

before(async () => {
  model = await startScriptedModelServer();
  const env = { OPENAI_BASE_URL: model.url, OPENAI_MODEL: "scripted" };
  app = await startAppServer({ env });
  client = await apiClient(app.url);
  await warmUp();
});
after(async () => {
  await app.stop();
  await model.close();
});

/** A server that has just begun grows by its first pages: until it does so no more. */
async function warmUp(): Promise<void> {
  const paths = ["/", "/settings", "/api/conversations", "/api/models", "/nothing"];
  for (let round = 0, before = 0; round < 20; round += 1) {
    const now = residentMb(app.pid);
    if (now > 0 && round > 5 && now < before + 2) return;
    before = now;
    for (let time = 0; time < 10; time += 1)
      await Promise.all(paths.map(async (path) => (await client.request(path)).text()));
  }
}

/** Asks once for each text, in one conversation. */
async function answered(...texts: string[]): Promise<{ conversationId: string; runId: string }> {
  const ids = { conversationId: randomUUID(), runId: "" };
  let parentMessageId: string | null = null;
  for (const text of texts) {
    const chunks = text.match(/[^]{1,16000}/g) ?? [];
    model.next(events(sse(textChunks(...chunks), finish()) + done));
    ids.runId = randomUUID();
    const path = `/api/conversations/${ids.conversationId}`;
    const body = { runId: ids.runId, message: { text: "go" }, parentMessageId };
    await (await client.post(`${path}/runs`, body)).text();
    const { messages } = await (await client.request(path)).json();
    parentMessageId = messages.at(-1).id;
  }
  return ids;
}

const mb = 1_000_000;
const list = (size: number): string => "- an item, *with* `code`\n".repeat(size / 24);

/** What is promised is 1 s; other programs share the machine. */
const maxWaitMs = 10_000;

function report(what: string, { worstMs, asked, addedMb }: Watched): void {
  console.log(`${what}: ${worstMs.toFixed(0)} ms worst of ${asked}, ${addedMb.toFixed(0)} MB more`);
}

const head = (method: string, path: string, ...lines: string[]): string =>
  [
    `${method} ${path} HTTP/1.1`,
    `Host: ${new URL(app.url).host}`,
    `Cookie: ${client.cookie}`,
    ...lines,
    "",
    "",
  ].join("\r\n");

interface Seen {
  socket: Socket;
  text: string;
  isClosed: boolean;
}

async function open(): Promise<Seen> {
  const socket = await openSocket(app.url);
  const seen: Seen = { socket, text: "", isClosed: false };
  socket.on("data", (chunk: Buffer) => (seen.text += chunk.toString("latin1")));
  socket.on("close", () => (seen.isClosed = true));
  return seen;
}

const addresses: [method: string, path: string][] = [
  ...["/", "/settings", `/c/${randomUUID()}`, "/icon.svg", "/_next/static/x.js", "/nothing", "/api"].flatMap(
    (path) => ["GET", "POST", "PUT"].map((method): [string, string] => [method, path]),
  ),
  ...["/api/nothing", "/api/models", "/api/conversations", "/api/../", "/api/%2e%2e/"].flatMap((path) =>
    ["GET", "POST", "DELETE"].map((method): [string, string] => [method, path]),
  ),
  ["DELETE", `/api/conversations/${randomUUID()}`],
  ["POST", `/api/conversations/${randomUUID()}/restore`],
  ["POST", "/api/session/logout"],
  ["POST", "/api/session/transfer"],
  ["GET", `/api/runs/${randomUUID()}/events`],
];

test("S21 a body where none belongs, without an end or of any type, is refused by its head, and its line is cut", async () => {
  const lines = [
    ["Content-Type: application/json", "Transfer-Encoding: chunked"],
    ["Content-Type: text/plain", "Content-Length: 9900000"],
    ["Content-Type: text/plain", "Transfer-Encoding: chunked", "Expect: 100-continue"],
  ];
  await Promise.all(
    addresses.flatMap(([method, path]) =>
      lines.map(async (each) => {
        const seen = await open();
        seen.socket.write(head(method, path, ...each));
        await waitUntil(
          `${method} ${path} ${each.join()}`,
          () => /^HTTP\/1.1 4(05|13) /.test(seen.text),
          20_000,
        );
        await waitUntil("its line is cut", () => seen.isClosed, 20_000);
      }),
    ),
  );
});

test("S21 a hundred bodies of 9.9 MB to whatever takes none: the server grows no larger, and others are answered", async () => {
  const body = Buffer.alloc(9_900_000, "x");
  for (const [method, path] of [
    ["POST", "/"],
    ["GET", "/"],
    ["POST", "/api/nothing"],
    ["POST", "/api/%2e%2e/"],
  ] as const) {
    const seen = await watchServer(app, () =>
      Promise.all(
        Array.from({ length: 100 }, async () => {
          const socket = await openSocket(app.url);
          const answered = Promise.race([once(socket, "data"), once(socket, "close")]);
          socket.write(head(method, path, "Content-Type: text/plain", `Content-Length: ${body.length}`));
          socket.write(body);
          await answered;
          socket.destroy();
        }),
      ),
    );
    report(`100 × ${method} ${path} with 9.9 MB`, seen);
    assert.ok(seen.worstMs < maxWaitMs, `${seen.worstMs} ms`);
    // It was 525 to 940 MB.
    assert.ok(seen.addedMb < 100, `${seen.addedMb} MB`);
  }
});

test("S23 R37 150 readers that do not read, of streams, bodies and pages: the server does not swell, and ends them", async () => {
  const { conversationId, runId } = await answered(...Array.from({ length: 7 }, () => list(mb)));
  const deaf: Socket[] = [];
  const opened = openFiles(app.pid);
  const seen = await watchServer(app, async () => {
    for (const path of [
      `/api/runs/${runId}/events?after=0`,
      `/api/conversations/${conversationId}`,
      `/c/${conversationId}`,
    ])
      for (let at = 0; at < 50; at += 1) {
        const socket = await openSocket(app.url);
        socket.pause();
        socket.write(head("GET", path));
        deaf.push(socket);
      }
    await waitUntil("it has made what it makes", growsNoMore(app.pid), 60_000);
    if (isLong) await waitUntil("they are ended", () => openFiles(app.pid) < opened + 10, 100_000);
  });
  const left = openFiles(app.pid) - opened;
  report(`150 readers that do not read, ${left} connections left`, seen);
  assert.ok(seen.addedMb < 500, `${seen.addedMb} MB`);
  assert.doesNotMatch(app.output(), /failed to pipe|\n\s+at /);
  for (const socket of deaf) socket.destroy();
});

test("S23 3,000 requests for a page on one connection, and 500 on 50 or 500: others are answered", async () => {
  const { conversationId } = await answered(list(mb / 2));
  const page = head("GET", `/c/${conversationId}`);
  for (const [connections, requests] of [
    [1, 3000],
    [50, 10],
    [500, 1],
  ] as const) {
    const seen = await watchServer(app, async () => {
      const open = await Promise.all(Array.from({ length: connections }, () => openSocket(app.url)));
      let read = 0;
      for (const socket of open) {
        socket.on("data", ({ length }: Buffer) => (read += length));
        socket.write(page.repeat(requests));
      }
      await waitUntil("many are answered", () => read > 3 * mb || open.every((each) => each.closed), 60_000);
      for (const socket of open) socket.destroy();
    });
    report(`${requests} requests for a page on each of ${connections} connections`, seen);
    assert.ok(seen.worstMs < maxWaitMs, `${seen.worstMs} ms`);
  }
});

test("S23 500 requests for what is light, on 50 and 500 connections: others are answered", async () => {
  const short = (await answered("a word")).runId;
  const long = (await answered(list(4 * mb))).runId;
  for (const [what, path, connections, requests] of [
    ["the events of a short run", `/api/runs/${short}/events?after=0`, 50, 10],
    ["the events of a short run", `/api/runs/${short}/events?after=0`, 500, 1],
    ["the events of a run of 4 MB", `/api/runs/${long}/events?after=0`, 25, 1],
    ["the health", "/api/health", 50, 10],
    ["the icon", "/icon.svg", 50, 10],
  ] as const) {
    const began = performance.now();
    const last = head("GET", path, "Connection: close");
    const seen = await watchServer(app, async () => {
      const open = await Promise.all(Array.from({ length: connections }, () => openSocket(app.url)));
      for (const socket of open) socket.resume().write(head("GET", path).repeat(requests - 1) + last);
      await waitUntil("all are answered", () => open.every((each) => each.closed), 60_000);
    });
    const tookMs = performance.now() - began;
    report(
      `${requests} requests for ${what} on each of ${connections} connections, ${tookMs.toFixed(0)} ms`,
      seen,
    );
    assert.ok(seen.worstMs < Math.max(1500, tookMs / 2), `${seen.worstMs} ms of ${tookMs}`);
  }
});

test("S37 the pages of long answers and of long conversations: others are answered, and the page is no longer than what it shows", async () => {
  for (const [what, texts] of [
    ["one answer of 400 KB", [list(0.4 * mb)]],
    ["one answer of 4 MB", [list(4 * mb)]],
    ["60 turns, 1 MB", Array.from({ length: 60 }, () => list(mb / 60))],
  ] as const) {
    const { conversationId } = await answered(...texts);
    const path = `/c/${conversationId}`;
    let size = 0;
    const seen = await watchServer(app, async () => {
      for (let at = 0; at < 5; at += 1) size = (await (await client.request(path)).text()).length;
    });
    report(`5 × the page of ${what}, ${(size / mb).toFixed(1)} MB each`, seen);
    assert.ok(seen.worstMs < maxWaitMs, `${seen.worstMs} ms`);
    assert.ok(size < mb, `${size} characters`);
  }
});

/** Whether a process has not grown for a second. */
function growsNoMore(pid: number): () => boolean {
  let [max, since] = [0, performance.now()];
  return () => {
    const now = residentMb(pid);
    if (now > max + 1) [max, since] = [now, performance.now()];
    return performance.now() - since > 1000;
  };
}

/** Of a process: its connections among them. */
function openFiles(pid: number): number {
  if (process.platform !== "linux") return 0;
  return readdirSync(`/proc/${pid}/fd`).filter((fd) => isSocket(`/proc/${pid}/fd/${fd}`)).length;
}

function isSocket(path: string): boolean {
  try {
    return readlinkSync(path).startsWith("socket:");
  } catch {
    return false;
  }
}
