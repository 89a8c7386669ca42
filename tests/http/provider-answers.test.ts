import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { RunState } from "#lib/protocol/run-state.ts";
import { type ApiClient, apiClient, eventsOf, foldOf } from "../support/api-client.ts";
import { type AppServer, startAppServer } from "../support/app-server.ts";
import * as chat from "../support/chat-chunks.ts";
import {
  chunkBody,
  chunkCases,
  type ErrorCase,
  type ExpectedChoice,
  errorCases,
  expectedFinish,
  expectedUsage,
  recordedAnswers,
  type StreamCase,
  streamBody,
  streamCases,
  untagged,
} from "../support/recorded-answers.ts";
import {
  events,
  json,
  type Script,
  type ScriptedModelServer,
  type Step,
  startScriptedModelServer,
} from "../support/scripted-model-server.ts";
import { skipWithoutShared } from "../support/shared-files.ts";

/** What an endpoint answers, and what a reader of the product's stream must have of it. */
interface World {
  name: string;
  script: Script;
  check(state: RunState, name: string): void;
}

/**
 * Bytes of an answer that is sent in slices: longer ones cost most of the time and show nothing more.
 * RIVULET_ANSWERS=all sends them too.
 */
const maxSlicedLength = process.env["RIVULET_ANSWERS"] === "all" ? Number.POSITIVE_INFINITY : 60_000;

/** At once: enough to keep the server busy, and no queue. */
const concurrency = 24;

let app: AppServer;
let model: ScriptedModelServer;
let client: ApiClient;
const scripts = new Map<string, Script>();
/** Of those that are answered well the second time. */
const firstScripts = new Map<string, Script>();

before(async () => {
  model = await startScriptedModelServer();
  // The question names the script: a retry is given the same one.
  model.script(({ body }) => {
    if (isAskedOn(body)) return closingWords;
    const question = questionOf(body);
    const first = firstScripts.get(question);
    firstScripts.delete(question);
    return first ?? scripts.get(question) ?? events("");
  });
  app = await startAppServer({
    env: {
      OPENAI_BASE_URL: model.url,
      OPENAI_MODEL: "m",
      // Some send nothing but comments for longer than this.
      FIRST_TOKEN_SECONDS: "5",
      SILENCE_SECONDS: "30",
    },
  });
  client = await apiClient(app.url);
});
after(async () => {
  await app.stop();
  await model.close();
});

function questionOf(body: unknown): string {
  const { messages } = body as { messages: { role: string; content: string }[] }; // Ours: chat-request.ts.
  // Instructions stand in front of it where the endpoint takes no role for them.
  return (
    messages
      .findLast(({ role }) => role === "user")
      ?.content.split("\n\n")
      .at(-1) ?? ""
  );
}

const closingWords = events(chat.sse(chat.textChunks("That is all."), chat.finish()) + chat.done);

/** The agent goes on: behind the results of calls, and behind an answer without a word. */
function isAskedOn(body: unknown): boolean {
  const { messages } = body as { messages: { role: string; content: unknown }[] }; // Ours: chat-request.ts.
  const { role, content } = messages.at(-1) ?? {};
  return role === "tool" || String(content).includes("FAILURE: ");
}

/** Asks for all of them, some at once, and says what is wrong with any. */
async function showAll(worlds: readonly World[], slice?: number): Promise<void> {
  const left = [...worlds.entries()].filter(
    ([, { script }]) => slice === undefined || lengthOf(script) <= maxSlicedLength,
  );
  const faults: string[] = [];
  async function work(): Promise<void> {
    for (let next = left.shift(); next; next = left.shift()) {
      const [at, { name, script, check }] = next;
      const question = `${name} ${at} ${slice}`;
      scripts.set(question, { ...script, ...(slice && { slice }) });
      try {
        check(await foldOf((await client.ask(question)).response), name);
      } catch (error) {
        faults.push(error instanceof Error ? error.message : String(error));
      }
    }
  }
  await Promise.all(Array.from({ length: concurrency }, work));
  assert.deepEqual(faults, []);
}

