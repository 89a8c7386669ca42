import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { assistant } from "#lib/agents/assistant.ts";
import { type ApiClient, apiClient } from "../support/api-client.ts";
import { type AppServer, startAppServer } from "../support/app-server.ts";
import { answer, done, finish, sse, textChunks, toolCall } from "../support/chat-chunks.ts";
import { redisMissing, startRedisServer } from "../support/redis-server.ts";
import {
  events,
  json,
  type Scripted,
  type ScriptedModelServer,
  startScriptedModelServer,
} from "../support/scripted-model-server.ts";
import { storeBytes } from "../support/store-dump.ts";

const root = join(import.meta.dirname, "../..");
const key = "sk-canary-key-51b7";
const secret = `canary-secret-${"s".repeat(32)}`;
const prompt = "canary prompt 9f3c";
const secrets = [
  "canary-key",
  "canary-secret",
  "canary-header",
  "canary-org",
  "canary-project",
  "canary-admin",
  "canary-metrics",
];
const metricsToken = "canary-metrics-token";

/** What the SDK would read by itself, had it not been told otherwise. */
const sdkEnvironment = {
  OPENAI_CUSTOM_HEADERS: "x-canary: canary-header\nauthorization: Bearer canary-header",
  OPENAI_ORG_ID: "canary-org",
  OPENAI_PROJECT_ID: "canary-project",
  OPENAI_ADMIN_KEY: "canary-admin",
  OPENAI_LOG: "debug",
};

let app: AppServer;
let model: ScriptedModelServer;
let elsewhere: ScriptedModelServer;
let user: ApiClient;
let other: ApiClient;

before(async () => {
  model = await startScriptedModelServer();
  elsewhere = await startScriptedModelServer();
  const endpoint = { OPENAI_BASE_URL: model.url, OPENAI_MODEL: "scripted", OPENAI_API_KEY: key };
  const watched = { LOG_RUNS: "on", METRICS_TOKEN: metricsToken };
  app = await startAppServer({ env: { ...sdkEnvironment, ...endpoint, ...watched, SESSION_SECRET: secret } });
  user = await apiClient(app.url);
  other = await apiClient(app.url);
});
after(async () => {
  await app.stop();
  await model.close();
  await elsewhere.close();
});

/** A provider that says in its error everything that it was sent. */
const echo =
  (status: number, type = "application/json"): Scripted =>
  ({ headers, body }) => ({
    ...json(status, `{"error":{"message":${JSON.stringify(JSON.stringify({ headers, body }))}}}`),
    headers: { "content-type": type, "x-echo": String(headers.authorization), "www-authenticate": key },
  });

const failures: [string, Scripted][] = [
  ...[400, 401, 403, 404, 429, 500, 503].map((status): [string, Scripted] => [`${status}`, echo(status)]),
  [
    "500 as a page",
    ({ headers }) =>
      json(500, `<html>${headers.authorization} ${prompt}</html>`, { "content-type": "text/html" }),
  ],
  [
    "a page with 200",
    ({ headers }) =>
      json(200, `<html>${headers.authorization} ${prompt}</html>`, { "content-type": "text/html" }),
  ],
  [
    "an error frame",
    ({ headers }) => events(`data: {"error":{"message":"${headers.authorization} ${prompt}"}}\n\n`),
  ],
  ["a cut after half", () => ({ steps: [{ write: sse(textChunks("half")) }, { reset: true }] })],
  [
    "a redirect",
    () => ({ status: 302, headers: { location: `${elsewhere.url}/chat/completions` }, steps: [] }),
  ],
];

/** All that a visitor is sent while the provider fails in every way, and after. */
async function everything(
  by: ApiClient,
  runIds: readonly string[],
  conversations: readonly string[],
): Promise<string> {
  const paths = [
    ...["/", "/settings", "/settings/appearance", "/settings/data", "/nothing"],
    ...["/api/conversations", "/api/models", "/api/health", "/api/runs/x", "/api/nothing"],
    ...runIds.flatMap((id) => [`/api/runs/${id}`, `/api/runs/${id}/events`]),
    ...conversations.flatMap((id) => [`/api/conversations/${id}`, `/c/${id}`]),
  ];
  const seen = await Promise.all(
    paths.map(async (path) => {
      const response = await by.request(path);
      return `${path} ${response.status} ${JSON.stringify([...response.headers])} ${await response.text()}`;
    }),
  );
  return seen.join("\n");
}

