import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { globSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { readConfig } from "#lib/config.ts";
import { type ApiClient, apiClient } from "../support/api-client.ts";
import { type AppServer, startAppServer } from "../support/app-server.ts";
import { answer } from "../support/chat-chunks.ts";
import { exchange, openSocket } from "../support/http-exchange.ts";
import {
  events,
  type ScriptedModelServer,
  startScriptedModelServer,
} from "../support/scripted-model-server.ts";
import { dumpStore } from "../support/store-dump.ts";
import { waitUntil } from "../support/wait-until.ts";
import { routesInTheTree } from "./routes.ts";

const canary = "canary-behind-the-door";
let app: AppServer;
let model: ScriptedModelServer;
let user: ApiClient;
let other: ApiClient;
let ids: { runId: string; conversationId: string };

before(async () => {
  model = await startScriptedModelServer();
  model.script(events(answer(`It is ${canary}.`)));
  app = await startAppServer({ env: { OPENAI_BASE_URL: model.url, OPENAI_MODEL: "scripted" } });
  user = await apiClient(app.url);
  other = await apiClient(app.url);
  const { response, ...asked } = await user.ask(`about ${canary}`);
  await response.text();
  ids = asked;
});
after(async () => {
  await app.stop();
  await model.close();
});

const readable = (): string[] => [
  "/",
  "/settings",
  `/c/${ids.conversationId}`,
  "/api/conversations",
  "/api/models",
  "/api/health",
  `/api/conversations/${ids.conversationId}`,
  `/api/runs/${ids.runId}`,
  `/api/runs/${ids.runId}/events`,
];

const oddHeaders: Record<string, string>[] = [
  { "x-middleware-subrequest": "proxy:proxy:proxy:proxy:proxy" },
  { "x-middleware-subrequest": "src/middleware:src/middleware:src/middleware:src/middleware:src/middleware" },
  { "x-middleware-next": "1", "x-middleware-rewrite": "/" },
  { "x-middleware-set-cookie": "rivulet-sid=x", "x-middleware-override-headers": "cookie" },
  { rsc: "1" },
  { rsc: "1", "next-router-prefetch": "1" },
  { rsc: "1", "next-router-prefetch": "1", "next-router-segment-prefetch": "/_tree" },
  { rsc: "1", "next-router-state-tree": "%5B%22%22%2C%7B%7D%5D" },
  { "x-forwarded-host": "evil.test", "x-forwarded-proto": "http", forwarded: "host=evil.test" },
  { "x-original-url": "/api/conversations", "x-rewrite-url": "/api/conversations" },
  { "x-invoke-path": "/", "x-invoke-query": "%7B%7D", "x-invoke-status": "200" },
  { "x-matched-path": "/", "x-nextjs-data": "1", "x-now-route-matches": "1=x" },
  { "x-http-method-override": "DELETE", "x-method-override": "DELETE" },
];

const oddPaths = (path: string): string[] => [
  `${path}.rsc`,
  `${path}.json`,
  `${path}?_rsc=x`,
  `${path}?conversationId=${ids.conversationId}&runId=${ids.runId}`,
  `${path}?nxtPconversationId=${ids.conversationId}`,
  `/%2e%2e${path}`,
  `/settings/%2e%2e${path}`,
  `/settings/..%2f..${path}`,
  `/api/%2e%2e${path}`,
  `/${path}`,
  `//evil.test${path}`,
  `/\\evil.test${path}`,
  `${path}/`,
  `${path}%00`,
  `${path}/%E0%A4%A`,
  `${path};x`,
  `/_next/data/x${path}.json`,
  `/en${path}`,
];

test("S8 odd headers and paths show a stranger nothing, cause no error of the server, and lead nowhere else", async () => {
  for (const [at, path] of readable().entries()) {
    // Both kinds of stranger, in turns: no header or path here has to do with the cookie.
    const cookie = (turn: number): Record<string, string> =>
      (at + turn) % 2 === 0 ? { cookie: other.cookie } : {};
    await Promise.all([
      ...oddHeaders.map((headers, turn) => showsNothing(path, { ...headers, ...cookie(turn) })),
      ...oddPaths(path).map((odd, turn) => showsNothing(odd, cookie(turn))),
      showsNothing(`${path}?_rsc=1`, { rsc: "1" }),
    ]);
  }
});

async function showsNothing(path: string, headers: Record<string, string>): Promise<void> {
  const what = `${path} ${JSON.stringify(headers)}`;
  const answered = await exchange(app.url, { path, headers });
  assert.ok(answered.status < 500, `${what}: ${answered.status}`);
  assert.equal(answered.text.includes(canary), false, what);
  assert.equal(leavesSite(answered.headers.location), false, what);
}

/** As a browser reads it, from the address that was asked for. */
const leavesSite = (location: string | undefined): boolean =>
  location !== undefined && new URL(location, app.url).host !== new URL(app.url).host;

test("S8 S18 S73 methods that we do not have, whole addresses and * are refused in words, without a line in the log", async () => {
  const before = app.output();
  for (const [method, path, status] of [
    ["TRACE", "/", 405],
    ["TRACE", "/api/health", 405],
    ["OPTIONS", "*", 400],
    ["GET", "http://evil.test/", 400],
    ["GET", "http://evil.test/api/health", 400],
    ["POST", "https://evil.test/api/session/logout", 400],
  ] as const) {
    const answered = await exchange(app.url, { method, path });
    assert.equal(answered.status, status, `${method} ${path}`);
    assert.equal(answered.headers.location, undefined);
    assert.match(answered.text, /[\u4e00-\u9fff]|code/);
  }
  for (const [method, path, allow] of [
    ["PUT", "/api/session", "GET, HEAD, OPTIONS"],
    ["POST", "/api/health", "GET, HEAD, OPTIONS"],
    ["GET", "/api/session/logout", "POST, OPTIONS"],
    ["PUT", `/api/conversations/${randomUUID()}`, "DELETE, GET, PATCH, HEAD, OPTIONS"],
  ] as const) {
    const { status, headers, text } = await exchange(app.url, { method, path });
    assert.deepEqual([status, headers.allow, JSON.parse(text).code], [405, allow, "wrong_method"], path);
  }
  assert.equal(app.output(), before);
});

test("S8 pages, files and what Next keeps for itself answer as any unknown address does", async () => {
  const [script] = globSync("static/**/*.js", { cwd: join(import.meta.dirname, "../../.next") });
  const inner = ["/_global-error", "/_not-found", "/_error", "/500", "/404", "/_document", "/icon.svg.body"];
  for (const path of [...inner, "/_global-error?x=1"])
    for (const headers of [{}, { rsc: "1" }] as Record<string, string>[]) {
      const unknown = await exchange(app.url, { path: "/nothing", headers });
      assert.equal(unknown.status, 404);
      const answered = await exchange(app.url, { path, headers });
      assert.deepEqual(
        [answered.status, answered.headers["content-type"]],
        [404, unknown.headers["content-type"]],
        `${path} ${JSON.stringify(headers)}`,
      );
    }
  const refused = await exchange(app.url, { method: "POST", path: "/nothing" });
  assert.deepEqual([refused.status, refused.headers.allow], [405, "GET, HEAD"]);
  const files = ["/icon.svg", "/icon.svg?x", "/favicon.ico", `/_next/${script}`, "/_next/static/nothing.js"];
  for (const path of [...inner, ...files, "/", "/_next/image"])
    for (const method of ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"]) {
      const answered = await exchange(app.url, { method, path });
      assert.deepEqual([answered.status, answered.text], [refused.status, refused.text], `${method} ${path}`);
    }
});

test("S8 an override of the method is ignored", async () => {
  const headers = { cookie: user.cookie, "x-http-method-override": "DELETE" };
  const path = `/api/conversations/${ids.conversationId}`;
  assert.equal((await exchange(app.url, { path, headers })).status, 200);
  assert.equal((await exchange(app.url, { path: `${path}?_method=DELETE`, headers })).status, 200);
});

test("S8 an address that is no UTF-8 is refused in words, by page and API, without a line in the log", async () => {
  const before = app.output();
  const page = await exchange(app.url, { path: "/c/%E0%A4%A" });
  assert.deepEqual([page.status, page.headers["content-type"]], [400, "text/plain; charset=utf-8"]);
  assert.match(page.text, /cannot be read/);
  const api = await exchange(app.url, { path: "/api/runs/%E0%A4%A", headers: { cookie: user.cookie } });
  assert.deepEqual([api.status, api.headers["content-type"]], [400, "application/problem+json"]);
  assert.equal(app.output(), before);
});

test("S8 a router state that is none is a 400 in words and one line of JSON in the log, on every page", async () => {
  const states = [
    "",
    "x",
    "%",
    "%E0%A4%A",
    "null",
    "{}",
    "[]",
    "%5B%5D",
    "%5B1%5D",
    "%5B%22%22%5D",
    "%5B%22%22%2C%7B%22children%22%3A1%7D%5D",
    "%5B".repeat(5000),
    "x".repeat(12_000),
  ];
  for (const path of ["/", "/settings", `/c/${ids.conversationId}`])
    for (const state of states) {
      const logged = app.output().length;
      const headers = { rsc: "1", cookie: user.cookie, "next-router-state-tree": state };
      const { status, text } = await exchange(app.url, { path, headers });
      assert.equal(status, 400, `${path} ${state.slice(0, 50)}`);
      assert.match(text, /next-router-state-tree/);
      await waitUntil("it is logged", () => app.output().length > logged);
      const lines = app.output().slice(logged).trim().split("\n");
      assert.equal(lines.length, 1, lines.join("\n"));
      assert.equal(JSON.parse(lines[0] ?? "").level, "warn");
    }
});

test("S15 what changes something is refused from other sites, before its body is looked at", async () => {
  const foreign: Record<string, string>[] = [
    { origin: "https://evil.test" },
    { origin: "null" },
    { origin: "" },
    { origin: `${app.url}.evil.test` },
    { origin: app.url.replace(/:\d+$/, ":1") },
    { origin: "https://evil.test", host: new URL(app.url).host, "x-forwarded-host": "evil.test" },
    { "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "same-site" },
  ];
  const before = dumpStore(app.dataDir);
  for (const { hasBody, ...path } of changing())
    for (const headers of foreign) {
      const sent = {
        ...path,
        headers: { cookie: user.cookie, "content-type": "application/json", ...headers },
        ...(hasBody && { body: "{" }),
      };
      const { status, text } = await exchange(app.url, sent);
      assert.deepEqual(
        [status, JSON.parse(text).code],
        [403, "foreign_origin"],
        JSON.stringify([path, headers]),
      );
    }
  assert.equal(dumpStore(app.dataDir), before);
});

test("S15 a form of another site cannot send JSON: text/plain, forms and multipart are 415", async () => {
  for (const type of [
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "text/json",
    "application/jsonx",
    "",
  ]) {
    for (const { method, path } of changing().filter(({ hasBody }) => hasBody)) {
      const headers = { cookie: user.cookie, "content-type": type };
      const body = JSON.stringify({ runId: randomUUID(), message: { text: "hi" }, title: "x" });
      assert.equal((await exchange(app.url, { method, path, headers, body })).status, 415, `${type} ${path}`);
    }
  }
});

test("S15 what needs no body needs no content type", async () => {
  const headers = { cookie: user.cookie, origin: app.url };
  const post = (path: string) => exchange(app.url, { method: "POST", path, headers });
  assert.equal((await post(`/api/runs/${ids.runId}/stop`)).status, 200);
  assert.equal((await post(`/api/conversations/${ids.conversationId}/restore`)).status, 200);
});

/** A request for every route that changes something, about what the user has. */
const changing = (): { method: string; path: string; hasBody: boolean }[] =>
  routesInTheTree()
    .map((route) => route.split(" "))
    .filter(([method, path = ""]) => method !== "GET" && !path.includes("[...path]"))
    .map(([method = "", path = ""]) => ({
      method,
      path: path.replace("[conversationId]", ids.conversationId).replace("[runId]", ids.runId),
      hasBody: /\/runs$|\/stop$|\/messages$|\/join$/.test(path) || method === "PATCH",
    }));

test("S16 no answer allows another site anything, and OPTIONS tells nothing", async () => {
  const headers = {
    cookie: user.cookie,
    origin: "https://evil.test",
    "access-control-request-method": "DELETE",
    "access-control-request-headers": "content-type",
  };
  for (const path of readable()) {
    for (const method of ["GET", "OPTIONS"]) {
      const answered = await exchange(app.url, { method, path, headers });
      const allowed = Object.keys(answered.headers).filter((name) => name.startsWith("access-control-"));
      assert.deepEqual(allowed, [], `${method} ${path}`);
      if (method === "OPTIONS") assert.equal(answered.text.includes(canary), false);
    }
  }
});

test("S17 GET and HEAD of everything leave the store as it was", async () => {
  const before = dumpStore(app.dataDir);
  for (const path of [...readable(), `/c/${randomUUID()}`, "/api/nothing", "/settings/data", "/nothing"])
    await Promise.all(
      ["GET", "HEAD"].flatMap((method) =>
        [user.cookie, other.cookie, ""].map((cookie) =>
          exchange(app.url, { method, path, headers: { cookie } }),
        ),
      ),
    );
  assert.equal(dumpStore(app.dataDir), before);
});

test("S18 whatever a parameter or a path names, the answer stays on the site", async () => {
  const elsewhere = [
    "//evil.test",
    "\\\\evil.test",
    "/\\evil.test",
    "https:evil.test",
    "https://evil.test",
    "/%09/evil.test",
  ];
  for (const to of elsewhere) {
    const names = ["next", "return", "returnTo", "redirect", "url", "callbackUrl", "to", "path"];
    const query = names.map((name) => `${name}=${to}`).join("&");
    const path = to.startsWith("/") ? to : `/${to}`;
    const odd = [path, `${path}/`, `${path}/%2e%2e`, `/settings${path}/`, `/${path}`];
    const asked = [`/?${query}`, `/settings?${query}`, `/settings/?${query}`, ...odd];
    await Promise.all(asked.map((each) => showsNothing(each, {})));
  }
});

test("S19 a server of this machine answers to no other name, so a rebound one is refused", async () => {
  const { port } = new URL(app.url);
  const before = model.requests.length;
  for (const host of [
    "evil.test",
    `evil.test:${port}`,
    "127.0.0.1.evil.test",
    "localhost.evil.test",
    "0.0.0.0",
    "[::]",
    "2130706433",
    "localhost@evil.test",
  ]) {
    for (const path of ["/", "/settings", `/c/${ids.conversationId}`, "/api/health", "/api/nothing"]) {
      const { status, text } = await exchange(app.url, { path, headers: { host, cookie: user.cookie } });
      assert.ok([400, 403, 421].includes(status), `${host} ${path}: ${status}`);
      assert.equal(text.includes(canary), false);
    }
    const headers = {
      host,
      cookie: user.cookie,
      origin: `http://${host}`,
      "content-type": "application/json",
    };
    const body = JSON.stringify({ runId: randomUUID(), message: { text: "hi" } });
    const path = `/api/conversations/${randomUUID()}/runs`;
    const { status } = await exchange(app.url, { method: "POST", path, headers, body });
    assert.ok([400, 403].includes(status), `${host}: ${status}`);
  }
  assert.equal(model.requests.length, before);
});

test("S19 a server that other machines reach answers to addresses and to the names it was given only", async (t) => {
  const env = { HOST: "0.0.0.0", SESSION_SECRET: "s".repeat(32), ALLOWED_HOSTS: "chat.test" };
  const open = await startAppServer({ env });
  t.after(() => open.stop());
  const url = open.url;
  const { port } = new URL(url);
  for (const [host, ok] of [
    ["evil.test", false],
    [`evil.test:${port}`, false],
    ["chat.test.evil.test", false],
    ["127.0.0.1.evil.test", false],
    [`127.0.0.1:${port}`, true],
    [`192.168.0.2:${port}`, true],
    ["[fd00::1]", true],
    ["CHAT.test", true],
    [`chat.test:${port}`, true],
  ] as const) {
    const page = await exchange(url, { headers: { host } });
    assert.equal(page.status, ok ? 200 : 421, `page as ${host}`);
    assert.equal(page.headers["set-cookie"] === undefined, !ok);
    const api = await exchange(url, { path: "/api/health", headers: { host } });
    assert.equal(api.status, ok ? 200 : 403, `API as ${host}`);
  }
  const socket = await openSocket(url);
  socket.end("GET /api/health HTTP/1.0\r\n\r\n");
  const [answered] = await once(socket, "data");
  assert.match(String(answered), /^HTTP\/1\.1 200 /, "a health check without a Host");
});

test("S19 without a setting only this machine is listened to, and an open address needs a secret", () => {
  assert.equal(readConfig({}).host, "127.0.0.1");
  for (const HOST of ["0.0.0.0", "::", "192.168.0.2", "example.test", "127.0.0.1.evil.test"])
    assert.throws(() => readConfig({ HOST }), /SESSION_SECRET/);
});
