import assert from "node:assert/strict";
import { mock, test } from "node:test";
import type { AbortReason, Outcome, Producer, ProducerContext } from "#lib/agents/producer.ts";
import { textHash } from "#lib/protocol/text-hash.ts";
import { driveRun } from "#lib/runs/drive-run.ts";
import type { RunContext } from "#lib/runs/run-context.ts";
import type { RunMeta } from "#lib/storage/run-store.ts";
import { StorageError } from "#lib/storage/storage-error.ts";
import { finishStep, startStep, textDelta, textStart } from "../../support/event-builders.ts";
import { foldAll, question, readLog, runContext, textOf } from "../../support/run-bench.ts";
import { gate, scriptedModel } from "../../support/scripted-model.ts";
import { waitUntil } from "../../support/wait-until.ts";
import { leaseMs, openSite } from "./crash-bench.ts";

/** A process whose runs are written by `produce`. */
function contextOf(produce: Producer, options: Partial<RunContext> = {}) {
  const lines: Readonly<Record<string, unknown>>[] = [];
  const picks: string[] = [];
  const context = runContext(scriptedModel(), {
    log: (entry) => void lines.push(entry),
    async pickProducer({ agent }) {
      picks.push(agent);
      return { produce, model: "m", usesKey: true };
    },
    ...options,
  });
  return { context, lines, picks };
}

/** A run that nobody has claimed. */
async function queued({ storage }: RunContext): Promise<RunMeta> {
  const created = await storage.runs.createRun(question("go"));
  return created.kind === "created" ? created.run : assert.fail(created.kind);
}

async function drive(context: RunContext, run: RunMeta): Promise<void> {
  const driven = (await driveRun(context, run)) ?? assert.fail("not claimed");
  await driven.done;
}

const types = async ({ storage }: RunContext, { runId }: RunMeta): Promise<string> =>
  (await readLog(storage, runId)).map(({ type }) => type).join(" ");
const statusOf = async ({ storage }: RunContext, { runId }: RunMeta) =>
  (await storage.runs.run(runId))?.status;

/** Ends with this, and yields nothing. */
const endingWith = (outcome: Outcome): Producer =>
  async function* () {
    yield* [];
    return outcome;
  };

const outcomes: [outcome: Outcome, log: string, status: string][] = [
  [{ type: "finished", finishReason: "stop" }, "start finish", "finished"],
  [{ type: "failed", failure: new Error("x") }, "start error", "failed"],
  [{ type: "interrupted", reason: "time-limit", errorText: "x" }, "start interrupted", "interrupted"],
  [{ type: "aborted" }, "start abort", "stopped"],
  [{ type: "waiting" }, "start", "waiting"],
];
for (const [outcome, log, status] of outcomes) {
  test(`a producer that comes to ${outcome.type} leaves the log "${log}" and the run ${status}`, async () => {
    const { context } = contextOf(endingWith(outcome));
    const run = await queued(context);
    await drive(context, run);
    assert.deepEqual([await types(context, run), await statusOf(context, run)], [log, status]);
    assert.equal(context.live.get(run.runId), undefined);
  });
}

test("what a producer yields is the log between start and end; start names what was picked", async () => {
  const { context, picks } = contextOf(async function* () {
    yield startStep();
    yield textStart();
    yield textDelta("a");
    return { type: "finished", finishReason: "stop" };
  });
  const run = await queued(context);
  await drive(context, run);
  const [start] = await readLog(context.storage, run.runId);
  assert.equal(start?.type === "start" && start.model, "m");
  assert.equal(
    await types(context, run),
    "start start-step text-start text-delta text-end finish-step finish",
  );
  assert.deepEqual(picks, ["assistant"]);
});

test("a producer that is known already is not picked again, not even to count what it has used", async () => {
  const { context, picks } = contextOf(endingWith({ type: "aborted" }), { limits: { tokensPerDay: 1 } });
  const run = await queued(context);
  const produce = endingWith({ type: "finished", finishReason: "stop" });
  const producer = { produce, model: "other", usesKey: true };
  await (await driveRun(context, run, { producer }))?.done;
  assert.deepEqual([await types(context, run), picks], ["start finish", []]);
});

test("a throw is a failure, and one after the abort is none", async () => {
  for (const isStopped of [false, true]) {
    const { context } = contextOf(async function* ({ signal }) {
      yield startStep();
      if (isStopped) context.live.get(run.runId)?.requestStop({ by: "user", at: 1 });
      throw new Error(signal.aborted ? "the connection was closed" : "a bug");
    });
    const run = await queued(context);
    await drive(context, run);
    assert.equal(await statusOf(context, run), isStopped ? "stopped" : "failed");
  }
});

test("a producer that cannot be picked fails the run, whose log has a start all the same", async () => {
  const { context, lines } = contextOf(endingWith({ type: "aborted" }), {
    pickProducer: () => Promise.reject(new Error("no configuration")),
  });
  const run = await queued(context);
  await drive(context, run);
  assert.deepEqual([await types(context, run), await statusOf(context, run)], ["start error", "failed"]);
  assert.ok(lines.some(({ error }) => String(error).includes("no configuration")));
});

