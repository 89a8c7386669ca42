import assert from "node:assert/strict";
import { after, test } from "node:test";
import { createAgentProducers } from "#lib/agents/agent-producers.ts";
import { agentTool } from "#lib/agents/agent-tool.ts";
import { assistant } from "#lib/agents/assistant.ts";
import { codeWriter } from "#lib/agents/code-writer.ts";
import { defineAgent } from "#lib/agents/define-agent.ts";
import { readFixture } from "#lib/conversations/read-fixture.ts";
import type { ModelPart } from "#lib/models/model.ts";
import { ModelError } from "#lib/models/model-error.ts";
import type { Message } from "#lib/protocol/message.ts";
import type { RunEvent } from "#lib/protocol/run-event.ts";
import { decodeFixture, encodeFixture, type RunFixture } from "#lib/protocol/run-fixture.ts";
import { systemClock } from "#lib/runs/clock.ts";
import { decideRun } from "#lib/runs/decide-run.ts";
import type { RunContext } from "#lib/runs/run-context.ts";
import { startRun } from "#lib/runs/start-run.ts";
import { stopRun } from "#lib/runs/stop-run.ts";
import { createSandboxes } from "#lib/sandbox/create-sandboxes.ts";
import type { Tool } from "#lib/tools/tool.ts";
import { workflowWriters } from "#lib/workflows/workflow-writers.ts";
import { workflows } from "#lib/workflows/workflows.ts";
import { askAnew } from "../../eval/ask-anew.ts";
import { compareLogs, describeDifference } from "../../eval/compare-logs.ts";
import { compareStories, describeStory } from "../../eval/compare-stories.ts";
import { type RerunOptions, rerun } from "../../eval/rerun.ts";
import { readRun, whyNotAgain } from "../../eval/why-not-again.ts";
import { agentInput, finish, numbered, start } from "../../support/event-builders.ts";
import { question, readLog, runContext } from "../../support/run-bench.ts";
import {
  callsTools,
  finished,
  gate,
  type ModelLine,
  says,
  scriptedModel,
} from "../../support/scripted-model.ts";
import { scriptedTool } from "../../support/scripted-tools.ts";
import { waitUntil } from "../../support/wait-until.ts";
import { openSite, over, sweep } from "./crash-bench.ts";

const tools: readonly Tool[] = [
  scriptedTool("add", ({ a }) => Number(a) + 1),
  scriptedTool("slow", async (_input, { progress }) => {
    progress(1, 2, "half");
    await new Promise<void>((resolve) => setImmediate(resolve));
    return "slow";
  }),
  scriptedTool("fail", () => {
    throw new Error("it rained");
  }),
  scriptedTool("list", async function* list() {
    yield ["one"];
    yield ["one", "two"];
  }),
  scriptedTool("erase", () => "gone", { effect: "write" }),
  scriptedTool("read_pages", async ({ urls }, { cite }) => {
    const numbers: number[] = [];
    // Cast: as the models of these tests call it.
    for (const url of urls as string[]) numbers.push(await cite({ url, title: `About ${url}` }));
    return numbers;
  }),
];

const reader = defineAgent({ name: "reader", instructions: "You read.", tools: ["add"] });
const waits = scriptedTool(
  "wait",
  (_input, { signal }) =>
    new Promise((_, reject) =>
      signal.addEventListener("abort", () => reject(new Error("ended")), { once: true }),
    ),
);
const desk = defineAgent({
  ...{ name: "desk", instructions: "You answer at a desk." },
  tools: [...tools, waits, agentTool(reader, { name: "ask_reader" })],
});
const coder = defineAgent({ ...{ name: "coder", instructions: "You count." }, tools, writesCode: true });
const agents = [assistant, desk, reader, coder];
const sandboxes = createSandboxes();
after(sandboxes.close);
const others = workflowWriters(workflows);

const usage: ModelPart = { type: "usage", usage: { inputTokens: 9, outputTokens: 5, source: "provider" } };
const thinks = (delta: string): ModelPart => ({ type: "reasoning", delta });
const failing = () => new ModelError("provider-failed", "host answered 500", { retryable: true });

/** What models do in the runs that are recorded; and what people do, once this event is there. */
interface Recording {
  scripts: ModelLine[][];
  stopAt?: string;
  decides?: boolean;
  /** Who is asked; absent: the agent at the desk. */
  asks?: string;
}

const writes = (code: string, before = "I do it."): ModelLine[] => [
  ...says(`${before}\n<code>\n`, code.slice(0, 9), code.slice(9), "\n</code>"),
  finished,
];

const page = "https://example.org/";
const searches = (callId: string): ModelPart[] => [
  { type: "hosted-call-start", callId, toolName: "web_search" },
  { type: "hosted-call-input", callId, input: { query: "rain" } },
];
const found = { by: "host", results: [{ url: page, title: "Rain" }] };

