import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { ErrorEnding } from "#lib/protocol/message.ts";
import type { RunEvent } from "#lib/protocol/run-event.ts";
import { type ApiClient, apiClient, collect, eventsOf } from "../support/api-client.ts";
import { type AppServer, startAppServer } from "../support/app-server.ts";
import { done, finish, refusal, sse, textChunks, toolCall, usage } from "../support/chat-chunks.ts";
import { foldAll, textOf } from "../support/run-bench.ts";
import { gate } from "../support/scripted-model.ts";
import {
  events,
  json,
  type Script,
  type ScriptedModelServer,
  type Step,
  startScriptedModelServer,
} from "../support/scripted-model-server.ts";
import { waitUntil } from "../support/wait-until.ts";

const word = (text: string): string => sse(textChunks(text));
const end = sse(finish()) + done;
const error = (message: string, code?: string) => ({ error: { message: `canary ${message}`, code } });
const drip: Step[] = Array.from({ length: 1000 }, () => [{ write: word("tick ") }, { wait: 200 }]).flat();

interface Fault {
  name: string;
  /** How each request is answered; the last one for all further ones. */
  scripts: Script[];
  /** How often the provider is asked. */
  asked?: number;
  /** How often of these without what it does not take, at once. */
  repeated?: number;
  kept?: string;
  ends: Partial<ErrorEnding> | string;
}

const failed = (code: string, more: Partial<ErrorEnding> = {}): Partial<ErrorEnding> => ({ code, ...more });
const partial: Step[] = [{ write: word("half ") }, { wait: 50 }];

const faults: Fault[] = [
  { name: "R1 401", scripts: [json(401, error("bad key"))], ends: failed("key-rejected", { status: 401 }) },
  { name: "R1 403", scripts: [json(403, error("no"))], ends: failed("key-rejected", { status: 403 }) },
  { name: "R2 404", scripts: [json(404, error("no"))], ends: failed("model-not-found", { status: 404 }) },
  {
    name: "R2 400 too long",
    scripts: [json(400, error("maximum context length is 5"))],
    ends: failed("context-too-long", { status: 400 }),
  },
  {
    name: "R3 429 once, then an answer",
    scripts: [json(429, error("slow"), { "retry-after": "0" }), events(word("here") + end)],
    asked: 2,
    kept: "here",
    ends: "stop",
  },
  {
    name: "R3 429 for an hour",
    scripts: [json(429, error("slow"), { "retry-after": "3600" })],
    ends: failed("rate-limited", { status: 429, retryAfterMs: 3_600_000, retryable: true }),
  },
  {
    name: "R3 429 without a word for how long, for ever",
    scripts: [json(429, error("slow"))],
    asked: 3,
    ends: failed("rate-limited", { status: 429 }),
  },
  { name: "402", scripts: [json(402, error("pay"))], ends: failed("out-of-credit", { status: 402 }) },
  {
    name: "a content filter before the answer",
    scripts: [json(400, error("filtered", "content_filter"))],
    ends: failed("content-filter", { status: 400 }),
  },
  {
    name: "R4 529, 503, then an answer",
    scripts: [json(529, error("busy")), json(503, "<html>"), events(word("here") + end)],
    asked: 3,
    kept: "here",
    ends: "stop",
  },
  {
    name: "R4 500 for ever",
    scripts: [json(500, error("oops"))],
    asked: 3,
    ends: failed("provider-failed", { status: 500, retryable: true }),
  },
  {
    name: "R4 a server that loads its model, then an answer",
    scripts: [...[1, 2, 3].map(() => json(503, error("Loading model"))), events(word("here") + end)],
    asked: 4,
    kept: "here",
    ends: "stop",
  },
  {
    name: "R4 a 500 that will never take this",
    scripts: [json(500, error("Failed to parse tool call arguments as JSON"))],
    ends: failed("request-refused", { status: 500 }),
  },
  {
    name: "400 about money",
    scripts: [json(400, error("Your credit balance is too low"))],
    ends: failed("out-of-credit", { status: 400 }),
  },
  {
    name: "403 about a region",
    scripts: [json(403, error("x", "unsupported_country_region_territory"))],
    ends: failed("request-refused", { status: 403, reason: "region" }),
  },
  {
    name: "the role of the system is not taken",
    scripts: [json(400, error("System role not supported")), events(word("here") + end)],
    asked: 2,
    repeated: 1,
    kept: "here",
    ends: "stop",
  },
  {
    name: "stream_options are never taken",
    scripts: [json(400, error("Unknown parameter: 'stream_options'"))],
    asked: 2,
    repeated: 1,
    ends: failed("request-refused", { status: 400, reason: "parameter" }),
  },
  {
    name: "R4 an error in mid-answer",
    scripts: [{ steps: [...partial, { write: 'data: {"error":{"code":502}}\n\n' }] }],
    kept: "half ",
    ends: failed("provider-failed", { status: 502 }),
  },
  { name: "R7 cut by FIN", scripts: [{ steps: partial }], kept: "half ", ends: failed("cut-off") },
  {
    name: "R7 cut by RST",
    scripts: [{ steps: [...partial, { reset: true }] }],
    kept: "half ",
    ends: failed("cut-off"),
  },
  {
    name: "R8 a web page with 200",
    scripts: [{ headers: { "content-type": "text/html" }, steps: [{ write: "<html>canary" }] }],
    ends: failed("bad-response", { reason: "page" }),
  },
  {
    name: "R8 a frame that is not JSON",
    scripts: [{ steps: [...partial, { write: "data: {canary\n\n" }] }],
    kept: "half ",
    ends: failed("bad-response"),
  },
  { name: "R9 an empty stream", scripts: [events("")], asked: 3, ends: failed("cut-off") },
  { name: "R9 nothing but [DONE]", scripts: [events(done)], asked: 3, ends: failed("cut-off") },
  { name: "R9 only usage", scripts: [events(sse(usage(3, 0)) + done)], asked: 3, ends: failed("cut-off") },
  { name: "R9 a finish without a word", scripts: [events(end)], asked: 4, ends: failed("bad-response") },
  { name: "R9 no [DONE]", scripts: [events(word("all") + sse(finish()))], kept: "all", ends: "stop" },
  {
    name: "R9 no finish reason",
    scripts: [events(word("all") + done)],
    kept: "all",
    ends: failed("cut-off"),
  },
  {
    name: "R10 a flood of spaces",
    scripts: [{ steps: [...partial, { write: word(" ".repeat(1000)).repeat(15_000) }, { hang: true }] }],
    ends: failed("limit-reached", { reason: "size" }),
  },
  {
    name: "R11 calls interleaved, to tools that nobody has",
    scripts: [
      events(
        sse(
          toolCall(0, "a", "one", '{"x":'),
          toolCall(1, "b", "two", '{"y"'),
          toolCall(0, "a", "one", "1}"),
          finish("tool_calls"),
        ) + done,
      ),
      events(word("There are none.") + end),
    ],
    asked: 2,
    repeated: 1,
    kept: "There are none.",
    ends: "stop",
  },
  {
    name: "R11 the length is reached inside the arguments",
    scripts: [events(sse(toolCall(0, "a", "one", '{"x":'), finish("length")) + done)],
    ends: "length",
  },
  {
    name: "a content filter in mid-answer",
    scripts: [events(word("half ") + sse(finish("content_filter")) + done)],
    kept: "half ",
    ends: "content-filter",
  },
  { name: "a refusal", scripts: [events(sse(refusal("I would rather not.")) + end)], ends: "stop" },
];

