import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { recipe } from "#lib/agents/recipe.ts";
import { resumeReader } from "#lib/agents/resume-reader.ts";
import { createDemoModel } from "#lib/models/demo/demo-model.ts";
import { demoStarters } from "#lib/models/demo/demo-starters.ts";
import { pickReply } from "#lib/models/demo/pick-reply.ts";
import { tokensOf } from "#lib/models/demo/schedule-reply.ts";
import type { Model } from "#lib/models/model.ts";
import type { ModelMessage } from "#lib/models/model-message.ts";
import type { JsonSchema } from "#lib/models/model-request.ts";
import { checkBySchema } from "#lib/schema/check-by-schema.ts";
import { collectAnswer } from "../../../support/collect-answer.ts";
import { assistant, call, result, tool, user } from "../../../support/model-messages.ts";
import { waitUntil } from "../../../support/wait-until.ts";

const ask = (...messages: ModelMessage[]) => collectAnswer(createDemoModel(Infinity), messages);
const hasHan = (text: string): boolean => /\p{Script=Han}/u.test(text);
const replyTo = (content: string) => pickReply([{ role: "user", content }]);

const [whyEn, codeEn, chronicleEn, breakEn] = demoStarters.en.map(({ prompt }) => prompt);
const [whyZh, codeZh, , breakZh] = demoStarters.zh.map(({ prompt }) => prompt);
const everyQuestion = [...demoStarters.en, ...demoStarters.zh].map(({ prompt }) => prompt);
const others = [
  "a short answer",
  "简短回答",
  "a long answer",
  "写一篇长文",
  "What did I say?",
  "我刚才说了什么？",
  "anything",
  "随便",
];

test("the same question gets the same answer, part by part", async () => {
  for (const question of [...everyQuestion, ...others])
    assert.deepEqual((await ask(user(question))).parts, (await ask(user(question))).parts, question);
});

test("each starter has a script of its own; what has none is told what this is and how to get a real model", async () => {
  const answers = await Promise.all(
    [...everyQuestion, ...others].map(async (each) => (await ask(user(each))).text),
  );
  assert.equal(new Set(answers).size, answers.length);
  for (const question of ["anything", "随便"]) {
    const { text } = await ask(user(question));
    assert.match(text, /OPENAI_API_KEY[\s\S]*OPENAI_BASE_URL/);
    assert.match(text, /no AI|没有人工智能/);
    for (const { prompt } of demoStarters[hasHan(question) ? "zh" : "en"])
      assert.ok(text.includes(prompt), prompt);
  }
});

test("what the agents of the listed workflows ask is answered from what they give, in its language", () => {
  const cases: [asked: string, text: string | RegExp][] = [
    ["Part 2 of 9:\n\nRain fell. It was wet.", "Rain fell."],
    ["Part 1 of 9:\n\n下雨了。很湿。", "下雨了。"],
    ["Summaries of 2 parts:\n\n1. Rain.\n\n2. Sun.", "The document has 2 parts.\n\n1. Rain.\n\n2. Sun."],
    ["Summaries of 2 parts:\n\n1. 下雨。\n\n2. 晴。", "这份文档有 2 个部分。\n\n1. 下雨。\n\n2. 晴。"],
    ["The brief:\n\nA note about rain", /^\*\*A note about rain\*\*/],
    [
      "The brief:\n\nRain\n\nThe draft:\n\nOld\n\nNotes:\n\nShorter. Please.",
      /Revised by the notes: Shorter\.$/,
    ],
  ];
  for (const [asked, text] of cases) {
    if (typeof text === "string") assert.equal(replyTo(asked).text, text);
    else assert.match(replyTo(asked).text, text);
  }
});

test("the answer is in the language of the question", async () => {
  for (const question of [...everyQuestion, ...others]) {
    const { text, reasoning } = await ask(user(question));
    assert.equal(hasHan(text + reasoning), hasHan(question), question);
  }
});

test("an answer is text, then estimated usage, then finish", async () => {
  const { parts, text, usage, finish } = await ask(user("a short answer"));
  assert.deepEqual(
    parts.slice(-2).map(({ type }) => type),
    ["usage", "finish"],
  );
  assert.equal(usage?.source, "estimated");
  assert.equal(usage?.outputTokens, tokensOf(text).length);
  assert.ok((usage?.inputTokens ?? 0) > 0);
  assert.equal(finish, "stop");
});

