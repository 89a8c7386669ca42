import assert from "node:assert/strict";
import { test } from "node:test";
import { createEndpointModel, type WireName } from "#lib/models/endpoint-model.ts";
import { hostedPages } from "#lib/models/hosted-search.ts";
import type { ModelPart } from "#lib/models/model.ts";
import { streamedResponse } from "#lib/models/streamed-response.ts";
import { collectAnswer } from "../../support/collect-answer.ts";
import { piecesOf } from "../../support/pieces-of.ts";
import { readShared, skipWithoutShared } from "../../support/shared-files.ts";

const limits = { firstByteMs: 20_000, idleMs: 20_000, maxCharacters: 1_000_000 };

/** What a model says whose endpoint answers so, in pieces of any size; and what it was asked. */
async function answerOf(wire: WireName, bytes: Uint8Array, { webSearch = false, size = 64 } = {}) {
  const bodies: unknown[] = [];
  const model = createEndpointModel({
    ...{ id: "m", wire, baseUrl: "http://provider.invalid/v1", webSearch, ...limits },
    fetch: async (_, init) => {
      if (typeof init?.body === "string") bodies.push(JSON.parse(init.body));
      return streamedResponse(piecesOf(bytes, size), { status: 200 });
    },
  });
  const { parts, text, error } = await collectAnswer(model);
  assert.equal(error, undefined);
  return { text, parts: parts.filter(isHosted), bodies };
}

const isHosted = ({ type }: ModelPart): boolean => type.startsWith("hosted-call") || type === "source";

const sse = (...events: { type: string; [field: string]: unknown }[]) =>
  Buffer.from(events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join(""));

const block = (index: number, content_block: object, ...deltas: object[]) => [
  { type: "content_block_start", index, content_block },
  ...deltas.map((delta) => ({ type: "content_block_delta", index, delta })),
  { type: "content_block_stop", index },
];
const [url, title] = ["https://a.example/", "A"];
const found = [
  { type: "web_search_result", url, title, encrypted_content: "x" },
  { type: "web_search_result", url: "javascript:1", title: "no" },
];
const messages = (result: unknown, type = "web_search_tool_result") =>
  sse(
    { type: "message_start", message: { id: "m", role: "assistant", content: [] } },
    ...block(
      0,
      { type: "server_tool_use", id: "srv_1", name: "web_search", input: {} },
      { type: "input_json_delta", partial_json: '{"query": "c' },
      { type: "input_json_delta", partial_json: 'ats"}' },
    ),
    ...block(1, { type, tool_use_id: "srv_1", content: result }),
    ...block(
      2,
      { type: "text", text: "", citations: [] },
      {
        type: "citations_delta",
        citation: { type: "web_search_result_location", url, title, cited_text: "c" },
      },
      { type: "text_delta", text: "Cats are animals." },
    ),
    ...block(3, { type: "server_tool_use", id: "srv_2", name: "bash_code_execution", input: {} }),
    { type: "message_delta", delta: { stop_reason: "end_turn" } },
    { type: "message_stop" },
  );

test("a web search of the Messages wire is told of as a call, and what it cites as sources", async () => {
  for (const size of [1, 7, 4096]) {
    const { parts, text } = await answerOf("messages", messages(found), { size });
    assert.equal(text, "Cats are animals.");
    assert.deepEqual(parts, [
      { type: "hosted-call-start", callId: "srv_1", toolName: "web_search" },
      { type: "hosted-call-input", callId: "srv_1", input: { query: "cats" } },
      {
        ...{ type: "hosted-call-end", callId: "srv_1" },
        output: { by: "provider.invalid", results: [{ url, title }] },
      },
      { type: "source", url, title },
    ]);
  }
});

test("one that failed says so, and a page that was read is its words", async () => {
  const failed = await answerOf(
    "messages",
    messages({ type: "web_search_tool_result_error", error_code: "max_uses_exceeded" }),
  );
  assert.deepEqual(failed.parts[2], {
    ...{ type: "hosted-call-end", callId: "srv_1" },
    errorText: "provider.invalid failed at it: max_uses_exceeded",
  });
  const document = {
    type: "document",
    title,
    source: { type: "text", media_type: "text/plain", data: "Words." },
  };
  const read = await answerOf(
    "messages",
    messages({ type: "web_fetch_result", url, content: document }, "web_fetch_tool_result"),
  );
  assert.deepEqual(read.parts[2], {
    ...{ type: "hosted-call-end", callId: "srv_1" },
    output: { url, title, text: "Words." },
  });
});