const sums = callsTools(["c1", "add", { a: 1 }], ["c2", "add", { a: 2 }], ["c3", "slow"]);

const recordings: Readonly<Record<string, Recording>> = {
  "a text": { scripts: [[...says("It is ", "five."), usage, finished]] },
  "a thought, then a text": { scripts: [[thinks("Hm."), ...says("Five."), finished]] },
  "a refusal": { scripts: [[{ type: "refusal", delta: "I would rather not." }, finished]] },
  "one that is too long": { scripts: [[...says("so far"), usage, { type: "finish", reason: "length" }]] },
  "calls at once": {
    scripts: [
      [...says("Looking."), ...sums],
      [...says("Done."), usage, finished],
    ],
  },
  "a call that fails, then another": {
    scripts: [callsTools(["f", "fail"]), callsTools(["g", "add", { a: 4 }]), [...says("Five."), finished]],
  },
  "preliminary outputs": { scripts: [callsTools(["l", "list"]), [...says("Two."), finished]] },
  "arguments that are no JSON": { scripts: [callsTools(["x", "add", '{"a":']), [...says("No."), finished]] },
  "a tool that there is not": { scripts: [callsTools(["x", "unknown"]), [...says("No."), finished]] },
  "an agent inside a call": {
    scripts: [
      [...says("I ask."), ...callsTools(["r", "ask_reader", { request: "Read." }])],
      callsTools(["i", "add", { a: 1 }]),
      [...says("Read."), usage, finished],
      [...says("It is read."), finished],
    ],
  },
  "an empty reply, then an answer": { scripts: [[finished], [...says("Five."), finished]] },
  "a model that fails at first": { scripts: [[failing()], [failing()], [...says("At last."), finished]] },
  "a model that fails in its answer": { scripts: [[...says("half a"), failing()]] },
  "an answer that is cut off": { scripts: [says("half a")] },
  "one that is stopped": { scripts: [[...says("half a"), gate().promise]], stopAt: "text-delta" },
  "one that is stopped in a call": {
    scripts: [[...callsTools(["s", "wait"])]],
    stopAt: "tool-start",
  },
  "one that is stopped while a person is asked": {
    scripts: [callsTools(["a", "add", { a: 1 }], ["e", "erase"])],
    stopAt: "tool-approval-request",
  },
  "one that is stopped while its provider searches": {
    scripts: [[...says("I look."), ...searches("ws_1"), gate().promise]],
    stopAt: "tool-start",
  },
  "pages that calls have read, side by side": {
    scripts: [
      callsTools(
        ["p", "read_pages", { urls: [page, `${page}2`] }],
        ["q", "read_pages", { urls: [`${page}2`] }],
      ),
      [...says("It rains [1][2]."), finished],
    ],
  },
  "what a provider searches for and cites itself": {
    scripts: [
      [
        ...searches("ws_1"),
        { type: "hosted-call-end", callId: "ws_1", output: found },
        ...says("It rains"),
        { type: "source", url: page, title: "Rain" },
        ...says(" [1]."),
        ...searches("ws_2"),
        { type: "hosted-call-end", callId: "ws_2", errorText: "host failed at it" },
        { type: "hosted-call-start", callId: "ws_3", toolName: "web_search" },
        ...callsTools(["c", "add", { a: 1 }]),
      ],
      [
        { type: "hosted-call-start", callId: "ws_1", toolName: "web_search" },
        ...says("So."),
        usage,
        finished,
      ],
    ],
  },
  "a provider's search whose end nobody told": {
    scripts: [
      [...searches("ws_1"), { type: "hosted-call-start", callId: "ws_2", toolName: "web_search" }, finished],
    ],
  },
  "code with a plan, calls, prints, faults, an error, a picture and an answer": {
    asks: coder.name,
    scripts: [
      [...says("<plan>\n1. Look ", "it up\n</plan>\n"), usage, finished],
      [...says("<code>\n</code>"), finished],
      writes(
        'const all = await Promise.all([1, 2].map((a) => add({ a })));\nconsole.log("one");\nawait slow({});\nconsole.log("two");\nall',
      ),
      writes('console.log("<code>", all.length);\nawait fail({}).catch(print);\nnope;', "```text\nHm.\n```"),
      writes(
        'show_image(`<svg xmlns="http://www.w3.org/2000/svg"/>`);\nlet at = await add({ a: 1 });\nat.none.none;',
      ),
      writes("final_answer({ all, read: await read_pages({ urls: [] }) });"),
    ],
  },
  "code that is stopped while it runs": {
    ...{ asks: coder.name, scripts: [writes("await add({ a: 1 });\nconsole.log(1);\nfor (;;);")] },
    stopAt: "tool-output-available",
  },
  "code that asks a person": {
    ...{ asks: coder.name, decides: true },
    scripts: [writes("const one = await add({ a: 1 });\nfinal_answer([one, await erase({})]);")],
  },
  "a decision": { scripts: [callsTools(["e", "erase"]), [...says("Gone."), finished]], decides: true },
  "two kinds of names": { scripts: [[{ type: "model", name: "big-2026" }, ...says("Five."), finished]] },
};