test("one script reasons first, one shows code and a table", async () => {
  for (const question of [whyEn, whyZh]) {
    const { parts, reasoning } = await ask(user(question ?? ""));
    assert.equal(parts[0]?.type, "reasoning");
    assert.ok(reasoning.length > 100);
  }
  for (const question of [codeEn, codeZh])
    assert.match((await ask(user(question ?? ""))).text, /```ts[\s\S]*```[\s\S]*\| --- \|/);
});

describe("the script that breaks off", () => {
  for (const question of [breakEn ?? "", breakZh ?? ""])
    test(`${question}: is cut off, keeps its text, and gets to its end when it is continued`, async () => {
      const cut = await ask(user(question));
      assert.deepEqual([cut.error?.code, cut.finish], ["cut-off", undefined]);
      assert.ok(cut.text.length > 20);
      const rest = await ask(user(question), assistant(cut.text));
      assert.deepEqual([rest.error, rest.finish], [undefined, "stop"]);
      assert.equal(cut.text + rest.text, replyTo(question).text);
    });
});

test("asked what was said, it quotes the message before: the history reaches it", async () => {
  const history = [user("张三是我的名字"), assistant("好"), user("I like rivers"), assistant("Good")];
  assert.match(
    (await ask(...history, user("What did I say?"))).text,
    /“I like rivers”[\s\S]*“张三是我的名字”/,
  );
  assert.match((await ask(...history, user("我刚才说了什么？"))).text, /“I like rivers”/);
  assert.match((await ask(user("What did I say?"))).text, /first message/);
});

test("calls, their results and lists of texts are part of a conversation that it answers", async () => {
  const [plain, parts] = [user("I like rivers"), user("I like", "rivers")];
  for (const opening of [plain, parts]) {
    const { text } = await ask(opening, assistant(call("c1")), tool(result("c1")), user("What did I say?"));
    assert.match(text, /“I like ?rivers”/);
  }
});

test("asked for an object, it gives one in the language of the question; the first résumé does not fit", async () => {
  const object = async (name: string, schema: JsonSchema, ...messages: ModelMessage[]) => {
    const request = { messages, responseFormat: { type: "json-schema", name, schema } } as const;
    let text = "";
    for await (const part of createDemoModel(Infinity).stream(request, new AbortController().signal))
      if (part.type === "text") text += part.delta;
    return text;
  };
  for (const { output } of [recipe, resumeReader])
    for (const question of ["Tomato and egg", "番茄炒蛋"]) {
      const first = await object(output.name, output.schema, user(question));
      const again = await object(
        output.name,
        output.schema,
        user(question),
        assistant(first),
        user("FAILURE: x"),
      );
      assert.equal(output.parse(JSON.parse(first)).type, output === recipe.output ? "ok" : "invalid");
      assert.equal(output.parse(JSON.parse(again)).type, "ok");
      assert.equal(hasHan(again), hasHan(question));
    }
});

test("it fills in any form that can be checked", async () => {
  const schemas = [
    {
      type: "object",
      properties: { a: { type: "string" }, b: { type: "array", items: { $ref: "#/$defs/x" } } },
      required: ["b"],
      $defs: { x: { type: "integer", minimum: 3 } },
    },
    {
      type: "object",
      properties: { a: { anyOf: [{ type: "null" }, { type: "string" }] }, next: { $ref: "#" } },
    },
  ];
  for (const schema of schemas) {
    const reply = pickReply([{ role: "user", content: "x" }], { name: "form", schema });
    assert.deepEqual(checkBySchema(schema, JSON.parse(reply.text)), { type: "fits" });
  }
});

test("aborting ends it at once, in the middle of a wait", async () => {
  const stop = new AbortController();
  const stream = createDemoModel(0.001).stream({ messages: [user(chronicleEn ?? "")] }, stop.signal);
  const start = performance.now();
  const before = timers();
  const next = stream[Symbol.asyncIterator]().next();
  await waitUntil("it waits for its next token", () => timers() > before);
  stop.abort();
  assert.deepEqual(await next, { done: true, value: undefined });
  assert.ok(performance.now() - start < 1000);
});