const lengthOf = ({ steps }: Script): number =>
  steps.reduce((sum, step) => sum + ("write" in step ? step.write.length : 0), 0);

function written(state: RunState) {
  const parts = state.parts.filter(({ stepId }) => stepId === state.steps[0]?.stepId);
  const textOf = (type: "text" | "reasoning" | "refusal") =>
    parts.map((part) => (part.type === type ? part.text : "")).join("");
  const calls = parts.flatMap((part) =>
    part.type === "tool" ? [{ id: part.toolCallId, name: part.toolName, arguments: part.inputText }] : [],
  );
  return { text: textOf("text"), reasoning: textOf("reasoning"), refusal: textOf("refusal"), calls };
}

/** Of the step that was answered so; the run has to have ended well. */
const finishOf = ({ ending, steps }: RunState): string | undefined =>
  ending?.type === "finish" ? steps[0]?.finishReason : undefined;

function checkChoice(
  state: RunState,
  expected: ExpectedChoice,
  usage: object | undefined,
  name: string,
): void {
  const { text, reasoning } = untagged(expected.text);
  const answer = written(state);
  const calls = expected.tool_calls.map(({ id, name: tool, arguments: args }, at) => ({
    id: id === "*generated*" ? answer.calls[at]?.id : id,
    name: tool,
    arguments: args,
  }));
  const whole = {
    text,
    reasoning: (expected.reasoning ?? "") + reasoning,
    refusal: expected.refusal ?? "",
    calls,
  };
  assert.deepEqual(answer, whole, name);
  assert.equal(finishOf(state), expectedFinish(expected.finish_reason), name);
  if (usage) assert.partialDeepStrictEqual(state.total, usage, name);
  else assert.equal(state.total, undefined, name);
}

function checkStream(state: RunState, { expected }: StreamCase, name: string): void {
  const answer = written(state);
  assert.equal(state.ending?.type, expected.end, name);
  const code = state.ending?.type === "error" ? state.ending.code : undefined;
  assert.ok(expected.code === undefined || expected.code.split("|").includes(code ?? ""), `${name}: ${code}`);
  if (expected.text !== undefined) assert.equal(answer.text, expected.text, name);
  if (expected.reasoning !== undefined) assert.equal(answer.reasoning, expected.reasoning, name);
  if (expected.finish !== undefined) assert.equal(finishOf(state), expected.finish, name);
  const tools = Object.fromEntries(
    answer.calls.map((call) => [call.id, { name: call.name, args: call.arguments }]),
  );
  if (expected.tools) assert.deepEqual(tools, expected.tools, name);
  if (expected.ncalls !== undefined) assert.equal(answer.calls.length, expected.ncalls, name);
}

const nothing: ExpectedChoice = {
  text: "",
  reasoning: null,
  refusal: null,
  tool_calls: [],
  finish_reason: null,
};

function sharedWorlds(): World[] {
  const recorded = ["transcripts", "transcripts-llamacpp"].flatMap(recordedAnswers);
  return [
    ...recorded.map(({ name, body, expected }) => ({
      name,
      script: events(body),
      check: (state: RunState) =>
        checkChoice(state, expected.choices[0] ?? nothing, expectedUsage(expected.usage), name),
    })),
    ...chunkCases().map((each) => ({
      name: each.id,
      script: events(chunkBody(each)),
      check: (state: RunState) =>
        checkChoice(state, each.expected, expectedUsage(each.expected.usage), each.id),
    })),
    ...streamCases().map((each) => ({
      name: each.id,
      script: scriptOf(each),
      check: (state: RunState) => checkStream(state, each, each.id),
    })),
  ];
}

const mayPass = ({ expected: { code } }: ErrorCase): boolean => /rate-limited|provider-failed/.test(code);

