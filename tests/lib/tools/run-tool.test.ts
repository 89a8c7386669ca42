import assert from "node:assert/strict";
import { test } from "node:test";
import type { EventBody } from "#lib/protocol/run-event.ts";
import { runTool } from "#lib/tools/run-tool.ts";
import type { PersonAnswer, Tool, ToolContext } from "#lib/tools/tool.ts";
import { gate } from "../../support/scripted-model.ts";
import { scriptedTool } from "../../support/scripted-tools.ts";

interface Bench {
  facts?: Partial<Tool>;
  signal?: AbortSignal;
  answer?: () => Promise<PersonAnswer>;
}

/** What one call says. */
async function eventsOf(
  run: (context: ToolContext) => unknown,
  { facts, signal = new AbortController().signal, answer }: Bench = {},
): Promise<EventBody[]> {
  const events: EventBody[] = [];
  await runTool({
    tool: scriptedTool("tool", (_, context) => run(context), facts),
    input: {},
    context: { signal, toolCallId: "c", userId: "u", conversationId: "v" },
    emit: async (event) => void events.push(event),
    ask: async () => (answer ? answer() : { type: "cancel" }),
    cite: async ({ url }) => ({
      number: 7,
      event: { type: "source-url", stepId: "s", sourceId: "7", url },
    }),
  });
  return events;
}
const failure = (events: readonly EventBody[]) => {
  const [event] = events;
  return event?.type === "tool-output-error" ? [event.code, event.errorText] : assert.fail();
};
const never = new Promise<never>(() => undefined);

test("a value, a promise of one and what a generator returns are the output", async () => {
  async function* generator() {
    yield* [];
    return 5;
  }
  for (const run of [() => 5, async () => 5, generator])
    assert.deepEqual(await eventsOf(run), [{ type: "tool-output-available", toolCallId: "c", output: 5 }]);
});

test("R12 whatever a tool throws becomes words", async () => {
  const thrown: [unknown, string][] = [
    [new Error("bad thing"), "bad thing"],
    ["a text", "a text"],
    [new Error(""), "the tool failed"],
    [Object.create(null), "the tool failed"],
  ];
  for (const [error, words] of thrown) {
    const throws = () => {
      throw error;
    };
    assert.deepEqual(failure(await eventsOf(throws)), ["tool-failed", words]);
  }
});

test("R12 a tool that hangs ends at its time limit, its signal aborts, and one with effects leaves a doubt", async () => {
  for (const [effect, doubt] of [
    ["read", false],
    ["write", true],
  ] as const) {
    let seen: AbortSignal | undefined;
    const run = ({ signal }: ToolContext) => ((seen = signal), never);
    const [code, words = ""] = failure(await eventsOf(run, { facts: { timeLimitMs: 5, effect } }));
    assert.deepEqual([code, words.includes("all the same"), seen?.aborted], ["timeout", doubt, true]);
  }
});

test("a generator that hangs is left at its time limit, with what it gave before", async () => {
  async function* generator() {
    yield 1;
    await never;
  }
  const events = await eventsOf(generator, { facts: { timeLimitMs: 20 } });
  assert.deepEqual(
    events.map(({ type }) => type),
    ["tool-output-available", "tool-output-error"],
  );
});

test("a person who is asked is not hurried", async () => {
  const limit = AbortSignal.timeout(40);
  const answer = () =>
    new Promise<PersonAnswer>((resolve) =>
      limit.addEventListener("abort", () => resolve({ type: "decline" })),
    );
  const [event] = await eventsOf(({ ask }) => ask({ message: "?", schema: {} }), {
    ...{ answer, facts: { timeLimitMs: 20 } },
  });
  assert.deepEqual(event, { type: "tool-output-available", toolCallId: "c", output: { type: "decline" } });
});

test("once the run is stopped nothing is said any more", async () => {
  const stop = new AbortController();
  const late = gate();
  const running = eventsOf(() => late.promise, { signal: stop.signal });
  stop.abort("stop");
  late.open();
  assert.deepEqual(await running, []);
});

test("progress is told at once, then not more often than can be seen, and the last of it before the output", async () => {
  const events = await eventsOf(({ progress }) => {
    for (let done = 1; done <= 10_000; done += 1) progress(done, 10_000, `${done} files`);
    progress(NaN);
    return "done";
  });
  assert.deepEqual(
    events.map((event) => (event.type === "tool-progress" ? [event.progress, event.total] : event.type)),
    [[1, 10_000], [10_000, 10_000], "tool-output-available"],
  );
});
