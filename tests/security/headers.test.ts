import assert from "node:assert/strict";
import { once } from "node:events";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { type ApiClient, apiClient } from "../support/api-client.ts";
import { type AppServer, startAppServer } from "../support/app-server.ts";
import { exchange, openSocket } from "../support/http-exchange.ts";
import { startScriptedModelServer } from "../support/scripted-model-server.ts";
import { waitUntil } from "../support/wait-until.ts";

const root = join(import.meta.dirname, "../..");
let app: AppServer;
let client: ApiClient;
let conversationId: string;

before(async () => {
  app = await startAppServer();
  client = await apiClient(app.url);
  const asked = await client.ask("hello");
  await asked.response.text();
  conversationId = asked.conversationId;
});
after(() => app.stop());

const pages = (): string[] => [
  "/",
  "/settings",
  "/settings/data",
  `/c/${conversationId}`,
  "/c/x",
  "/nothing",
  "/settings/x",
  "/favicon.ico",
  "/icon.svgx",
  "/_next/image?url=x",
];
const get = (path: string, headers: Record<string, string> = {}) =>
  exchange(app.url, { path, headers: { cookie: client.cookie, ...headers } });

const policy =
  /^default-src 'none'; script-src 'nonce-([A-Za-z0-9+/]{22}==)' 'strict-dynamic'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; worker-src 'self' blob:; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'$/;
const nothingRuns = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

test("S70 every page carries the policy, with a nonce of its own that its scripts have", async () => {
  const nonces = new Set<string>();
  for (const path of [...pages(), ...pages()]) {
    const { headers, text } = await get(path);
    assert.match(String(headers["content-type"]), /^text\/html/, path);
    const [, nonce = ""] = policy.exec(String(headers["content-security-policy"])) ?? [];
    assert.notEqual(nonce, "", `${path}: ${String(headers["content-security-policy"])}`);
    assert.equal(nonces.has(nonce), false, "a nonce came twice");
    nonces.add(nonce);
    for (const [tag] of text.matchAll(/<script\b[^>]*>/g)) assert.ok(tag.includes(`nonce="${nonce}"`), tag);
    assert.doesNotMatch(text, /\sstyle="|\son[a-z]+="|<style/, path);
  }
});

test("S70 what is no page runs nothing, even if a browser is led to it", async () => {
  for (const path of [
    "/api/health",
    "/api/conversations",
    "/api/nothing",
    "/api/runs/x",
    "/api/health/x",
    "/icon.svg",
  ]) {
    const { headers } = await get(path);
    assert.equal(headers["content-security-policy"], nothingRuns, path);
    assert.doesNotMatch(String(headers["content-type"]), /html/, path);
  }
});

test("S71 a policy in the request is overwritten and never said again", async () => {
  const theirs = `script-src 'unsafe-inline' 'nonce-"><script>alert(1)</script>'`;
  for (const name of ["content-security-policy", "content-security-policy-report-only", "x-nonce"]) {
    const { headers, text } = await get("/", { [name]: theirs });
    assert.match(String(headers["content-security-policy"]), policy);
    assert.equal(headers["content-security-policy-report-only"], undefined);
    assert.doesNotMatch(text, /alert\(1\)|unsafe-inline/);
  }
});

test("S72 the other headers of a page are exact, and HSTS is there over https alone", async () => {
  for (const path of pages()) {
    for (const secure of [false, true]) {
      const { headers } = await get(path, secure ? { "x-forwarded-proto": "https" } : {});
      assert.equal(headers["x-content-type-options"], "nosniff", path);
      assert.equal(headers["referrer-policy"], "no-referrer");
      assert.equal(headers["cross-origin-opener-policy"], "same-origin");
      assert.equal(headers["cross-origin-resource-policy"], "same-origin");
      assert.match(String(headers["permissions-policy"]), /^(?:[a-z-]+=\(\)(?:, |$))+$/);
      assert.equal(headers["strict-transport-security"], secure ? "max-age=31536000" : undefined);
      assert.equal(headers["x-powered-by"], undefined);
    }
  }
});

test("S72 what is no page cannot be sniffed, framed in or embedded elsewhere, and names no maker", async () => {
  const script = globSync(".next/static/**/*.js", { cwd: root })[0]?.replace(".next", "/_next");
  for (const path of [
    String(script),
    "/icon.svg",
    "/api/health",
    "/api/nothing",
    "/_next/static/nothing.js",
  ]) {
    const { headers } = await get(path);
    assert.equal(headers["x-content-type-options"], "nosniff", path);
    assert.equal(headers["cross-origin-resource-policy"], "same-origin", path);
    assert.equal(headers["x-powered-by"], undefined);
    assert.equal(headers.server, undefined);
  }
});