test("S48 S55 S56 S57 a session in which everything fails leaks no key, no secret, no session, and the prompt to its user only", async () => {
  model.next(events(answer("a good answer")));
  const asked = [await user.ask(prompt)];
  let seen = (await asked[0]?.response.text()) ?? "";
  for (const [, scripted] of failures) {
    model.script(scripted);
    const next = await user.ask(prompt);
    asked.push(next);
    const text = await next.response.text();
    assert.doesNotMatch(text, /canary|Bearer/, "an error passes on what the provider said");
    seen += text;
  }
  const [runIds, conversations] = [asked.map(({ runId }) => runId), asked.map((each) => each.conversationId)];
  seen += await everything(user, runIds, conversations);
  const others = await everything(other, runIds, conversations);
  const store = storeBytes(app.dataDir).toString("latin1");
  for (const canary of secrets) {
    assert.equal(seen.includes(canary), false, `${canary} in an answer`);
    assert.equal(others.includes(canary), false, `${canary} in another's answer`);
    assert.equal(app.output().includes(canary), false, `${canary} in the log`);
    assert.equal(store.includes(canary), false, `${canary} in the store`);
  }
  assert.equal(seen.includes(prompt), true);
  assert.equal(others.includes(prompt), false);
  assert.equal(app.output().includes(prompt), false);
  assert.equal(store.includes("Bearer"), false);
  for (const { cookie } of [user, other]) {
    const [, sid = "", signature = ""] = /=([^.]+)\.(.+)/.exec(cookie) ?? [];
    for (const part of [sid, signature])
      assert.equal(store.includes(part) || app.output().includes(part), false);
  }
});

test("S55 S56 what is sent to the model is the key, the conversation and nothing that the environment adds", () => {
  assert.ok(model.requests.length > failures.length);
  for (const { headers } of model.requests) {
    assert.equal(headers.authorization, `Bearer ${key}`);
    assert.deepEqual(
      Object.keys(headers)
        .filter((name) => !/^(accept|accept-.*|connection|content-.*|host|sec-fetch-mode)$/.test(name))
        .sort(),
      ["authorization", "user-agent"],
    );
    assert.doesNotMatch(JSON.stringify({ ...headers, authorization: "" }), /canary/);
  }
  assert.deepEqual(elsewhere.requests, []);
});

const words = "words of a conversation c4n";
const calls = (name: string, args: string): Scripted =>
  events(sse(toolCall(0, `call ${words}`, name, args), finish("tool_calls")) + done);

/** Whatever a provider and a model may do with a text. */
const wordy: [string, readonly Scripted[]][] = [
  ["answers with it", [events(answer(words))]],
  ["sends a broken frame", [events(`data: {"choices":[{"delta":{"content":"${words}\n\n`)]],
  ["sends what is no frame", [events(`${words}\n\ndata: ${words}\n\n`)]],
  ["answers with a page", [json(200, `<html>${words}</html>`, { "content-type": "text/html" })]],
  ["refuses with it", [json(400, `{"error":{"message":"${words}"}}`)]],
  ["fails with it", [json(500, words)]],
  ["is cut off", [{ steps: [{ write: sse(textChunks(words)) }, { reset: true }] }]],
  ["calls a tool", [calls("calculator", `{"expression":"${words}"}`), events(answer(words))]],
  ["calls one with broken arguments", [calls("calculator", `{"${words}`), events(answer(words))]],
  ["calls one that is not there", [calls(words, `{"a":"${words}"}`), events(answer(words))]],
  ["has a note kept", [calls("save_note", `{"name":"${words}","text":"${words}"}`)]],
];

test("S42 S56 the log and the metrics tell of runs that began, waited, failed and ended, and hold no text and no key", async () => {
  const by = await apiClient(app.url);
  const headers = { authorization: `Bearer ${metricsToken}` };
  for (const [how, scripts] of wordy) {
    for (const script of scripts) model.next(script);
    const { response, runId } = await by.ask(`${how}: ${words}`);
    // What waits for a person ends no stream.
    if (how.startsWith("has")) await response.body?.cancel();
    else await response.text();
    await by.post(`/api/runs/${runId}/stop`, { reason: words });
  }
  const metrics = await (await fetch(`${app.url}/api/metrics`, { headers })).text();
  for (const [where, text] of Object.entries({ metrics, log: app.output() })) {
    for (const canary of [...secrets, words, words.replaceAll(" ", "%20"), "c4n"])
      assert.equal(text.includes(canary), false, `${canary} in the ${where}`);
    for (const part of by.cookie.split(/[=.]/).slice(1))
      assert.equal(text.includes(part), false, `a session in the ${where}`);
  }
  assert.match(metrics, /^rivulet_runs_left_total\{state="finished"\} [1-9]/m);
  assert.match(metrics, /^rivulet_runs_left_total\{state="failed"\} [1-9]/m);
  assert.match(metrics, /^rivulet_append_seconds_count [1-9]/m);
  assert.match(app.output(), /"message":"a run began"/);
  assert.equal((await by.request("/api/metrics")).status, 404, "a visitor has no token");
});

