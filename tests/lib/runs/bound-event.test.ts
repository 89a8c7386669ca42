import assert from "node:assert/strict";
import { test } from "node:test";
import type { Outcome, Producer } from "#lib/agents/producer.ts";
import type { EventBody } from "#lib/protocol/run-event.ts";
import { boundEvent } from "#lib/runs/bound-event.ts";
import { startRun } from "#lib/runs/start-run.ts";
import type { RunStore } from "#lib/storage/run-store.ts";
import { openSqlite } from "#lib/storage/sqlite.ts";
import { StorageError } from "#lib/storage/storage-error.ts";
import { localApi } from "../../support/local-api.ts";
import { foldAll, question, readLog, runContext, textOf } from "../../support/run-bench.ts";
import { finished, says, scriptedModel } from "../../support/scripted-model.ts";

const nested = (depth: number): string => "[".repeat(depth) + "]".repeat(depth);
const deep: unknown = JSON.parse(nested(100_000));
const long = "x".repeat(1_000_001);
const circular: Record<string, unknown> = {};
circular["self"] = circular;

const call = { toolCallId: "c", toolName: "tool" };
const carriers: [
  what: string,
  carry: (value: unknown) => EventBody,
  error: EventBody["type"],
  words: RegExp,
][] = [
  [
    "arguments",
    (input) => ({ type: "tool-input-available", ...call, input }),
    "tool-input-error",
    /the arguments of tool are/,
  ],
  [
    "an output",
    (output) => ({ type: "tool-output-available", toolCallId: "c", output }),
    "tool-output-error",
    /the output is/,
  ],
  [
    "an object",
    (value) => ({ type: "object-end", id: "o", value, valid: true }),
    "object-end",
    /the value is/,
  ],
  ["data", (data) => ({ type: "data", name: "d", data }), "data", /null/],
];
const values: [what: string, value: unknown, fault: RegExp][] = [
  ["too deep", deep, /nested deeper than 64 levels|null/],
  ["too long", long, /longer than 1000000 characters|null/],
  ["circular", circular, /no JSON|null/],
];

for (const [what, carry, error, words] of carriers) {
  test(`54 ${what} within the limits are kept as they are`, () => {
    for (const value of [null, 1, "text", { a: [nested(60)] }, JSON.parse(nested(60))]) {
      const event = carry(value);
      assert.equal(boundEvent(event), event);
    }
  });
  for (const [how, value, fault] of values)
    test(`54 ${what} that are ${how} are an error of that event`, () => {
      const event = boundEvent(carry(value));
      assert.equal(event.type, error);
      const json = JSON.stringify(event);
      assert.ok(json.length < 300 && words.test(json) && fault.test(json), json);
    });
}

test("54 what a provider wants back is kept within the limits, and left out beyond them", () => {
  const kept = { wire: { signature: "abc=", item: JSON.parse(nested(40)) } };
  const end: EventBody = { type: "reasoning-end", id: "r" };
  const available: EventBody = { type: "tool-input-available", ...call, input: {} };
  for (const event of [end, available]) {
    const given = { ...event, providerMetadata: kept };
    assert.equal(boundEvent(given), given);
    for (const [, value] of values)
      assert.deepEqual(boundEvent({ ...event, providerMetadata: { wire: { value } } }), event);
  }
});

/** Yields events that cannot be kept, and goes on. */
const producing = (events: readonly EventBody[]): Producer =>
  async function* (context): AsyncGenerator<EventBody, Outcome> {
    yield { type: "start-step", stepId: "s", index: 0, agent: "a" };
    yield* events;
    yield { type: "text-start", id: "t", stepId: "s" };
    yield { type: "text-delta", id: "t", delta: "went on" };
    yield { type: "text-end", id: "t" };
    yield { type: "finish-step", stepId: "s", finishReason: "stop" };
    await context.durable();
    return { type: "finished", finishReason: "stop" };
  };

test("54 whatever an event carries, the run goes on behind the error of that event, and can be read", async () => {
  for (const [what, carry] of carriers)
    for (const [how, value] of values) {
      const opening: EventBody[] = [
        { type: "tool-input-start", ...call, stepId: "s" },
        { type: "object-start", id: "o", stepId: "s", name: "n", schemaHash: "h", attempt: 1 },
      ];
      const produce = producing([...opening, carry(value)]);
      const context = runContext(scriptedModel([finished]), {
        pickProducer: async () => ({ produce, model: "m", usesKey: false }),
      });
      const run = question("go");
      await (await startRun(context, run)).done;
      const state = foldAll(await readLog(context.storage, run.runId));
      assert.equal(state.ending?.type, "finish", `${what} ${how}`);
      assert.equal(textOf(state), "went on");
      const view = await localApi(context)(`/api/conversations/${run.conversationId}`);
      assert.equal(view.status, 200);
      await view.body?.cancel();
    }
});

test("54 arguments of a model that nest too deep, or are no end of text, are an error of that call", async () => {
  for (const args of [nested(100_000), `"${"x".repeat(1_200_000)}"`]) {
    const context = runContext(
      scriptedModel(
        [
          { type: "tool-call-start", index: 0, toolCallId: "c", toolName: "tool" },
          { type: "tool-call-delta", index: 0, delta: args },
          { type: "finish", reason: "tool-calls" },
        ],
        [...says("then this"), finished],
      ),
    );
    const run = question("go");
    await (await startRun(context, run)).done;
    const events = await readLog(context.storage, run.runId);
    assert.ok(events.some(({ type }) => type === "tool-input-error"));
    assert.equal(events.at(-1)?.type, "finish");
    const view = await localApi(context)(`/api/conversations/${run.conversationId}`);
    assert.equal(view.status, 200);
    await view.body?.cancel();
  }
});

test("54 what the store does not take of an event is an error of that event", async () => {
  const stored = openSqlite({ dir: ":memory:" });
  const runs: RunStore = {
    ...stored.runs,
    async append(lease, events, leaseMs, fold) {
      if (JSON.stringify(events).length > 50_000) throw new StorageError("too-large", "more than 50,000");
      return stored.runs.append(lease, events, leaseMs, fold);
    },
  };
  const input = { type: "tool-input-start", ...call, stepId: "s" } as const;
  const output = { type: "tool-output-available", toolCallId: "c", output: "x".repeat(100_000) } as const;
  const produce = producing([input, { type: "tool-input-available", ...call, input: {} }, output]);
  const context = runContext(scriptedModel([finished]), {
    storage: { ...stored, runs },
    pickProducer: async () => ({ produce, model: "m", usesKey: false }),
  });
  const run = question("go");
  await (await startRun(context, run)).done;
  const events = await readLog(stored, run.runId);
  assert.deepEqual(
    events.map(({ seq }) => seq),
    events.map((_, at) => at + 1),
  );
  assert.ok(
    events.some((event) => event.type === "tool-output-error" && /larger than/.test(event.errorText)),
  );
  assert.equal(events.at(-1)?.type, "finish");
});
