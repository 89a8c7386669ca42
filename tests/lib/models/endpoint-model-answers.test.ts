import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createEndpointModel, type EndpointModelOptions } from "../../../lib/models/endpoint-model.ts";
import { fetchModelList } from "../../../lib/models/fetch-model-list.ts";
import { ModelError } from "../../../lib/models/model-error.ts";

import * as chat from "../../support/chat-chunks.ts";
import { collectAnswer, question } from "../../support/collect-answer.ts";
import { assistant } from "../../support/model-messages.ts";
import { events, json, type Script } from "../../support/scripted-model-server.ts";
import { testedEndpoint, wideLimits } from "../../support/tested-endpoint.ts";

const server = await testedEndpoint();

const createModel = (options: Partial<EndpointModelOptions> = {}) =>
  createEndpointModel({
    id: "m",
    baseUrl: server.url,
    ...wideLimits,
    ...options,
  });

const ask = (script: Script, options?: Partial<EndpointModelOptions>) => {
  server.next(script);
  return collectAnswer(createModel(options));
};

const call = (deltas: unknown[]) => deltas.flatMap((tool_calls) => chat.delta({ tool_calls }));

describe("the request", () => {
  test("carries the conversation, the key, and asks for a stream with usage", async () => {
    await collectAnswer(createModel({ apiKey: "sk-test-1" }));
    const request = server.requests.at(-1);
    assert.deepEqual(request?.body, {
      model: "m",
      messages: [{ role: "user", content: "What is 2 + 3?" }],
      stream: true,
      stream_options: { include_usage: true },
    });
    assert.equal(request?.headers.authorization, "Bearer sk-test-1");
    assert.equal(request?.path, "/v1/chat/completions");
  });

  test("carries user and password of the address, for its models too, and not a placeholder instead", async () => {
    const cases = [
      ["ann:secret", "ann:secret"],
      ["ann", "ann:"],
      [":secret", ":secret"],
      ["a%40b:p%3Aw%2F%C3%A9", "a@b:p:w/é"],
    ];
    for (const [written, sent] of cases) {
      const baseUrl = server.url.replace("://", `://${written}@`);
      await collectAnswer(createModel({ baseUrl }));
      await fetchModelList({ wire: "chat", baseUrl }, 5000);
      const basic = `Basic ${Buffer.from(String(sent)).toString("base64")}`;
      assert.equal(server.requests.at(-1)?.headers.authorization, basic);
      assert.equal(server.modelRequests.at(-1)?.headers.authorization, basic);
      assert.equal(server.requests.at(-1)?.path, "/v1/chat/completions");
    }
  });

  test("without a key carries a placeholder, and nothing of the environment", async () => {
    const before = { ...process.env };
    Object.assign(process.env, {
      OPENAI_API_KEY: "sk-env",
      OPENAI_ORG_ID: "org-env",
      OPENAI_PROJECT_ID: "proj-env",
      OPENAI_BASE_URL: "http://env.invalid",
    });
    try {
      assert.equal((await collectAnswer(createModel())).finish, "stop");
    } finally {
      process.env = before;
    }
    const headers = JSON.stringify(server.requests.at(-1)?.headers);
    assert.match(headers, /Bearer no-key/);
    assert.doesNotMatch(headers, /env/);
  });
});

