import assert from "node:assert/strict";
import { test } from "node:test";
import type { ModelPart } from "#lib/models/model.ts";
import { ModelError, type ModelErrorCode } from "#lib/models/model-error.ts";
import type { RunEvent } from "#lib/protocol/run-event.ts";
import { newestStep } from "#lib/protocol/run-state.ts";
import { systemClock } from "#lib/runs/clock.ts";
import { startRun } from "#lib/runs/start-run.ts";
import { stopRun } from "#lib/runs/stop-run.ts";
import { keepSweeping } from "#lib/runs/sweep-runs.ts";
import { foldAll, question, readLog, runContext, runToEnd, textOf } from "../../support/run-bench.ts";
import { finished, type ModelLine, says, scriptedModel } from "../../support/scripted-model.ts";
import { waitUntil } from "../../support/wait-until.ts";
import { checkedLog, leaseMs, openSite, over, type Process } from "./crash-bench.ts";

const fails = (code: ModelErrorCode, retryAfterMs?: number): ModelError =>
  new ModelError(code, `it was ${code}`, {
    retryable: true,
    facts: { host: "host", status: 503, ...(retryAfterMs !== undefined && { retryAfterMs }) },
  });

/** A clock whose waits take no time and are written down. */
function quickClock() {
  const waits: number[] = [];
  const sleep = async (ms: number) => void waits.push(ms);
  return { waits, clock: { ...systemClock, sleep } };
}

/** A clock whose waits end only by their signal. */
const patientClock = {
  sleep: (_: number, signal?: AbortSignal) =>
    new Promise<void>((resolve) => signal?.addEventListener("abort", () => resolve(), { once: true })),
};

const retriesOf = (events: readonly RunEvent[]) =>
  events.flatMap((event) => (event.type === "retry" ? [[event.reason, event.attempt, event.of]] : []));

const hasRetry = async ({ context }: Pick<Process, "context">, runId: string) =>
  (await readLog(context.storage, runId)).some(({ type }) => type === "retry");

test("R4 an endpoint that fails twice before it says anything is asked again, and the log says so", async () => {
  const { waits, clock } = quickClock();
  const model = scriptedModel([fails("provider-failed")], [fails("cut-off")], [...says("five"), finished]);
  const events = await runToEnd(runContext(model, { clock }), question("2+3?"));
  assert.deepEqual(retriesOf(events), [
    ["provider-failed", 1, 2],
    ["cut-off", 2, 2],
  ]);
  const state = foldAll(events);
  assert.deepEqual([textOf(state), state.ending?.type, state.retry], ["five", "finish", undefined]);
  assert.deepEqual(waits, [1500, 900]);
  assert.equal(events.filter(({ type }) => type === "start-step").length, 1);
});

test("R3 R4 after two retries the run ends with the error, its host, status and time; the model was asked three times", async () => {
  const { clock } = quickClock();
  const lines: Readonly<Record<string, unknown>>[] = [];
  const model = scriptedModel([fails("rate-limited", 7000)]);
  const context = runContext(model, { clock, log: (entry) => void lines.push(entry) });
  const run = question("go");
  const { ending } = foldAll(await runToEnd(context, run));
  assert.equal(model.requests.length, 3);
  const { at, ...told } = ending?.type === "error" ? ending : assert.fail();
  assert.ok(at !== undefined);
  assert.deepEqual(told, {
    type: "error",
    code: "rate-limited",
    errorText: "it was rate-limited",
    retryable: true,
    host: "host",
    status: 503,
    retryAfterMs: 7000,
  });
  const [entry] = lines.filter(({ level }) => level === "error");
  assert.deepEqual([entry?.["runId"], entry?.["status"]], [run.runId, 503]);
});

test("R3 an endpoint that asks for more than a minute is not waited for", async () => {
  const { waits, clock } = quickClock();
  const model = scriptedModel([fails("rate-limited", 61_000)]);
  const state = foldAll(await runToEnd(runContext(model, { clock }), question("go")));
  assert.deepEqual([model.requests.length, waits.length], [1, 0]);
  assert.equal(state.ending?.type === "error" && state.ending.retryAfterMs, 61_000);
});

const begun: [string, ModelPart][] = [
  ["a text", { type: "text", delta: "a" }],
  ["a thought", { type: "reasoning", delta: "a" }],
  ["a refusal", { type: "refusal", delta: "a" }],
  ["a tool call", { type: "tool-call-start", index: 0, toolCallId: "c", toolName: "t" }],
];
for (const [name, part] of begun) {
  test(`R4 after ${name} has begun it is never asked again by itself`, async () => {
    const { clock } = quickClock();
    const model = scriptedModel([part, fails("provider-failed")], [...says("never"), finished]);
    const state = foldAll(await runToEnd(runContext(model, { clock }), question("go")));
    assert.deepEqual([model.requests.length, state.ending?.type], [1, "error"]);
    assert.equal(state.parts.length, 1);
  });
}