const errorScript = ({ response: { status, headers, body } }: ErrorCase): Script =>
  json(status, body, headers);

const rejectedWorlds = (): World[] =>
  errorCases()
    .filter((each) => !mayPass(each))
    .map((each) => ({
      name: each.id,
      script: errorScript(each),
      check: (state, name) => checkRejection(state, each.expected.code, name),
    }));

/** A wait that is longer than a test may take is only looked at, ms. */
const maxWaitMs = 5000;

/** Of an error that may pass: asked again, it is answered; or it is the end, if no wait is of use. */
async function showRetried(each: ErrorCase): Promise<string> {
  const { id } = each;
  const codes = each.expected.code.split("|");
  scripts.set(id, events(chat.answer("Here it is.")));
  firstScripts.set(id, errorScript(each));
  const { runId, response } = await client.ask(id);
  let waits = "";
  let text = "";
  for await (const event of eventsOf(response)) {
    if (event.type === "text-delta") text += event.delta;
    if (event.type === "retry") {
      assert.ok(codes.includes(event.reason), `${id}: ${event.reason}`);
      waits += `${event.reason} `;
      if (event.inMs > maxWaitMs) await client.post(`/api/runs/${runId}/stop`, {});
    }
    if (event.type === "error") assert.ok(codes.includes(event.code), `${id}: ${event.code}`);
    if (event.type === "finish") assert.equal(text, "Here it is.", id);
    if (["error", "finish", "abort"].includes(event.type)) return `${id}: ${waits}${event.type}`;
  }
  assert.fail(`${id}: no end`);
}

function scriptOf(each: StreamCase): Script {
  const { status, type = "text/event-stream", headers = {}, steps } = each.response;
  return {
    status,
    headers: { "content-type": type, ...headers },
    steps: steps?.flatMap(stepsOf) ?? [{ write: streamBody(each) }],
  };
}

const stepsOf = ({ write, wait, destroy }: { write?: string; wait?: number; destroy?: boolean }): Step[] => [
  ...(write === undefined ? [] : [{ write }]),
  ...(wait === undefined ? [] : [{ wait }]),
  ...(destroy ? [{ reset: true } as const] : []),
];

const deep = `${'{"a":'.repeat(6000)}1${"}".repeat(6000)}`;
const deepValue = `{"choices":[{"delta":{"tool_calls":[{"id":"c","function":{"name":"f","arguments":${deep}}}]}}]}`;
const ended = chat.sse(chat.finish("tool_calls")) + chat.done;

const isDeepCall = (state: RunState, name: string): void => {
  const [part] = state.parts;
  assert.ok(part?.type === "tool" && part.state === "output-error", name);
  assert.match(part.errorText ?? "", /nested deeper|incomplete/, name);
  assert.equal(finishOf(state), "tool-calls", name);
};

const bothChunk = JSON.stringify({ choices: [{ delta: { content: "a" }, finish_reason: "stop" }] });
const noBalance = '"base_resp":{"status_code":1008,"status_msg":"insufficient balance"}';

/** Whose status says something else, or little. None of them is asked for again. */
const rejections: [status: number, message: string, code: string][] = [
  [403, "The free tier of the model has been exhausted.", "out-of-credit"],
  [400, "Model gpt-x does not exist", "model-not-found"],
  [400, "API key not valid. Please pass a valid API key.", "key-rejected"],
  [500, "This model's maximum context length is 8192 tokens", "context-too-long"],
  [403, "Content flagged by moderation", "content-filter"],
];

function checkRejection({ ending, parts }: RunState, codes: string, name: string): void {
  assert.ok(ending?.type === "error" && codes.split("|").includes(ending.code), `${name}: ${codes}`);
  assert.deepEqual(parts, [], name);
}