test("a stop does not wait for the producer to be picked", async () => {
  const { context } = contextOf(endingWith({ type: "aborted" }), {
    pickProducer: () => new Promise(() => undefined),
  });
  const run = await queued(context);
  const driven = await driveRun(context, run);
  context.live.get(run.runId)?.requestStop({ by: "user", at: 1 });
  await driven?.done;
  assert.equal(await types(context, run), "start abort");
});

test("a run is driven once: not by a second caller, nor against a live lease", async () => {
  const hold = gate();
  const { context } = contextOf(async function* () {
    yield startStep();
    await hold.promise;
    return { type: "finished", finishReason: "stop" };
  });
  const run = await queued(context);
  const first = await driveRun(context, run);
  assert.equal(await driveRun(context, run), null);
  const elsewhere = contextOf(endingWith({ type: "aborted" }), { storage: context.storage });
  assert.equal(await driveRun(elsewhere.context, run), null);
  hold.open();
  await first?.done;
  assert.equal(await driveRun(context, run), null, "nor when it has ended");
});

/** Writes a step and waits for its abort. */
function waiting() {
  const seen: { reason?: AbortReason; isReleased: boolean } = { isReleased: false };
  const produce: Producer = async function* ({ signal, durable }) {
    try {
      yield startStep();
      await durable();
      if (!signal.aborted)
        await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
      seen.reason = signal.reason;
      yield textStart();
      yield textDelta("too late");
      return { type: "finished", finishReason: "stop" };
    } finally {
      seen.isReleased = true;
    }
  };
  return { seen, produce };
}

const interruptions: [reason: AbortReason, log: string, act: (site: Acted) => Promise<void> | void][] = [
  [
    "stop",
    "start start-step text-start text-end finish-step abort",
    ({ context, run }) => context.live.get(run.runId)?.requestStop({ by: "user", at: 1 }),
  ],
  ["hand-over", "start start-step text-start", ({ context, run }) => context.live.get(run.runId)?.handOver()],
  [
    "lease-lost",
    "start start-step",
    async ({ context, run, advance }) => {
      advance(leaseMs + 1);
      const other = { host: "other", boot: "", pid: 1, startedAt: "" };
      assert.ok(await context.storage.runs.claim(run.runId, "next", 1, leaseMs, other));
    },
  ],
];
interface Acted {
  context: RunContext;
  run: RunMeta;
  advance(ms: number): void;
}
for (const [reason, log, act] of interruptions) {
  test(`a producer is told that it has to end by ${reason}, releases what it has, and leaves "${log}"`, async () => {
    const site = openSite();
    const { seen, produce } = waiting();
    const { context } = contextOf(produce, { ...site, heartbeatMs: 5 });
    const run = await queued(context);
    const driven = await driveRun(context, run);
    await waitUntil("it has begun", async () => (await readLog(context.storage, run.runId)).length === 2);
    await act({ context, run, advance: site.advance });
    await driven?.done;
    assert.deepEqual(seen, { reason, isReleased: true });
    assert.equal(await types(context, run), log);
  });
}

for (const method of ["append", "heartbeat", "suspend", "finish"] as const)
  test(`I12 a run whose ${method} is refused as damaged ends in words, and its lease is not called lost`, async () => {
    const { produce } = waiting();
    const { context, lines } = contextOf(
      method === "finish" ? endingWith({ type: "finished", finishReason: "stop" }) : produce,
      {
        heartbeatMs: 5,
      },
    );
    const { runs } = context.storage;
    const run = await queued(context);
    const driven = await driveRun(context, run);
    if (method !== "finish")
      await waitUntil("it has begun", async () => (await readLog(context.storage, run.runId)).length === 2);
    const original = runs[method];
    Reflect.set(runs, method, async () => {
      Reflect.set(runs, method, original);
      throw new StorageError("damaged", "the run cannot be read");
    });
    if (method === "suspend" || method === "append") context.live.get(run.runId)?.handOver();
    await driven?.done;
    assert.equal(await statusOf(context, run), "failed");
    assert.match(await types(context, run), / error$/);
    assert.deepEqual(
      lines.map(({ message, code }) => [message, code]),
      [["a run failed", "record-damaged"]],
    );
  });

test("I8 a run that waits aborts what its producer left behind", async () => {
  let reason: unknown;
  const { context } = contextOf(async function* ({ signal }) {
    signal.addEventListener("abort", () => (reason = signal.reason));
    yield startStep();
    return { type: "waiting" };
  });
  const run = await queued(context);
  await drive(context, run);
  assert.deepEqual([reason, await statusOf(context, run)], ["waiting", "waiting"]);
});