test("R4 whatever the next answer begins with takes the place of the wait", async () => {
  for (const [name, part] of begun) {
    const { clock } = quickClock();
    const model = scriptedModel([fails("provider-failed")], [part, finished]);
    const events = await runToEnd(runContext(model, { clock }), question("go"));
    const first = events.findIndex(({ type }) => /^(text|reasoning|refusal|tool-input)-/.test(type));
    const before = foldAll(events.slice(0, first));
    assert.deepEqual([before.retry?.attempt, newestStep(before)?.retries], [1, 1], name);
    assert.equal(foldAll(events.slice(0, first + 1)).retry, undefined, name);
  }
});

test("R4 what a failed request cost is added to what the next one costs", async () => {
  const { clock } = quickClock();
  const cost: ModelLine = { type: "usage", usage: { inputTokens: 7, outputTokens: 1, source: "provider" } };
  const model = scriptedModel([cost, fails("provider-failed")], [...says("x"), cost, finished]);
  const state = foldAll(await runToEnd(runContext(model, { clock }), question("go")));
  assert.deepEqual([state.total?.inputTokens, state.total?.outputTokens], [14, 2]);
});

test("R3 a stop during the wait ends the run at once, without another request", async () => {
  const model = scriptedModel([fails("rate-limited", 50_000)]);
  const context = runContext(model);
  const run = question("go");
  const { done } = await startRun(context, run);
  await waitUntil("it waits", () => hasRetry({ context }, run.runId));
  const begin = performance.now();
  await stopRun(context, run.runId, "user");
  await done;
  assert.ok(performance.now() - begin < 10_000);
  const state = foldAll(await readLog(context.storage, run.runId));
  assert.deepEqual([model.requests.length, state.ending?.type, state.retry], [1, "abort", undefined]);
});

function sweep({ context }: Process): void {
  const once = new AbortController();
  keepSweeping(context, 1, once.signal);
  once.abort();
}

for (const end of ["crash", "SIGTERM"] as const) {
  test(`R27 a ${end} during the wait: the next holder waits for the rest of it, and has what is left of the two retries`, async () => {
    const site = openSite();
    const run = question("go");
    const first = site.start(scriptedModel([fails("rate-limited", 50_000)]), {
      clock: { ...site.clock, ...patientClock },
    });
    await startRun(first.context, run);
    await waitUntil("it waits", () => hasRetry(first, run.runId));
    if (end === "crash") first.connection.kill();
    else await first.context.live.finishOrHandOver(systemClock, 0);
    site.advance(leaseMs + 1);

    const waits: number[] = [];
    const model = scriptedModel([fails("rate-limited")]);
    const clock = { ...site.clock, sleep: async (ms: number) => void waits.push(ms) };
    sweep(site.start(model, { clock }));
    await over(site, run.runId);
    const events = await checkedLog(site, run.runId);
    assert.deepEqual(retriesOf(events), [
      ["rate-limited", 1, 2],
      ["rate-limited", 2, 2],
    ]);
    assert.equal(model.requests.length, 2, "one was had already");
    const [rest = 0] = waits;
    assert.ok(rest > 30_000 && rest <= 50_500 - leaseMs, `${rest}`);
    assert.equal(foldAll(events).ending?.type, "error");
  });
}

test("R3 a holder that crashes again and again does not get two retries each time", async () => {
  const site = openSite();
  const run = question("go");
  let asked = 0;
  for (let crash = 0; crash < 3; crash += 1) {
    const model = scriptedModel([fails("provider-failed")]);
    const process = site.start(model, { clock: { ...site.clock, ...patientClock } });
    if (crash === 0) await startRun(process.context, run);
    else {
      // The wait is over by then: each new holder asks at once.
      site.advance(60_000);
      sweep(process);
    }
    await waitUntil("it was asked", () => model.requests.length > 0);
    if (crash < 2)
      await waitUntil(
        "it waits",
        async () => retriesOf(await readLog(site.storage, run.runId)).length > crash,
      );
    else await over(site, run.runId);
    asked += model.requests.length;
    process.connection.kill();
    site.advance(leaseMs + 1);
  }
  assert.equal(asked, 3);
  assert.equal(foldAll(await checkedLog(site, run.runId)).ending?.type, "error");
});