/** A run as its file has it. */
async function record(
  { scripts, stopAt, decides, asks = desk.name }: Recording,
  text: string,
): Promise<RunFixture> {
  const model = scriptedModel(...scripts);
  const recorded: RunContext = runContext(model, {
    pickProducer: createAgentProducers({
      agents,
      others,
      pickModel: async () => model,
      openSandbox: sandboxes.open,
    }),
    // A model that fails is asked again at once.
    clock: asks === desk.name ? { ...systemClock, sleep: async () => undefined } : systemClock,
  });
  const run = { ...question(text), agent: asks };
  const { done } = await startRun(recorded, run);
  const has = (type: string) => async () =>
    (await readLog(recorded.storage, run.runId)).some((event) => event.type === type);
  if (stopAt !== undefined) {
    await waitUntil("it has come so far", has(stopAt));
    await stopRun(recorded, run.runId, "user");
  }
  await done;
  if (decides) {
    const asked = (await readLog(recorded.storage, run.runId)).find(
      (event) => event.type === "tool-approval-request",
    );
    if (asked?.type !== "tool-approval-request") return assert.fail("nothing was asked");
    const { approvalId, inputHash } = asked;
    const decision = { approvalId, approved: true, by: "user" };
    const decided = await decideRun(recorded, { runId: run.runId, decision, inputHash });
    if (decided && "done" in decided) await decided.done;
  }
  const meta = (await recorded.storage.runs.run(run.runId)) ?? assert.fail();
  const { messages, entries } = (await readFixture(recorded, meta)) ?? assert.fail();
  await recorded.storage.close();
  return decodeFixture(encodeFixture(messages, entries));
}

const differencesOf = async (fixture: RunFixture, more: Partial<RerunOptions> = {}) =>
  compareLogs(fixture.events, await rerun(fixture, { agents, workflows, tools: [], ...more }));

for (const [what, recording] of Object.entries(recordings)) {
  test(`a recorded run gives the same events when it is run again: ${what}`, async () => {
    const fixture = await record(recording, "2+3?");
    assert.deepEqual((await differencesOf(fixture)).map(describeDifference), []);
  });
}

test("fifty recorded runs, of steps as they come, give the same events", async () => {
  const steps: readonly (() => ModelLine[])[] = [
    () => [...says("Looking."), ...callsTools(["a", "add", { a: 1 }], ["b", "add", { a: 2 }])],
    () => callsTools(["f", "fail"], ["s", "slow"]),
    () => [thinks("Hm."), ...says("So "), ...callsTools(["l", "list"]), usage],
    () => callsTools(["x", "unknown"], ["y", "add", '{"a":']),
    () => [finished],
  ];
  for (let nth = 0; nth < 50; nth += 1) {
    const chosen = [nth, nth * 3 + 1, nth * 7 + 2].slice(0, (nth % 3) + 1);
    const scripts = chosen.map((at) => steps[at % steps.length]?.() ?? []);
    const end: ModelLine[] = nth % 4 === 3 ? says("half a") : [...says(`answer ${nth}`), usage, finished];
    const fixture = await record({ scripts: [...scripts, end] }, `question ${nth}`);
    assert.deepEqual((await differencesOf(fixture)).map(describeDifference), [], `run ${nth}`);
  }
});

test("another prompt is a difference at each request, and nowhere else", async () => {
  const fixture = await record(recordings["calls at once"] ?? assert.fail(), "2+3?");
  const inputs = fixture.events.filter(({ type }) => type === "agent-input").map(({ seq }) => seq);
  const differences = await differencesOf(fixture, { instructions: "You answer briefly." });
  assert.deepEqual(
    differences.map(({ seq }) => seq),
    inputs,
  );
});

test("a planted change is shown at its event", async () => {
  const { messages, events } = await record(recordings["calls at once"] ?? assert.fail(), "2+3?");
  const at = events.findIndex((event) => event.type === "tool-input-available");
  const planted = events.map((event, index) =>
    index === at && event.type === "tool-input-available" ? { ...event, input: { a: 7 } } : event,
  );
  const [difference, ...others] = await differencesOf({ messages, events: planted });
  assert.equal(difference?.seq, at + 1);
  assert.match(difference && describeDifference(difference), /"a":7.*\n.*"a":1/);
  assert.deepEqual(others, []);
});

