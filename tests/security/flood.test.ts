import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import type { Socket } from "node:net";
import { after, before, test } from "node:test";
import { type ApiClient, apiClient } from "../support/api-client.ts";
import { type AppServer, startAppServer } from "../support/app-server.ts";
import { openSocket } from "../support/http-exchange.ts";
import { waitUntil } from "../support/wait-until.ts";
import { type Watched, watchServer } from "../support/watch-server.ts";

/** Also for the builds before, of which docs/security.md has the figures. */
const { RIVULET_ROOT: root } = process.env;

let app: AppServer;
let client: ApiClient;

before(async () => {
  app = await startAppServer({ ...(root !== undefined && { root }) });
  client = await apiClient(app.url);
});
after(() => app.stop());

/** What is promised is 1 s; other programs share the machine. */
const maxWaitMs = 5000;

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
    assert.ok(seen.addedMb < 100, `${seen.addedMb} MB`);
  }
});