/**
 * Rejects a promise without a handler at SIGUSR2, and turns the clock on the wall back by a day at SIGWINCH.
 */
const mischief = `
  process.on("SIGUSR2", () => void Promise.reject(new Error("planted")));
  const now = Date.now;
  let back = 0;
  Date.now = () => now() - back;
  process.on("SIGWINCH", () => void (back += 86400000));
`;

let app: AppServer;
let model: ScriptedModelServer;
let client: ApiClient;

before(async () => {
  model = await startScriptedModelServer();
  app = await startAppServer({
    env: {
      OPENAI_BASE_URL: model.url,
      OPENAI_MODEL: "scripted",
      OPENAI_API_KEY: "sk-canary",
      NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(mischief)}`,
    },
  });
  client = await apiClient(app.url);
});
after(async () => {
  await app.stop();
  await model.close();
});

const questionOf = (body: unknown): string => /fault \d+/.exec(JSON.stringify(body))?.[0] ?? "";

/** What the log says of a run that failed. */
function loggedFailure({ output }: AppServer, runId: string): Record<string, unknown> {
  const line = output()
    .split("\n")
    .find((each) => each.includes("a run failed") && each.includes(runId));
  return JSON.parse(line ?? "{}");
}

test("R1 to R11 each fault of a provider ends as documented: asked so often, what came is kept, no word of the upstream", async (t) => {
  const askedFor = new Map<string, number>();
  model.script(({ body }) => {
    const question = questionOf(body);
    const count = askedFor.get(question) ?? 0;
    askedFor.set(question, count + 1);
    const { scripts } = faults[Number(question.slice(6))] ?? assert.fail(question);
    return scripts[Math.min(count, scripts.length - 1)] ?? assert.fail(question);
  });
  const logs = await Promise.all(
    faults.map(async (_, at) => collect(eventsOf((await client.ask(`fault ${at}`)).response))),
  );
  for (const [at, fault] of faults.entries()) {
    await t.test(fault.name, () => check(fault, logs[at] ?? [], askedFor.get(`fault ${at}`)));
  }
});

function check(fault: Fault, log: readonly RunEvent[], asked: number | undefined): void {
  const state = foldAll(log);
  assert.equal(asked, fault.asked ?? 1);
  assert.equal(
    log.filter(({ type }) => type === "retry").length,
    (fault.asked ?? 1) - 1 - (fault.repeated ?? 0),
  );
  if (fault.kept !== undefined) assert.equal(textOf(state), fault.kept);
  // The protocol has no end of a refusal.
  assert.ok(state.parts.every((part) => part.type === "refusal" || part.endedAt !== undefined));
  assert.doesNotMatch(JSON.stringify(log), /canary/);
  const { ending } = state;
  if (typeof fault.ends === "string") {
    assert.equal(ending?.type === "finish" && ending.finishReason, fault.ends);
    return;
  }
  assert.ok(ending?.type === "error", JSON.stringify(ending));
  assert.partialDeepStrictEqual(ending, fault.ends);
  const line = loggedFailure(app, state.runId);
  assert.deepEqual([line["code"], line["status"]], [ending.code, ending.status]);
  assert.doesNotMatch(JSON.stringify(line), /canary/);
}

test("R6 R10 no first byte, nothing more in mid-answer, and an answer that never ends: each has its reason", async () => {
  const slow = await startScriptedModelServer();
  const env = { OPENAI_BASE_URL: slow.url, OPENAI_MODEL: "scripted" };
  const impatient = await startAppServer({
    env: { ...env, FIRST_TOKEN_SECONDS: "2", SILENCE_SECONDS: "3", ANSWER_SECONDS: "6" },
  });
  try {
    const visitor = await apiClient(impatient.url);
    const cases: [Step[], string, string, RegExp][] = [
      [[{ hang: true }], "timeout", "start", /^$/],
      [[{ write: word("half ") }, { hang: true }], "timeout", "silence", /^half $/],
      [drip, "limit-reached", "time", /^(tick )+$/],
    ];
    const ask = async (steps: Step[]) => {
      slow.next({ steps });
      const calls = slow.requests.length;
      const { response } = await visitor.ask("go");
      await waitUntil("it is asked", () => slow.requests.length > calls);
      return collect(eventsOf(response));
    };
    const logs = [];
    for (const [steps] of cases) logs.push(await ask(steps));
    for (const [at, [, code, reason, text]] of cases.entries()) {
      const state = foldAll(logs[at] ?? []);
      assert.match(textOf(state), text);
      assert.partialDeepStrictEqual(state.ending, { type: "error", code, reason });
    }
    assert.equal(slow.requests.length, cases.length, "silence is not asked again by itself");
    await waitUntil("their connections are closed", () =>
      slow.requests.every(({ closedAt }) => closedAt !== undefined),
    );
  } finally {
    await impatient.stop();
    await slow.close();
  }
});

test("R42 a rejection without a handler is a line in the log; the answer under way and the process go on", async () => {
  const hold = gate();
  model.next({ steps: [{ write: word("one ") }, { until: hold.promise }, { write: word("two") + end }] });
  const { response } = await client.ask("go");
  app.signal("SIGUSR2");
  await waitUntil("it is logged", () =>
    app
      .output()
      .split("\n")
      .some((line) => line.startsWith("{") && line.includes("planted")),
  );
  hold.open();
  assert.equal(textOf(foldAll(await collect(eventsOf(response)))), "one two");
  assert.equal((await fetch(`${app.url}/api/health`)).status, 200);
});

test("R35 the server's clock jumps back a day in mid-answer: numbers without gaps, no negative time, and a run after it", async () => {
  const hold = gate();
  model.script(events(word("now") + end));
  model.next({ steps: [{ write: word("one ") }, { until: hold.promise }, { write: word("two") + end }] });
  const first = await client.ask("go");
  const log: RunEvent[] = [];
  for await (const event of eventsOf(first.response)) {
    log.push(event);
    if (event.type !== "text-delta" || event.delta !== "one ") continue;
    app.signal("SIGWINCH");
    await waitUntil("the clock has jumped", async () => {
      const [start] = await collect(eventsOf((await client.ask("what time is it?")).response));
      return (start?.ts ?? Infinity) < event.ts;
    });
    hold.open();
  }
  const state = foldAll(log);
  assert.equal(textOf(state), "one two");
  assert.ok((log.at(-1)?.ts ?? 0) < (log[0]?.ts ?? 0), "the clock did not jump");
  const { timings } = state.ending?.type === "finish" ? state.ending : assert.fail();
  for (const ms of Object.values(timings ?? {})) assert.ok(ms >= 0, JSON.stringify(timings));
  model.next(events(word("later") + end));
  const second = await client.ask("and now", { conversationId: first.conversationId });
  assert.equal(textOf(foldAll(await collect(eventsOf(second.response)))), "later");
  const view = await (await client.request(`/api/conversations/${first.conversationId}`)).json();
  assert.deepEqual(
    view.messages.map(({ role }: { role: string }) => role),
    ["user", "assistant", "user", "assistant"],
  );
});