test("a run that was handed over in mid-answer gives the same events, whatever its model repeated", async () => {
  const kept = "It is a long story about the rain, ";
  for (const goesOn of ["and it ends.", "story about the rain, and it ends.", "Once more: it rained."]) {
    const site = openSite();
    const run = question("Tell.");
    const never = new Promise(() => undefined);
    const model = scriptedModel([...says(kept), never], [...says(goesOn), usage, finished]);
    const process = site.start(model, { sliceMs: 30 });
    await (await startRun(process.context, run)).done;
    sweep(process);
    await over(site, run.runId);
    const meta = (await site.storage.runs.run(run.runId)) ?? assert.fail();
    const { messages, entries } = (await readFixture(site, meta)) ?? assert.fail();
    const fixture = decodeFixture(encodeFixture(messages, entries));
    assert.ok(fixture.events.some(({ type }) => type === "continue-step"));
    assert.deepEqual((await differencesOf(fixture)).map(describeDifference), [], goesOn);
  }
});

test("a run of a workflow gives the same events", async () => {
  const fixture = await record(
    { scripts: [[...says("It ", "rained."), usage, finished]], asks: "summarise-document" },
    "It rained all day, and the whole of the night.",
  );
  assert.ok(fixture.events.some((event) => event.type === "workflow-step" && event.step === "join"));
  assert.deepEqual((await differencesOf(fixture)).map(describeDifference), []);
});

test("asked anew, a model answers anew; what is told otherwise is said with its seq, and no tool does anything", async () => {
  const fixture = await record(recordings["calls at once"] ?? assert.fail(), "2+3?");
  const instructions = "You answer briefly.";
  const anew = async (...scripts: ModelLine[][]) => {
    const model = scriptedModel(...scripts);
    const events = await askAnew(fixture, { agents, tools: [], model, instructions });
    assert.equal(model.requests[0]?.request.messages[0]?.content, instructions);
    return compareStories(fixture.events, events).map(describeStory);
  };
  const seqOf = (type: string, nth: number): number =>
    fixture.events.filter((event) => event.type === type)[nth]?.seq ?? assert.fail();
  const same = await anew(
    [...says("Looking."), ...callsTools(["x1", "add", { a: 1 }], ["x2", "add", { a: 2 }], ["x3", "slow"])],
    [...says("Done."), finished],
  );
  // The prompt alone.
  assert.deepEqual(
    same.map((text) => text.replace(/seq \d+ (\w+): .*/, "$1")),
    ["  - sent", "  + sent", "  - sent", "  + sent"],
  );
  const other = await anew(
    [...says("Looking."), ...callsTools(["x1", "add", { a: 1 }], ["x2", "erase", { a: 9 }])],
    [...says("It is two."), finished],
  );
  assert.ok(other.includes(`  - seq ${seqOf("text-delta", 1)} text: Done.`));
  assert.ok(other.some((text) => /^ {2}\+ seq \d+ text: It is two\.$/.test(text)));
  assert.ok(other.some((text) => /\+ seq \d+ failed call: erase .*nothing was recorded/.test(text)));
  assert.ok(!other.some((text) => text.includes("output: add 2")), "what both say");
});

test("a file that cannot be run again is left out, and why is said in words", () => {
  const known = { agents, workflows, isAnew: false };
  const asked: Message[] = [{ id: "q", parentId: null, runId: "r", role: "user", createdAt: 0, text: "?" }];
  const whole = numbered([start({ agent: desk.name }), finish()]);
  const why = (events: readonly RunEvent[], more: Partial<typeof known> = {}, messages = asked) =>
    whyNotAgain({ messages, events }, { ...known, ...more });
  assert.equal(why(whole), undefined);
  assert.match(why([]) ?? "", /holds no events/);
  assert.match(why(whole.slice(1)) ?? "", /begins with event 2, finish/);
  assert.match(why([...whole, ...numbered([finish()], { startAt: 4 })]) ?? "", /missing before event 4/);
  assert.match(why(whole, {}, []) ?? "", /holds no question/);
  assert.equal(why(numbered([start({ agent: "gone" })])), "no agent or workflow here is named gone");
  const [{ name } = assert.fail()] = workflows;
  assert.match(why(numbered([start({ agent: name })]), { isAnew: true }) ?? "", /is a workflow/);
  const code = numbered([start({ agent: codeWriter.name })]);
  const anew = { agents: [codeWriter], isAnew: true };
  assert.match(why(code, anew) ?? "", /writes code/);
  const trimmed = numbered([start({ agent: desk.name }), agentInput({ leftOut: 2 }), finish()]);
  assert.match(why(trimmed) ?? "", /was not sent all of the conversation/);
  assert.equal(why(trimmed, { isAnew: true }), undefined);
  assert.match(JSON.stringify(readRun("{}")), /^"it cannot be read: no fixture of version 1/);
});
