import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { type ErrorFacts, ModelError } from "#lib/models/model-error.ts";
import { decodeEvent } from "#lib/protocol/decode-event.ts";
import { fold } from "#lib/protocol/fold.ts";
import { runEvent } from "#lib/protocol/run-event.ts";
import { emptyRun } from "#lib/protocol/run-state.ts";
import { upgradeRun } from "#lib/protocol/upgrade-run.ts";
import { startRun } from "#lib/runs/start-run.ts";
import { stopRun } from "#lib/runs/stop-run.ts";
import { question, readLog, runContext } from "../support/run-bench.ts";
import { finished, gate, type ModelLine, says, scriptedModel } from "../support/scripted-model.ts";
import { waitUntil } from "../support/wait-until.ts";
import { writtenLogs } from "./written-logs.ts";

interface Script {
  lines: ModelLine[];
  /** What it says when it is asked once more. */
  again?: ModelLine[];
  /** Once this text is in the log, a person stops. */
  stop?: string;
  /** Of its log, where that alone has changed. */
  edition?: number;
}

const fails = (code: "provider-failed" | "rate-limited", facts: ErrorFacts): ModelError =>
  new ModelError(code, `host answered ${facts.status}`, { retryable: true, facts: { host: "host", ...facts } });

/** What the model does. */
const scripts: Record<string, Script> = {
  answer: { lines: [...says("It is ", "five, ", "五 😀."), { type: "usage", usage: { inputTokens: 9, outputTokens: 5, source: "provider" } }, finished] },
  "answered-by": { lines: [{ type: "model", name: "big-2026" }, ...says("It is five."), finished] },
  reasoning: { lines: [{ type: "reasoning", delta: "Let me think." }, ...says("Done."), finished] },
  refusal: { lines: [{ type: "refusal", delta: "I would rather not." }, finished] },
  length: { lines: [...says("so far"), { type: "finish", reason: "length" }] },
  "cut-off": { lines: says("half a") },
  failure: { lines: [...says("half a"), new ModelError("provider-failed", "host answered 500", { retryable: true })] },
  retried: { lines: [fails("provider-failed", { status: 529 })], again: [...says("at last"), finished] },
  "given-up": { lines: [fails("rate-limited", { status: 429, retryAfterMs: 7000 })] },
  stopped: { lines: [...says("half a"), gate().promise], stop: "half a" },
  // What a provider wants back, and an answer that it keeps; "unknown-tool" shows the calls beside it.
  "given-back": {
    lines: [
      { type: "response", responseId: "resp_1" },
      { type: "reasoning", delta: "Let me ", cursor: 3 },
      { type: "reasoning", delta: "think.", cursor: 4 },
      { type: "reasoning-end", providerMetadata: { wire: { signature: "abc=" } }, cursor: 5 },
      { type: "reasoning-end", providerMetadata: { wire: { data: "xyz=" } }, cursor: 6 },
      { type: "text", delta: "Looking.", cursor: 7 },
      { type: "text-end", cursor: 8 },
      { type: "tool-call-start", index: 0, toolCallId: "call-1", toolName: "look_up" },
      { type: "tool-call-delta", index: 0, delta: "{}" },
      { type: "tool-call-end", index: 0, providerMetadata: { wire: { itemId: "item-1" } } },
      { type: "finish", reason: "tool-calls" },
    ],
    again: [...says("There is no such tool."), finished],
    edition: 4,
  },
  // What its provider searches for by itself: one is told of, one fails, of one nothing more comes.
  hosted: {
    lines: [
      { type: "hosted-call-start", callId: "ws_1", toolName: "web_search" },
      { type: "hosted-call-input", callId: "ws_1", input: { query: "rain" } },
      { type: "hosted-call-end", callId: "ws_1", output: { by: "host", results: [{ url: "https://example.org/", title: "Rain" }] } },
      ...says("Rain is "),
      { type: "source", url: "https://example.org/", title: "Rain" },
      ...says("wet."),
      { type: "hosted-call-start", callId: "ws_2", toolName: "web_search" },
      { type: "hosted-call-input", callId: "ws_2", input: { query: "sun" } },
      { type: "hosted-call-end", callId: "ws_2", errorText: "host failed at it: too many" },
      { type: "hosted-call-start", callId: "ws_3", toolName: "web_search" },
      finished,
    ],
  },
  "unknown-tool": {
    lines: [
      ...says("Looking."),
      { type: "tool-call-start", index: 0, toolCallId: "call-1", toolName: "look_up" },
      { type: "tool-call-delta", index: 0, delta: '{"q":"rain"}' },
      { type: "tool-call-start", index: 1, toolCallId: "call-2", toolName: "look_up" },
      { type: "tool-call-delta", index: 1, delta: '{"q":' },
      { type: "finish", reason: "tool-calls" },
    ],
    again: [...says("There is no such tool."), finished],
    edition: 4,
  },
};