test("S73 Next's image optimizer, Server Actions and upgrades are closed, and ask nobody", async () => {
  const elsewhere = await startScriptedModelServer();
  const { host } = new URL(elsewhere.url);
  const address = `http://${host}/x.png`;
  for (const path of [
    `/_next/image?url=${encodeURIComponent(address)}&w=64&q=75`,
    "/_next/image?url=%2Ficon.svg&w=64&q=75",
    `/_next/image?url=${encodeURIComponent(`//${host}/x`)}&w=64&q=75`,
    "/_next/image",
  ])
    assert.ok([400, 404].includes((await get(path)).status), path);
  for (const path of pages()) {
    for (const [type, body] of [
      ["text/plain;charset=UTF-8", "[]"],
      [
        "multipart/form-data; boundary=x",
        `--x\r\nContent-Disposition: form-data; name="1_$ACTION_REF_0"\r\n\r\n\r\n--x--\r\n`,
      ],
      ["application/x-www-form-urlencoded", "$ACTION_ID_x="],
    ] as const) {
      const headers = { cookie: client.cookie, "next-action": "0".repeat(42), "content-type": type };
      const { status } = await exchange(app.url, { method: "POST", path, headers, body });
      assert.equal(status, 405, path);
    }
  }
  for (const target of [address, `http://${host}/`, "/", "/api/conversations", "//" + host])
    assert.match(await upgrade(target), /^HTTP\/1\.1 [2345]\d\d /, target);
  assert.deepEqual([elsewhere.requests, elsewhere.modelRequests], [[], []]);
  await elsewhere.close();
});

/** What the server says to a WebSocket's first words; it must not switch. */
async function upgrade(target: string): Promise<string> {
  const socket = await openSocket(app.url);
  let text = "";
  socket.on("data", (chunk: Buffer) => (text += chunk.toString()));
  const closed = new Promise((resolve) => socket.once("close", resolve));
  const key = "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==";
  const line = "Upgrade: websocket\r\nConnection: Upgrade, close";
  socket.write(`GET ${target} HTTP/1.1\r\nHost: ${new URL(app.url).host}\r\n${line}\r\n${key}\r\n\r\n`);
  await closed;
  assert.doesNotMatch(text, /^HTTP\/1\.1 101/);
  return text;
}

test("S76 the build has no source maps for a browser, and no routes but those of the product", async () => {
  assert.deepEqual(globSync(".next/static/**/*.map", { cwd: root }), []);
  const scripts = globSync(".next/static/**/*.{js,css}", { cwd: root });
  assert.ok(scripts.length > 5);
  for (const path of scripts)
    assert.doesNotMatch(readFileSync(join(root, path), "utf8"), /sourceMappingURL=(?!data:)/, path);
  const routes = Object.keys(
    JSON.parse(readFileSync(join(root, ".next/app-path-routes-manifest.json"), "utf8")),
  );
  assert.ok(routes.length > 5);
  // A visitor tests the connection to a model there, and takes a run along.
  const own = ["/api/models/test/route", "/api/runs/[runId]/fixture/route"];
  for (const route of routes.filter((each) => !own.includes(each)))
    assert.doesNotMatch(route, /test|debug|mock|fault|fixture|scripted/i);
  for (const path of [
    "/api/test",
    "/api/fault",
    "/api/debug",
    "/__nextjs_source-map",
    "/_next/hmr",
    "/api/mock",
  ])
    assert.equal((await get(path)).status, 404);
});

test("S8 a request that announces trailers is answered like any other, whatever it asks for", async () => {
  const before = app.output();
  for (const path of [
    "/",
    "/nothing",
    "/_global-error",
    "/_not-found",
    "/_not-found?x",
    "/icon.svg",
    "/api/health",
  ]) {
    const socket = await openSocket(app.url);
    let text = "";
    socket.on("data", (chunk: Buffer) => (text += chunk.toString("latin1")));
    const closed = once(socket, "close");
    const lines = [
      `GET ${path} HTTP/1.1`,
      `Host: ${new URL(app.url).host}`,
      "Connection: close",
      "Trailer: x",
      "TE: trailers",
    ];
    socket.write(`${lines.join("\r\n")}\r\n\r\n`);
    await waitUntil(`${path} is answered`, () => /^HTTP\/1.1 (200|404) /.test(text));
    await closed;
  }
  assert.equal(app.output(), before, "no line in the log");
});
