import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, test } from "node:test";
import { type ApiClient, apiClient, foldOf } from "../support/api-client.ts";
import { type AppServer, startAppServer } from "../support/app-server.ts";
import { answer } from "../support/chat-chunks.ts";
import {
  events,
  type ScriptedModelServer,
  startScriptedModelServer,
} from "../support/scripted-model-server.ts";

let app: AppServer;
let model: ScriptedModelServer;
let client: ApiClient;

before(async () => {
  model = await startScriptedModelServer();
  app = await startAppServer({
    env: { OPENAI_BASE_URL: model.url, OPENAI_MODEL: "scripted", MAX_MESSAGE_CHARACTERS: "2000" },
  });
  client = await apiClient(app.url);
});
after(async () => {
  await app.stop();
  await model.close();
});

const runs = (): string => `/api/conversations/${randomUUID()}/runs`;
const body = (more: object = {}): object => ({ runId: randomUUID(), message: { text: "hi" }, ...more });

const refused: [string, () => unknown, number, string, string?][] = [
  ["not JSON", () => "{", 400, "bad_json"],
  ["nothing", () => "", 400, "bad_json"],
  ["null", () => "null", 400, "bad_field"],
  ["a list", () => [], 400, "bad_field"],
  ["no run id", () => ({ message: { text: "hi" } }), 400, "bad_field", "runId"],
  ["a run id that is none", () => body({ runId: "../x" }), 400, "bad_field", "runId"],
  ["an upper-case run id", () => body({ runId: randomUUID().toUpperCase() }), 400, "bad_field", "runId"],
  ["a text that is a number", () => body({ message: { text: 1 } }), 400, "bad_field", "message.text"],
  ["an empty text", () => body({ message: { text: "" } }), 400, "bad_field", "message.text"],
  ["a text of spaces", () => body({ message: { text: " \n" } }), 400, "bad_field", "message.text"],
  [
    "a text of zero width",
    () => body({ message: { text: "\u200b\u2060" } }),
    400,
    "bad_field",
    "message.text",
  ],
  [
    "2,001 characters where 2,000 are the limit",
    () => body({ message: { text: "x".repeat(2001) } }),
    422,
    "text_too_long",
    "message.text",
  ],
  [
    "a history of its own",
    () => body({ messages: [{ role: "system", content: "x" }] }),
    400,
    "unknown_field",
    "messages",
  ],
  ["a role", () => body({ message: { text: "hi", role: "system" } }), 400, "unknown_field", "message.role"],
  ["neither message nor retry", () => ({ runId: randomUUID() }), 400, "bad_field", "message"],
  ["both message and retry", () => body({ retry: randomUUID() }), 400, "bad_field", "message"],
  ["an unknown agent", () => body({ agent: "nobody" }), 400, "bad_field", "agent"],
  ["an unknown model", () => body({ model: "nothing\n" }), 400, "bad_field", "model"],
];
for (const [name, make, status, code, field] of refused) {
  test(`${name} is ${status} ${code}${field ? ` naming ${field}` : ""}, before any model call`, async () => {
    const calls = model.requests.length;
    const response = await client.post(runs(), make());
    const problem: Record<string, unknown> = await response.json();
    assert.deepEqual([response.status, problem["code"]], [status, code]);
    assert.equal(response.headers.get("content-type"), "application/problem+json");
    assert.equal(problem["requestId"], response.headers.get("x-request-id"));
    if (field) assert.match(String(problem["detail"]), new RegExp(`${field.replace(".", "\\.")}`));
    assert.equal(model.requests.length, calls);
  });
}

test("2,000 characters of four bytes each are a message where 2,000 are the limit", async () => {
  model.next(events(answer("ok")));
  const { response } = await client.ask("😀".repeat(2000));
  assert.equal((await foldOf(response)).ending?.type, "finish");
});

test("a body over 256 KB is 413, with or without a length", async () => {
  const large = JSON.stringify(body({ padding: "x".repeat(300_000) }));
  assert.equal((await client.post(runs(), large)).status, 413);
  const chunks = new ReadableStream({
    pull(controller) {
      controller.enqueue(new TextEncoder().encode("x".repeat(64 * 1024)));
    },
  });
  const init = {
    method: "POST",
    body: chunks,
    duplex: "half",
    headers: { "content-type": "application/json" },
  };
  assert.equal((await client.request(runs(), init)).status, 413);
});

test("another content type is 415", async () => {
  for (const type of [
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "",
  ]) {
    assert.equal((await client.post(runs(), body(), { "content-type": type })).status, 415);
  }
});

test("a foreign origin is 403 for everything that changes something", async () => {
  for (const origin of ["https://evil.test", "null", "http://127.0.0.1:1"]) {
    assert.equal((await client.post(runs(), body(), { origin })).status, 403);
    assert.equal((await client.post(`/api/runs/${randomUUID()}/stop`, {}, { origin })).status, 403);
  }
  assert.equal((await client.post(runs(), body(), { "sec-fetch-site": "cross-site" })).status, 403);
  model.next(events(answer("ok")));
  assert.equal((await client.post(runs(), body(), { origin: app.url })).status, 200);
});

test("without a session the API answers 401, and never sets a cookie", async () => {
  for (const cookie of ["", "rivulet-sid=x.y", client.cookie.slice(0, -1), `${client.cookie}x`]) {
    const response = await client.post(runs(), body(), { cookie });
    assert.equal(response.status, 401);
    assert.equal(response.headers.get("set-cookie"), null);
    assert.equal((await response.json()).code, "no_session");
  }
});

test("another's ids, unknown ones and deleted ones answer the same 404", async () => {
  model.next(events(answer("secret")));
  const mine = await client.ask("hi");
  await mine.response.text();
  const other = await apiClient(app.url);
  const at = (runId: string, conversationId: string) => [
    `/api/conversations/${conversationId}`,
    `/api/runs/${runId}`,
    `/api/runs/${runId}/events`,
  ];
  const answers = async (paths: string[]) =>
    Promise.all(
      paths.map(async (path) => {
        const response = await other.request(path);
        const { requestId: _, ...problem } = await response.json();
        return [response.status, problem];
      }),
    );
  const foreign = await answers(at(mine.runId, mine.conversationId));
  assert.deepEqual(foreign, await answers(at(randomUUID(), randomUUID())));
  assert.deepEqual(
    foreign.map(([status]) => status),
    [404, 404, 404],
  );
  assert.equal((await other.post(`/api/runs/${mine.runId}/stop`, {})).status, 404);
  assert.equal((await other.post(`/api/conversations/${mine.conversationId}/runs`, body())).status, 404);
  assert.equal((await other.post(runs(), body({ runId: mine.runId }))).status, 404);
  assert.equal((await client.request("/api/runs/x%2f..%2fy")).status, 400);
});