const ownKey = "sk-canary-own-key-77aa";

/** A session with a key of its own, which its browser sends along in a cookie. */
async function withOwnKey(key: string | null = ownKey): Promise<{ by: ApiClient; cookie: string }> {
  const by = await apiClient(app.url);
  const kept = await by.post("/api/models/key", { model: "scripted", key });
  assert.equal(kept.status, 204);
  const [cookie = ""] = (kept.headers.get("set-cookie") ?? "").split(";");
  return { by, cookie };
}

test("S55 S56 S57 a browser's own key goes to the endpoint that is listed and is nowhere else to be found, however that fails", async () => {
  const { by, cookie } = await withOwnKey();
  assert.match(cookie, /^rivulet-keys=[\w-]+$/);
  const headers = { cookie: `${by.cookie}; ${cookie}` };
  const begun = model.requests.length;
  let seen = "";
  for (const scripted of [events(answer("asked with it")), ...failures.map(([, each]) => each)]) {
    model.script(scripted);
    const body = { runId: randomUUID(), message: { text: prompt } };
    const response = await by.post(`/api/conversations/${randomUUID()}/runs`, body, headers);
    seen += await response.text();
    const tested = await by.post("/api/models/test", { model: "scripted" }, headers);
    seen += await tested.text();
  }
  const asked = model.requests.slice(begun);
  assert.ok(asked.length > failures.length);
  for (const { headers: sent } of asked) assert.equal(sent.authorization, `Bearer ${ownKey}`);
  for (const path of ["/", "/settings", "/api/models", "/api/conversations"]) {
    const response = await by.request(path, { headers });
    seen += `${JSON.stringify([...response.headers])} ${await response.text()}`;
  }
  const store = storeBytes(app.dataDir).toString("latin1");
  for (const [where, text] of Object.entries({ seen, log: app.output(), store }))
    assert.equal(text.includes("canary-own"), false, where);
  assert.deepEqual(elsewhere.requests, []);
  // The models of everybody say nothing of it.
  assert.doesNotMatch(await (await other.request("/api/models")).text(), /hasOwnKey/);
});

test("S56 another session's cookie, and one that was forgotten, bring no key", async () => {
  const { cookie } = await withOwnKey();
  model.script(events(answer("asked with the server's")));
  const begun = model.requests.length;
  const ask = (by: ApiClient, cookies: string) =>
    by.post(
      `/api/conversations/${randomUUID()}/runs`,
      { runId: randomUUID(), message: { text: "hi" } },
      { cookie: cookies },
    );
  await (await ask(other, `${other.cookie}; ${cookie}`)).text();
  const forgotten = await withOwnKey(null);
  assert.equal(forgotten.cookie, "rivulet-keys=");
  await (await ask(forgotten.by, `${forgotten.by.cookie}; ${forgotten.cookie}`)).text();
  for (const { headers } of model.requests.slice(begun)) assert.equal(headers.authorization, `Bearer ${key}`);
});

test("S54 no address comes with a key, and none is kept for what is not listed", async () => {
  const body = { model: "scripted", key: ownKey };
  for (const field of ["baseURL", "baseUrl", "url", "host", "origin"])
    assert.equal((await user.post("/api/models/key", { ...body, [field]: elsewhere.url })).status, 400);
  for (const id of [elsewhere.url, "own-key:scripted", "rivulet-demo", "none"])
    assert.equal((await user.post("/api/models/key", { ...body, model: id })).status, 400, id);
  for (const odd of ["", "a b", "a\nb", "x".repeat(501)])
    assert.ok((await user.post("/api/models/key", { ...body, key: odd })).status >= 400);
});

test("S58 what the model is told before the conversation is our instructions, word for word", () => {
  const [request] = model.requests;
  const { messages } = (request?.body ?? {}) as { messages: { role: string; content: string }[] };
  assert.deepEqual(messages, [
    { role: "system", content: assistant.instructions },
    { role: "user", content: prompt },
  ]);
  assert.doesNotMatch(assistant.instructions, /https?:|key|secret|token|password|\d{4}/i);
});