test("leaving the loop ends it: nothing is waited for any more", async () => {
  const before = timers();
  const request = { messages: [user(chronicleEn ?? "")] };
  for await (const _part of createDemoModel().stream(request, new AbortController().signal)) {
    await waitUntil("it waits for its next token", () => timers() > before);
    break;
  }
  assert.equal(timers(), before);
});

const timers = (): number =>
  process.getActiveResourcesInfo().filter((resource) => resource === "Timeout").length;

test("the starters import nothing, so that the page may show them", () => {
  assert.doesNotMatch(readFileSync("lib/models/demo/demo-starters.ts", "utf8"), /\bimport\b|\brequire\b/);
});

/** What the tools say of a page, as a model is sent it. */
const readPage = (output: object): string =>
  `<written-by-others id="1" note="Judge it.">\n${JSON.stringify(output)}\n</written-by-others id="1">`;
const withTools = (messages: readonly { role: string; content: string }[], ...tools: string[]) =>
  pickReply(messages, undefined, tools);

test("a page that is named is read, and cited by its number, where there is a tool for it", async () => {
  for (const [question, opening] of [
    ["Read https://example.com/a?b=c.", /^There is no AI/],
    ["读一下 https://example.com/a?b=c，然后告诉我。", /没有人工智能/],
  ] as const) {
    const asked = { role: "user", content: question };
    const { call } = withTools([asked], "read_page");
    assert.deepEqual(call, { name: "read_page", input: { url: "https://example.com/a?b=c" } });
    const page = {
      source: 2,
      title: "A [page]",
      text: "## Head\n\nIt says [this](https://x.example) ![y](z).",
    };
    const { text, ...more } = withTools([asked, { role: "tool", content: readPage(page) }], "read_page");
    assert.deepEqual(more, {});
    assert.match(text, opening);
    assert.match(text, /\*\*A page\*\* \[2\]\n\n> Head It says this !y\. \[2\]$/);
    assert.equal(withTools([asked]).call, undefined);
    assert.doesNotMatch(withTools([asked]).text, /read_page|https:/);
  }
});

test("what a tool could not do is said in its words, and nothing is made up", () => {
  const asked = { role: "user", content: "Read https://example.com" };
  for (const words of ["there is no host of that name", "The person denied the tool call."]) {
    const { text, call } = withTools([asked, { role: "tool", content: words }], "read_page");
    assert.equal(call, undefined);
    assert.match(text, new RegExp(`I make nothing up[\\s\\S]*> ${words}$`));
  }
});

test("a search is made where there is one, and cites what it has found", () => {
  const asked = { role: "user", content: "在网上搜一下猫" };
  const tools = ["read_page", "search_web"];
  assert.equal(withTools([asked], ...tools).call?.name, "search_web");
  assert.equal(withTools([asked], "read_page").call, undefined);
  const results = [1, 2].map((source) => ({ source, title: `T${source}`, excerpt: "words" }));
  const { text } = withTools([asked, { role: "tool", content: readPage({ results }) }], ...tools);
  assert.match(text, /\*\*T1\*\* \[1\]\n\n> words \[1\]\n\n\*\*T2\*\* \[2\]/);
  const { text: none } = withTools([asked, { role: "tool", content: readPage({ results: [] }) }], ...tools);
  assert.match(none, /没有找到/);
});

test("its calls come as those of any other model, each by another name", async () => {
  const messages = [user("Read https://example.com")];
  const tools = [{ name: "read_page", inputSchema: { type: "object" } }];
  const asks = (more: readonly ModelMessage[]): Model => {
    const model = createDemoModel(Infinity);
    const request = { messages: [...messages, ...more], tools };
    return { ...model, stream: (_, signal) => model.stream(request, signal) };
  };
  const first = await collectAnswer(asks([]));
  assert.equal(first.finish, "tool-calls");
  const [made] = first.toolCalls;
  assert.deepEqual([made?.name, made?.arguments], ["read_page", '{"url":"https://example.com"}']);
  const results = [call("demo_0", "read_page"), result("demo_0", "no", "read_page")] as const;
  const more = [assistant(results[0]), tool(results[1]), user("Read https://example.com")];
  const [next] = (await collectAnswer(asks(more))).toolCalls;
  assert.deepEqual([made?.id, next?.id], ["demo_0", "demo_1"]);
});