for (const [title, log, steps, status] of [
  ["with an open step is given up", [startStep()], 1, "interrupted"],
  ["that is complete by its log is ended by its producer", [startStep(), finishStep()], 1, "finished"],
  ["whose producer has another step to write is given up", [startStep(), finishStep()], 2, "interrupted"],
] as const) {
  test(`I9 after three crashes in a row, a run ${title}`, async () => {
    const site = openSite();
    const { context } = contextOf(
      async function* ({ state }: ProducerContext) {
        const finished = state.steps.filter(({ finishReason }) => finishReason !== undefined).length;
        for (let at = finished; at < steps; at += 1)
          yield* [startStep(`b${at}`, at), finishStep("stop", `b${at}`)];
        return { type: "finished", finishReason: "stop" };
      },
      { ...site },
    );
    const run = await queued(context);
    const { runs } = context.storage;
    for (let epoch = 0; epoch < 3; epoch += 1) {
      const token = `token-${epoch}`;
      const holder = { host: "gone", boot: "", pid: epoch, startedAt: "" };
      const lease = (await runs.claim(run.runId, token, epoch, leaseMs, holder)) ?? assert.fail();
      if (epoch === 0) {
        const envelope = { runId: run.runId, epoch: lease.epoch, ts: 1 };
        const { conversationId, messageId, userMessageId } = run;
        const started = { type: "start", v: 1, conversationId, messageId, userMessageId } as const;
        const bodies = [{ ...started, agent: "assistant", model: "m" }, ...log];
        await runs.append(
          lease,
          bodies.map((body, at) => ({ ...envelope, seq: at + 1, ...body })),
          leaseMs,
        );
      }
      site.advance(leaseMs + 1);
    }
    const before = (await runs.run(run.runId)) ?? assert.fail();
    await drive(context, before);
    assert.equal(await statusOf(context, run), status);
    const written = (await readLog(context.storage, run.runId)).slice(log.length + 1);
    assert.ok(
      !written.some(({ type }) => type === "start-step"),
      "a run that is given up goes on with nothing",
    );
  });
}

test("the producer goes on from the log of the holder before", async () => {
  const site = openSite();
  const seen: string[] = [];
  const { context } = contextOf(
    async function* ({ state, durable }) {
      seen.push(textOf(state));
      if (state.seq === 0) {
        yield startStep();
        yield textStart();
      }
      yield textDelta(`${seen.length} `);
      await durable();
      if (seen.length < 3) context.live.get(run.runId)?.handOver();
      yield textDelta("");
      return { type: "finished", finishReason: "stop" };
    },
    { ...site },
  );
  const run = await queued(context);
  for (let hand = 0; hand < 3; hand += 1)
    await drive(context, (await context.storage.runs.run(run.runId)) ?? assert.fail());
  assert.deepEqual(seen, ["", "1 ", "1 2 "]);
  assert.equal(textOf(foldAll(await readLog(context.storage, run.runId))), "1 2 3 ");
});

test("a decision that a reply brings wakes the producer that waits for it", async () => {
  const site = openSite();
  const decision = { approvalId: "a", approved: true, by: "user" };
  const { heartbeat } = site.storage.runs;
  site.storage.runs.heartbeat = async (...args) => ({ ...(await heartbeat(...args)), decisions: [decision] });
  const { context } = contextOf(
    async function* ({ inbox, signal }) {
      await inbox.wait(signal);
      yield* inbox.take();
      return { type: "finished", finishReason: "stop" };
    },
    { ...site, heartbeatMs: 5 },
  );
  const run = await queued(context);
  await drive(context, run);
  assert.equal(await types(context, run), "start tool-approval-response finish");
});

test("I10 when it is over nothing renews the lease any more, whatever went wrong", async () => {
  mock.timers.enable({ apis: ["setInterval"] });
  try {
    for (const outcome of [...outcomes.map(([each]) => each), undefined]) {
      const { context } = contextOf(outcome ? endingWith(outcome) : () => assert.fail("a bug"));
      const run = await queued(context);
      await drive(context, run);
      let heartbeats = 0;
      context.storage.runs.heartbeat = () => assert.fail(`${(heartbeats += 1)} heartbeats`);
      mock.timers.tick(60_000);
      assert.equal(heartbeats, 0);
    }
  } finally {
    mock.timers.reset();
  }
});

test("a step whose text in the log is not what its producer wrote is told in the server's log, once", async () => {
  const { context, lines } = contextOf(async function* () {
    for (const [stepId, hash] of [
      ["a", textHash("It is five.")],
      ["b", textHash("It is six.")],
    ] as const) {
      yield* [startStep(stepId), textStart(`t${stepId}`, stepId), textDelta("It is five.", `t${stepId}`)];
      yield { ...finishStep("stop", stepId), textHash: hash };
    }
    return { type: "finished", finishReason: "stop" };
  });
  const run = await queued(context);
  await drive(context, run);
  const told = lines.filter(({ message }) => message === "the text of a step is not what was written");
  assert.deepEqual(
    told.map(({ runId, stepId }) => [runId, stepId]),
    [[run.runId, "b"]],
  );
});