test("S54 no header, parameter or field of a request says where the model is asked", async () => {
  model.script(events(answer("from the configured one")));
  const before = model.requests.length;
  const headers = Object.fromEntries(
    ["x-base-url", "x-openai-base-url", "x-api-base", "openai-base-url", "x-endpoint", "x-target-url"].map(
      (name) => [name, elsewhere.url],
    ),
  );
  const query = `baseUrl=${elsewhere.url}&base_url=${elsewhere.url}&url=${elsewhere.url}`;
  const path = `/api/conversations/${randomUUID()}/runs`;
  const body = { runId: randomUUID(), message: { text: "hi" } };
  const response = await user.post(`${path}?${query}`, body, { ...headers, "x-api-key": "sk-other" });
  assert.match(await response.text(), /from the configured one/);
  for (const field of ["baseUrl", "baseURL", "endpoint", "apiKey"])
    assert.equal((await user.post(path, { ...body, [field]: elsewhere.url })).status, 400);
  assert.equal((await user.post(path, { ...body, model: `${elsewhere.url}/x` })).status, 400);
  assert.deepEqual(
    [model.requests.length - before, elsewhere.requests, elsewhere.modelRequests],
    [1, [], []],
  );
});

test("S56 no variable of the environment can reach a bundle", () => {
  const sources = globSync("{app,components,lib}/**/*.{ts,tsx}", { cwd: root });
  assert.ok(sources.length > 100);
  for (const path of [...sources, "proxy.ts", "next.config.mjs"])
    assert.doesNotMatch(readFileSync(join(root, path), "utf8"), /NEXT_PUBLIC_/, path);
  assert.doesNotMatch(readFileSync(join(root, "next.config.mjs"), "utf8"), /\benv\b/);
  const bundles = globSync(".next/static/**/*.{js,css,json}", { cwd: root });
  assert.ok(bundles.length > 5);
  for (const path of bundles)
    assert.doesNotMatch(
      readFileSync(join(root, path), "utf8"),
      /SESSION_SECRET|KV_REST_API_TOKEN|createHmac|process\.env\.[A-Z]+_/,
      path,
    );
});

test("S56 a Redis password that is refused, or whose server is gone, stands in no word of ours", {
  skip: redisMissing,
}, async () => {
  const redis = await startRedisServer();
  const [, address] = redis.url.split("://");
  const url = `redis://someone:canary-redis@${address?.split("@").at(-1)}`;
  const output = await startAppServer({ env: { REDIS_URL: url, SESSION_SECRET: secret } }).then(
    async (server) => {
      await server.stop();
      return server.output();
    },
    (error: unknown) => String(error),
  );
  await redis.close();
  assert.match(output, /Redis|redis|WRONGPASS|AUTH/);
  assert.doesNotMatch(output, /canary/);
});

const odd = `\r\nfake: line\u001b[31mred\u009b31m\u2028\u2029\u0000\u007f`;
const long = odd + "x".repeat(20_000);

test("S42 whatever is written to the log is one line of JSON of at most 2 KB without a control character", () => {
  const source = `
    import { writeLine } from "#lib/write-line.ts";
    const odd = ${JSON.stringify(odd)} + "x".repeat(1_000_000);
    writeLine({ level: "error", message: odd });
    writeLine({ title: odd, agent: odd, tool: { output: odd, more: [odd, odd, odd, odd] } });
    writeLine(Object.fromEntries(Array.from({ length: 400 }, (_, at) => [odd.slice(0, 90) + at, odd])));
    writeLine({ message: "界".repeat(3000) });`;
  const { stderr } = spawnSync(process.execPath, ["--input-type=module-typescript", "-e", source], {
    cwd: root,
  });
  const lines = stderr.toString().trimEnd().split("\n");
  assert.equal(lines.length, 4);
  for (const line of lines) {
    assert.ok(Buffer.byteLength(line) < 2048, `${Buffer.byteLength(line)} bytes`);
    assert.doesNotMatch(line, /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/);
    assert.equal(typeof JSON.parse(line).time, "string");
  }
});

test("S42 a server that is asked odd things in every way writes nothing but such lines", async () => {
  const before = app.output();
  const title = { "content-type": "application/json" };
  model.script(json(500, long));
  const { response, conversationId } = await user.ask(long);
  await response.text();
  const body = JSON.stringify({ title: odd });
  await user.request(`/api/conversations/${conversationId}`, { method: "PATCH", headers: title, body });
  const agent = "\u009b31m agent\tx";
  for (const path of ["/", "/api/runs/x", "/nothing", "/c/%00", "/c/%1b%5b31m", "/?x=%0d%0afake"])
    await user.request(path, { headers: { "user-agent": agent, "next-action": agent, referer: agent } });
  for (const path of ["/", "/settings"])
    await user.request(path, {
      method: "POST",
      headers: { "next-action": "abc", "content-type": "text/plain" },
      body: "[]",
    });
  for (const line of app.output().slice(before.length).split("\n").filter(Boolean)) {
    assert.ok(Buffer.byteLength(line) < 2048);
    assert.doesNotThrow(() => JSON.parse(line), line);
  }
});