/**
 * The scripts' logs of older builds stay beside these. 2: what opens a part names its step. 3: a step tells
 * the hash of its text, and calls are followed by another step. 4: a call to a tool that there is not has
 * other words.
 */
const edition = 3;
/** Set to keep the log of a new script; a log that is kept is never written again. */
const keepsNew = process.env["KEEP_GOLDEN"] === "1";
const folder = new URL("logs/", import.meta.url);
const id = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;

/** The log that a script gives, with ids and times that are the same each time. */
async function logOf({ lines, again, stop }: Script): Promise<string> {
  let ids = 100;
  const context = runContext(scriptedModel(lines, ...(again ? [again] : [])), {
    newId: () => id(ids++),
    clock: { wall: () => 1_700_000_000_000, now: () => 0, sleep: async () => undefined },
  });
  const run = { ...question("?", { runId: id(1), conversationId: id(2) }), messageId: id(3) };
  const ask = run.ask.kind === "message" ? { ...run.ask, message: { ...run.ask.message, id: id(4) } } : run.ask;
  const created = await startRun(context, { ...run, ask });
  if (stop !== undefined) {
    await waitUntil("it has written", async () => JSON.stringify(await readLog(context.storage, run.runId)).includes(stop));
    await stopRun(context, run.runId, "user");
  }
  await created.done;
  const events = await readLog(context.storage, run.runId);
  await context.storage.close();
  // The wait in the queue is measured by the store's clock, the one thing here that is not ours to set.
  return events.map((event) => JSON.stringify(event).replace(/"queuedMs":\d+/, '"queuedMs":0')).join("\n");
}

for (const [name, script] of Object.entries(scripts)) {
  test(`the script "${name}" gives the log that is kept`, async () => {
    assertKept(`${name}.${script.edition ?? edition}`, await logOf(script));
  });
}

for (const [name, events] of writtenLogs) {
  test(`the log "${name}", which takes more than a model, is the one that is kept`, () => {
    assertKept(name, events.map((event) => JSON.stringify(event)).join("\n"));
  });
}

function assertKept(name: string, log: string): void {
  const file = new URL(`${name}.ndjson`, folder);
  if (keepsNew && !existsSync(file)) writeFileSync(file, `${log}\n`);
  assert.equal(log, readFileSync(file, "utf8").trimEnd());
}

test("every log ever kept is of the protocol and folds to the view it had", () => {
  const names = readdirSync(folder).filter((name) => name.endsWith(".ndjson"));
  assert.ok(names.length >= Object.keys(scripts).length + writtenLogs.length);
  for (const name of names) {
    const lines = readFileSync(new URL(name, folder), "utf8").trimEnd().split("\n");
    const events = lines.map(decodeEvent);
    for (const event of events) assert.deepEqual(runEvent.parse(event), event, name);
    const state = events.reduce(fold, emptyRun(events[0]?.runId ?? ""));
    const view = new URL(name.replace(".ndjson", ".view.json"), folder);
    if (keepsNew && !existsSync(view)) writeFileSync(view, `${JSON.stringify(state, null, 2)}\n`);
    // A view is a stored fold like any other: those of older builds are read as such.
    assert.deepEqual(JSON.parse(JSON.stringify(state)), upgradeRun(JSON.parse(readFileSync(view, "utf8"))), name);
    assert.equal(state.seq, lines.length, name);
  }
});
