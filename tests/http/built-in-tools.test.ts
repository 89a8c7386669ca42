import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, test } from "node:test";
import type { ToolPart } from "#lib/protocol/message.ts";
import type { RunState } from "#lib/protocol/run-state.ts";
import { type ApiClient, apiClient, foldOf } from "../support/api-client.ts";
import { type AppServer, startAppServer } from "../support/app-server.ts";
import { answer, done, finish, sse, toolCall } from "../support/chat-chunks.ts";
import {
  events,
  type RecordedRequest,
  type ScriptedModelServer,
  startScriptedModelServer,
} from "../support/scripted-model-server.ts";

let model: ScriptedModelServer;
let app: AppServer;
let client: ApiClient;

/** A page, and a search that finds it. */
let web: Server;
let host = "";

before(async () => {
  model = await startScriptedModelServer();
  web = createServer(({ url = "" }, response) => {
    if (url.startsWith("/search")) {
      const results = [{ url: `http://${host}/page`, title: "Cats", content: "All about them." }];
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ results }));
    } else response.writeHead(200, { "content-type": "text/html; charset=gbk" }).end(catPage);
  });
  await new Promise<void>((resolve) => web.listen(0, "127.0.0.1", resolve));
  // Cast: it listens on a port.
  host = `127.0.0.1:${(web.address() as AddressInfo).port}`;
  app = await startAppServer({
    env: {
      ...{ OPENAI_BASE_URL: model.url, OPENAI_MODEL: "m", SEARXNG_URL: `http://${host}`, PAGE_HOSTS: host },
      ...{ CODE: "on", CODE_SECONDS: "0.5" },
      TOOL_APPROVALS: '{"code": "allow", "search_web": "allow", "read_page": "allow"}',
    },
  });
  client = await apiClient(app.url);
});
after(async () => {
  await app.stop();
  await model.close();
  web.closeAllConnections();
  web.close();
});

/** 猫 in GBK. */
const catPage = Buffer.concat([
  Buffer.from("<html><title>"),
  Buffer.from("c3a8", "hex"),
  Buffer.from("</title><body><p>They purr.</p></body></html>"),
]);

type Call = readonly [name: string, input: unknown];

/** Asks a question, to which the model makes the calls at once, and answers when it has their results. */
async function ask(text: string, ...calls: readonly Call[]): Promise<RunState> {
  const chunks = calls.flatMap(([name, input], at) => toolCall(at, `c${at}`, name, JSON.stringify(input)));
  model.script((request) =>
    hasResults(request) ? events(answer("That is all.")) : events(sse(chunks, finish("tool_calls")) + done),
  );
  const { response } = await client.ask(text);
  return foldOf(response);
}

const hasResults = ({ body }: RecordedRequest): boolean => JSON.stringify(body).includes('"role":"tool"');

const outputsOf = ({ parts }: RunState): unknown[] =>
  parts
    .filter((part): part is ToolPart => part.type === "tool")
    .map(({ output, errorText }) => output ?? errorText);

test("a model of an endpoint is offered the tools that read, calls several at once, and answers with their results", async () => {
  const state = await ask(
    "What is 0.1 + 0.2, ten miles in km, and the day 45 days after March 1st?",
    ["calculator", { expression: "0.1 + 0.2" }],
    ["convert_unit", { value: 10, from: "miles", to: "km" }],
    ["date_time", { time: "2026-03-01", add: { days: 45 } }],
    ["calculator", { expression: "1/0" }],
    ["calculator", { expr: "1" }],
  );
  assert.equal(state.ending?.type, "finish");
  const [sum, distance, day, failed, refused] = outputsOf(state);
  assert.deepEqual(sum, { result: "0.3", isExact: true });
  assert.deepEqual(distance, { result: "16.09344", isExact: true, unit: "km" });
  assert.match(JSON.stringify(day), /2026-04-15T00:00:00Z.*Wednesday/);
  assert.match(String(failed), /division by zero/);
  assert.match(String(refused), /expression/);
  // Cast: what the product sends to an endpoint of this wire.
  const body = model.requests.at(-1)?.body as { tools: { function: { name: string } }[] };
  assert.deepEqual(
    body.tools.map((tool) => tool.function.name),
    [
      "calculator",
      "date_time",
      "convert_unit",
      "ask_person",
      "search_conversations",
      "read_notes",
      "run_javascript",
      "search_web",
      "read_page",
    ],
  );
});

test("a search finds what was said in another conversation of the same visitor, and of nobody else", async () => {
  await ask("Remember the heliotrope.");
  const stranger = await apiClient(app.url);
  const found = await ask("Which flower was it?", ["search_conversations", { query: "HELIOTROPE" }]);
  assert.match(JSON.stringify(outputsOf(found)), /Remember the heliotrope\./);
  client = stranger;
  const none = await ask("Which flower was it?", ["search_conversations", { query: "heliotrope" }]);
  assert.deepEqual(outputsOf(none), [{ matches: [] }]);
});

test("code that a model writes runs in the built server, and one that never ends holds up nobody", async () => {
  const svg = "<svg xmlns='http://www.w3.org/2000/svg'/>";
  const [endless, value] = outputsOf(
    await ask(
      "Draw it.",
      ["run_javascript", { code: "for (;;);" }],
      ["run_javascript", { code: `console.log("drawn"); show_image("${svg}"); 6 * 7` }],
    ),
  );
  assert.match(String(endless), /longer than the 0\.5 seconds of computing/);
  const data = Buffer.from(svg).toString("base64");
  assert.deepEqual(value, {
    ...{ value: 42, printed: "drawn\n" },
    images: [{ type: "image", mimeType: "image/svg+xml", data }],
  });
  // What a model is sent of it is that the person has seen it.
  const sent = JSON.stringify(model.requests.at(-1)?.body);
  assert.ok(sent.includes("shown to the person") && !sent.includes(data));
  const health = await client.request("/api/health");
  assert.match(await health.text(), /"code":"on"/);
  assert.match(app.output(), /Code that models write runs in a sandbox .* unasked \(TOOL_APPROVALS\)/);
});

test("a built server searches the web, reads a page in a thread of its own, and names both as sources", async () => {
  const address = `http://${host}/page`;
  const state = await ask("What do cats do?", ["search_web", { query: "cats" }]);
  assert.deepEqual(outputsOf(state), [
    { by: "SearXNG", results: [{ source: 1, title: "Cats", url: address, excerpt: "All about them." }] },
  ]);
  const read = await ask(
    "And on the page?",
    ["read_page", { url: address }],
    ["read_page", { url: app.url }],
  );
  const [page, refused] = outputsOf(read);
  assert.deepEqual(page, { source: 1, url: address, title: "猫", text: "They purr." });
  // The server itself, for one.
  assert.match(String(refused), /not on the open internet/);
  const sources = [state, read].map(({ parts }) => parts.filter(({ type }) => type === "source-url").length);
  assert.deepEqual(sources, [1, 1]);
});