const annotation = { type: "url_citation", url, title, start_index: 0, end_index: 4 };
const message = {
  ...{ id: "msg_1", type: "message", role: "assistant", status: "completed" },
  content: [{ type: "output_text", text: "Cats are animals.", annotations: [annotation] }],
};
const item = (output_index: number, done: object, begun: object = done) => [
  { type: "response.output_item.added", output_index, item: begun },
  { type: "response.output_item.done", output_index, item: done },
];
const responses = (search: object) => {
  const id = "ws_1";
  const call = { id, type: "web_search_call", status: "completed", ...search };
  return sse(
    { type: "response.created", response: { id: "r", status: "in_progress" } },
    ...item(0, call, { id, type: "web_search_call", status: "in_progress" }),
    { type: "response.output_item.added", output_index: 1, item: { ...message, content: [] } },
    {
      ...{ type: "response.output_text.delta", output_index: 1, content_index: 0 },
      ...{ item_id: "msg_1", delta: "Cats are animals." },
    },
    {
      ...{ type: "response.output_text.annotation.added", output_index: 1, content_index: 0 },
      ...{ item_id: "msg_1", annotation },
    },
    { type: "response.output_item.done", output_index: 1, item: message },
    { type: "response.completed", response: { id: "r", status: "completed", output: [call, message] } },
  );
};

const searches: [what: string, search: object, input: object, end: object][] = [
  [
    "that searched",
    { action: { type: "search", query: "cats", sources: [{ type: "url", url }] } },
    { query: "cats" },
    { output: { by: "provider.invalid", results: [{ url }] } },
  ],
  [
    "that searched for several things",
    { action: { type: "search", queries: ["cats", "dogs"] } },
    { query: "cats · dogs" },
    {},
  ],
  [
    "that opened a page",
    { action: { type: "open_page", url } },
    { url },
    { output: { by: "provider.invalid", results: [{ url }] } },
  ],
  ["of which nothing is told", {}, {}, {}],
  [
    "that failed",
    { status: "failed", action: { type: "search", query: "cats" } },
    { query: "cats" },
    { errorText: "the web search of provider.invalid failed" },
  ],
];
for (const [what, search, input, end] of searches)
  test(`a web search of the Responses wire ${what} is told of as a call`, async () => {
    const { parts, text } = await answerOf("responses", responses(search));
    assert.equal(text, "Cats are animals.");
    assert.deepEqual(parts.slice(0, 3), [
      { type: "hosted-call-start", callId: "ws_1", toolName: "web_search" },
      { type: "hosted-call-input", callId: "ws_1", input },
      { type: "hosted-call-end", callId: "ws_1", ...end },
    ]);
    assert.deepEqual(parts[3], { type: "source", url, title });
  });

test("a provider is asked to search only where the operator says so, beside the tools of the agent", async () => {
  for (const [wire, bytes, tool] of [
    ["responses", responses({}), { type: "web_search" }],
    ["messages", messages(found), { type: "web_search_20250305", name: "web_search", max_uses: 5 }],
  ] as const) {
    const [asked] = (await answerOf(wire, bytes, { webSearch: true })).bodies;
    assert.deepEqual((asked as { tools: unknown }).tools, [tool]);
    const [without] = (await answerOf(wire, bytes)).bodies;
    assert.equal((without as { tools?: unknown }).tools, undefined);
  }
});

test("of a list of pages those with an address of the web are read, each once", () => {
  const list = [{ url, title: " A " }, { url, title: "again" }, { url: "data:x" }, { url: 5 }, null, "x"];
  assert.deepEqual(hostedPages(list), [{ url, title: "A" }]);
  assert.deepEqual(hostedPages("none"), []);
});

const recorded: [wire: "responses" | "messages", name: string, calls: number, sources: number][] = [
  ["responses", "openai-web-search-tool", 6, 3],
  ["responses", "xai-web-search-tool", 1, 3],
  ["messages", "anthropic-web-search-tool", 1, 1],
  ["messages", "anthropic-web-fetch-tool", 1, 0],
];
for (const [wire, name, calls, sources] of recorded)
  test(`of the recorded stream ${name} each search and its sources are told`, {
    skip: skipWithoutShared,
  }, async () => {
    const { parts } = await answerOf(wire, readShared(`transcripts-${wire}/${name}.sse`), { size: 4096 });
    const count = (type: ModelPart["type"]) => parts.filter((part) => part.type === type).length;
    assert.deepEqual(
      [count("hosted-call-start"), count("hosted-call-input"), count("hosted-call-end")],
      [calls, calls, calls],
    );
    assert.ok(count("source") >= sources, `${count("source")}`);
  });