describe("an answer", () => {
  test("is text, usage, then finish, though the finish reason came before the usage", async () => {
    const { parts } = await ask(
      events(chat.sse(chat.textChunks("It is ", "5"), chat.finish(), chat.usage(7, 2)), chat.done),
    );
    assert.deepEqual(parts, [
      { type: "text", delta: "It is 5" },
      { type: "usage", usage: { inputTokens: 7, outputTokens: 2, source: "provider" } },
      { type: "finish", reason: "stop" },
    ]);
  });

  test("is one part for neighbours that arrive together, and never one for texts of two kinds", async () => {
    const { parts } = await ask(
      events(
        chat.sse(chat.reasoning("a", "b"), chat.textChunks("c", "d"), chat.reasoning("e"), chat.finish()),
      ),
    );
    assert.deepEqual(parts, [
      { type: "reasoning", delta: "ab" },
      { type: "text", delta: "cd" },
      { type: "reasoning", delta: "e" },
      { type: "finish", reason: "stop" },
    ]);
  });

  test("is shown up to the frame that cannot be read, though they arrived together", async () => {
    const { parts, error } = await ask(events(chat.sse(chat.textChunks("kept")), "data: {torn\n\n"));
    assert.deepEqual(parts, [{ type: "text", delta: "kept" }]);
    assert.ok(error instanceof ModelError && error.code === "bad-response");
  });

  test("arrives delta by delta: the second is not needed to see the first", async () => {
    const seen = Promise.withResolvers<void>();
    server.next({
      steps: [
        { write: chat.sse(chat.textChunks("first")) },
        { until: seen.promise },
        { write: chat.answer(" second") },
      ],
    });
    let text = "";
    for await (const part of createModel().stream({ messages: question }, new AbortController().signal)) {
      if (part.type === "text") text += part.delta;
      if (text === "first") seen.resolve();
    }
    assert.equal(text, "first second");
  });

  test("is whole whatever happens at its end: no [DONE], [DONE] with a space, no last blank line, more after [DONE]", async () => {
    const body = chat.sse(chat.textChunks("It is 5"), chat.finish());
    for (const ending of [
      "",
      "data: [DONE] \n\n",
      "data:[DONE]",
      chat.done + chat.sse(chat.textChunks(" and more")),
    ]) {
      const { text, finish, error } = await ask(events(body + ending));
      assert.deepEqual([text, finish, error], ["It is 5", "stop", undefined], JSON.stringify(ending));
    }
    const { finish } = await ask(events(body.trimEnd()));
    assert.equal(finish, "stop");
  });

  test("passes over comments, empty data lines, unknown events and CRLF", async () => {
    const noisy =
      `: PROCESSING\n\ndata:\n\ndata: \n\nevent: ping\ndata: {}\n\n${chat.answer("It is 5")}`.replaceAll(
        "\n",
        "\r\n",
      );
    for (const slice of [1, 3, "characters"] as const) {
      const { text, finish } = await ask({ slice, steps: [{ write: noisy }] });
      assert.deepEqual([text, finish], ["It is 5", "stop"]);
    }
  });

  test("survives cuts inside every character", async () => {
    const { text } = await ask({
      slice: "characters",
      steps: [{ write: chat.answer("héllo 你好 😀👨‍👩‍👧") }],
    });
    assert.equal(text, "héllo 你好 😀👨‍👩‍👧");
  });

  test("never shows half of a surrogate pair, in any channel", async () => {
    const halves = chat.sse(
      chat.textChunks("a\ud83d", "\ude00b"),
      chat.reasoning("\ud83d", "\ude00"),
      chat.refusal("x\ud83d"),
      chat.finish(),
    );
    const { text, reasoning, refusal, parts } = await ask(events(halves));
    assert.deepEqual([text, reasoning, refusal], ["a😀b", "😀", "x\uFFFD"]);
    assert.ok(parts.every((part) => !("delta" in part) || part.delta.isWellFormed()));
  });

  test("has the arguments of a call byte for byte, though a character of theirs is cut in two", async () => {
    const cut = chat.sse(
      chat.toolCall(0, "c", "say", '{"a":"\ud83d', '\ude00", "b":"\ud83d', "\ude00\ud83d", '\ude00"}'),
      chat.toolCall(1, "d", "say", '"\ud83d'),
      chat.finish("tool_calls"),
    );
    const { toolCalls, parts } = await ask({ slice: 7, steps: [{ write: cut }] });
    assert.deepEqual(
      toolCalls.map((each) => each.arguments),
      ['{"a":"😀", "b":"😀😀"}', '"\ufffd'],
    );
    assert.ok(parts.every((part) => !("delta" in part) || part.delta.isWellFormed()));
  });

  test("maps every finish reason, the last one counting", async () => {
    const reasons = [
      ["stop", "stop"],
      ["length", "length"],
      ["content_filter", "content-filter"],
      ["tool_calls", "tool-calls"],
      ["function_call", "tool-calls"],
      ["end_turn", "stop"],
      ["MAX_TOKENS", "length"],
      ["something-new", "other"],
    ] as const;
    for (const [sent, shown] of reasons)
      assert.equal((await ask(events(chat.sse(chat.finish("stop"), chat.finish(sent))))).finish, shown);
  });

  test("that ends without a finish reason ends without `finish`, [DONE] or not, empty or not", async () => {
    for (const body of [
      "",
      ": only a comment\n\n",
      chat.done,
      chat.sse(chat.usage(1, 0)),
      chat.sse(chat.textChunks("half")),
      chat.sse(chat.textChunks("half")) + chat.done,
      `${chat.sse(chat.textChunks("half"))}data: {"choi`,
    ]) {
      const { finish, error, text } = await ask(events(body));
      assert.deepEqual([finish, error], [undefined, undefined], body);
      assert.equal(text, body.includes("half") ? "half" : "");
    }
  });

  test("cut by a clean end of file at any byte keeps what was said and is never finished nor malformed", async () => {
    const body = chat.sse(chat.textChunks("It is ", "5 😀"));
    for (let cut = 1; cut < Buffer.byteLength(body); cut++) {
      const { text, finish, error } = await ask(events(Buffer.from(body).subarray(0, cut)));
      assert.ok("It is 5 😀".startsWith(text), text);
      assert.deepEqual([finish, error], [undefined, undefined], `cut at ${cut}`);
    }
  });

  test("takes reasoning from one field of a chunk, and from thinking parts", async () => {
    const both = chat.delta({ reasoning_content: "a", reasoning: "a", content: "" });
    const other = chat.delta({ reasoning_content: "", reasoning: "b" });
    const list = chat.delta({
      content: [
        { type: "thinking", thinking: [{ type: "text", text: "c" }] },
        { type: "text", text: "T" },
        { type: "image_url" },
      ],
    });
    const { reasoning, text } = await ask(events(chat.sse(both, other, list, chat.finish())));
    assert.deepEqual([reasoning, text], ["abc", "T"]);
  });

  test("shows choice 0 only", async () => {
    const second = { choices: [{ index: 1, delta: { content: "no" }, finish_reason: "length" }] };
    assert.equal(
      (await ask(events(chat.sse(chat.textChunks("yes"), [second], chat.finish(), [second])))).text,
      "yes",
    );
  });

  test("that does not stream, in JSON, is taken whole", async () => {
    const message = {
      role: "assistant",
      content: "It is 5",
      tool_calls: [
        { id: "a", function: { name: "f", arguments: "{}" } },
        { id: "b", function: { name: "g", arguments: "{}" } },
      ],
    };
    const whole = {
      object: "chat.completion",
      choices: [{ index: 0, message, finish_reason: "stop" }],
      usage: { prompt_tokens: 1 },
    };
    const { text, finish, toolCalls, usage } = await ask({ ...json(200, whole), slice: 3 });
    assert.deepEqual([text, finish, toolCalls.length, usage?.inputTokens], ["It is 5", "stop", 2, 1]);
    const { object: _, ...unnamed } = whole;
    assert.equal((await ask(json(200, unnamed))).text, "It is 5");
  });
});