const own: World[] = [
  {
    name: "thoughts between tags, and the name that the endpoint gives to the model",
    script: events(
      chat.sse(
        chat.textChunks("<think>Hm", "</think>It is ", "5.").map((chunk) => ({ ...chunk, model: "m-2026" })),
        chat.finish("end_turn"),
      ),
    ),
    check(state, name) {
      assert.deepEqual([written(state).reasoning, written(state).text], ["Hm", "It is 5."], name);
      assert.deepEqual([state.model, state.answeredBy, finishOf(state)], ["m", "m-2026", "stop"], name);
    },
  },
  {
    name: "arguments 6,000 levels deep, as text",
    script: events(chat.sse(chat.toolCall(0, "c", "f", deep)) + ended),
    check: isDeepCall,
  },
  {
    name: "arguments 6,000 levels deep, as a value",
    script: events(`data: ${deepValue}\n\n${ended}`),
    check: isDeepCall,
  },
  {
    name: "no arguments at all are an empty object",
    script: events(chat.sse(chat.toolCall(0, "c", "f")) + ended),
    check(state, name) {
      const [part] = state.parts;
      assert.deepEqual(part?.type === "tool" && part.input, {}, name);
    },
  },
  {
    name: "lines of JSON without a field, and no end",
    script: events('{"choices":[{"delta":{"content":"It is "}}]}\n{"choices":[{"delta":{"content":"5"}}]}\n'),
    check(state, name) {
      assert.equal(written(state).text, "It is 5", name);
      assert.partialDeepStrictEqual(state.ending, { type: "error", code: "cut-off" }, name);
    },
  },
  {
    name: "a finish reason with every chunk, and no end",
    script: events(`data: ${bothChunk}\n\n`.repeat(2)),
    check(state, name) {
      assert.equal(written(state).text, "aa", name);
      assert.partialDeepStrictEqual(state.ending, { type: "error", code: "cut-off" }, name);
    },
  },
  {
    name: "a call in the older form",
    script: events(
      chat.sse(chat.delta({ function_call: { name: "f", arguments: "" } })) +
        chat.sse(chat.delta({ function_call: { arguments: "{}" } }), chat.finish("function_call")),
    ),
    check(state, name) {
      assert.partialDeepStrictEqual(written(state).calls, [{ name: "f", arguments: "{}" }], name);
      assert.equal(finishOf(state), "tool-calls", name);
    },
  },
  {
    name: "an error beside a text",
    script: events(chat.word("half").replace(/^data: \{/, `data: {${noBalance},`)),
    check(state, name) {
      assert.equal(written(state).text, "half", name);
      assert.partialDeepStrictEqual(state.ending, { type: "error", code: "out-of-credit" }, name);
    },
  },
  ...rejections.map(
    ([status, message, code]): World => ({
      name: message,
      script: json(status, { error: { message } }),
      check: (state, name) => checkRejection(state, code, name),
    }),
  ),
  {
    name: "a finish reason that says of a failure",
    script: events(chat.sse(chat.textChunks("half"), chat.finish("network_error")) + chat.done),
    check(state, name) {
      assert.equal(written(state).text, "half", name);
      assert.partialDeepStrictEqual(state.ending, { type: "error", code: "provider-failed" }, name);
    },
  },
];

for (const slice of [undefined, 7])
  describe(`${slice ?? "all"} bytes a write, through the product`, () => {
    test("each oddity of a provider is the answer that it means", () => showAll(own, slice));

    test("each stream and case of ../shared is the answer that it says", { skip: skipWithoutShared }, () =>
      showAll(sharedWorlds(), slice),
    );
  });

test("each error of ../shared by its status is the error that it says", { skip: skipWithoutShared }, () =>
  showAll(rejectedWorlds()),
);

test("each error of ../shared that may pass is asked for again, or is the error that it says", {
  skip: skipWithoutShared,
}, async (t) => {
  for (const shown of await Promise.all(errorCases().filter(mayPass).map(showRetried))) t.diagnostic(shown);
});