describe("usage", () => {
  test("is the last report, with x_groq's only where there is no other, and null erases nothing", async () => {
    const report = (n: number) => ({ prompt_tokens: n, completion_tokens: n });
    const groq = { choices: [], x_groq: { usage: report(1) } };
    const own = (n: number) => ({ choices: [], usage: report(n) });
    assert.equal((await ask(events(chat.sse([groq])))).usage?.inputTokens, 1);
    assert.equal(
      (await ask(events(chat.sse([groq, own(2), groq, { choices: [], usage: null }])))).usage?.inputTokens,
      2,
    );
    assert.equal((await ask(events(chat.sse([own(2), own(3)])))).usage?.inputTokens, 3);
  });

  test("that is absurd costs the figure, not the answer; a model marked demo reports estimates", async () => {
    const odd = {
      choices: [],
      usage: { prompt_tokens: -1, completion_tokens: 2.5, prompt_tokens_details: "x" },
    };
    const { usage, error } = await ask(events(chat.sse([odd])), { demo: true });
    assert.deepEqual([usage, error], [undefined, undefined]);
    assert.equal((await ask(events(chat.sse(chat.usage(3, 1), [odd])))).usage?.inputTokens, 3);
  });
});

describe("tool calls", () => {
  test("interleaved and cut anywhere come out whole, by index", async () => {
    const body = chat.sse(
      call([
        [{ index: 0, id: "a", function: { name: "add", arguments: null } }],
        [{ index: 1, id: "b", function: { name: "sub", arguments: '{"x":' } }],
        [
          { index: 0, id: "", function: { name: "", arguments: '{"a"' } },
          { index: 1, function: { arguments: "1}" } },
        ],
        [{ index: 0, function: { arguments: ":2}" } }],
      ]),
      chat.finish("tool_calls"),
    );
    const { toolCalls, finish } = await ask({ slice: 1, steps: [{ write: body }] });
    assert.deepEqual(toolCalls, [
      { id: "a", name: "add", arguments: '{"a":2}' },
      { id: "b", name: "sub", arguments: '{"x":1}' },
    ]);
    assert.equal(finish, "tool-calls");
  });

  test("come one after the other, with the text before them", async () => {
    const { text, toolCalls } = await ask(
      events(
        chat.sse(
          chat.textChunks("Adding."),
          chat.toolCall(0, "a", "add", '{"a":', "2}"),
          chat.toolCall(1, "b", "sub"),
          chat.finish("tool_calls"),
        ),
      ),
    );
    assert.equal(text, "Adding.");
    assert.deepEqual(toolCalls, [
      { id: "a", name: "add", arguments: '{"a":2}' },
      { id: "b", name: "sub", arguments: "" },
    ]);
  });

  test("without an id get one: the same for the same request, another one for a longer conversation", async () => {
    const script = events(
      chat.sse(call([[{ index: 0, function: { name: "add", arguments: "{}" } }]]), chat.finish("tool_calls")),
    );
    const [first, again] = [await ask(script), await ask(script)];
    server.next(script);
    const longer = await collectAnswer(createModel(), [...question, assistant("")]);
    const idOf = (answer: typeof first) => answer.toolCalls[0]?.id;
    assert.ok(idOf(first));
    assert.equal(idOf(first), idOf(again));
    assert.notEqual(idOf(first), idOf(longer));
  });

  test("are announced once their name is known, and lose no argument that came before it", async () => {
    const late = call([
      [{ index: 0, function: { arguments: '{"a":' } }],
      [{ index: 0, id: "x", function: { name: "add" } }],
      [{ index: 0, function: { arguments: "1}" } }],
    ]);
    const { parts } = await ask(events(chat.sse(late)));
    assert.deepEqual(parts, [
      { type: "tool-call-start", index: 0, toolCallId: "x", toolName: "add" },
      { type: "tool-call-delta", index: 0, delta: '{"a":1}' },
    ]);
  });
});
