import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, mock, test } from "node:test";
import fc from "fast-check";
import type { ModelPart } from "#lib/models/model.ts";
import { continueRun } from "#lib/runs/continue-run.ts";
import { startRun } from "#lib/runs/start-run.ts";
import { stopRun } from "#lib/runs/stop-run.ts";
import type { Storage } from "#lib/storage/storage.ts";
import { redisMissing } from "../../support/redis-server.ts";
import { question } from "../../support/run-bench.ts";
import { type LifeStores, memory, redisStores, restStores } from "./life-stores.ts";
import { createWorld, type Host, leaseMs, type World } from "./life-world.ts";

/** Each store with the share of the lives that its pace allows. */
const subjects: [LifeStores, number][] = redisMissing
  ? [[memory, 1]]
  : [
      [memory, 1],
      [await redisStores(), 0.06],
      [await restStores(), 0.0075],
    ];

before(() => mock.timers.enable({ apis: ["setTimeout", "setInterval"] }));
after(async () => {
  for (const [stores] of subjects) await stores.close();
  mock.timers.reset();
});

const processes = 3;

/**
 * What the model knows: how many runs were asked for. Everything else is checked against the store itself.
 */
interface Model {
  runs: number;
}

type Step = fc.AsyncCommand<Model, World>;

/** A command that is let settle, or not: the next one then meets it half done. */
function step(
  name: string,
  run: (world: World, model: Model) => Promise<void> | void,
  { calm = true, needsRun = true } = {},
): Step {
  return {
    check: (model) => !needsRun || model.runs > 0,
    async run(model, world) {
      await run(world, model);
      if (!calm) return;
      await world.settle();
      await world.check();
    },
    toString: () => (calm ? name : `${name}…`),
  };
}

const at = fc.nat({ max: processes - 1 });
const calm = fc.boolean();

/** Something that nobody waits for, as a request whose answer does not come. */
const detached = (work: Promise<unknown>): void => void work.catch(() => undefined);

const hostOf = (world: World, index: number): Host => world.hosts[index] ?? assert.fail();

function newest(world: World): World["runs"][number] {
  return world.runs.at(-1) ?? assert.fail();
}

const onHost = (name: string, run: (host: Host, world: World, index: number) => void, needsRun = true) =>
  fc.record({ index: at, calm }).map((given) =>
    step(`${name} ${given.index}`, (world) => run(hostOf(world, given.index), world, given.index), {
      calm: given.calm,
      needsRun,
    }),
  );

/** Posts into the newest conversation, or a new one. */
const post = fc.record({ index: at, calm, fresh: calm }).map((given) =>
  step(
    `post ${given.index}`,
    (world, model) => {
      const last = world.runs.at(-1);
      const conversationId = given.fresh || !last ? randomUUID() : last.conversationId;
      const run = question("go", { conversationId });
      model.runs += 1;
      detached(
        startRun(hostOf(world, given.index).context, run).then(({ kind }) => {
          if (kind === "created") world.runs.push({ runId: run.runId, conversationId, logged: [] });
        }),
      );
      return world.settle();
    },
    { calm: given.calm, needsRun: false },
  ),
);

const ms = fc.constantFrom(1_000, leaseMs / 2, leaseMs + 1, leaseMs * 2 + 1);
const pass = ms.map((each) => step(`pass ${each}`, (world) => world.advance(each)));
const remove = fc.constant(
  step("delete", async (world) => {
    if (world.runs.length > 0) await world.remove(newest(world).conversationId);
  }),
);

const speak = (name: string, part: ModelPart | Error) =>
  onHost(name, ({ requests }) => requests.forEach((request) => request.say(part)));

const met = (name: string, meet: (host: Host, world: World) => Promise<unknown>) =>
  onHost(name, (host, world) => world.runs.length > 0 && detached(meet(host, world)));

const claim = met("claim", async ({ context }, world) => {
  const run = await world.storage.runs.run(newest(world).runId);
  if (run) await continueRun(context, run);
});
const stop = met("stop", ({ context }, world) => stopRun(context, newest(world).runId, "user"));
const twice = met("duplicate post", async ({ context }, world) => {
  const { runId, conversationId } = newest(world);
  await startRun(context, question("go", { runId, conversationId }));
});
const handOver = met("hand over", ({ context }) => context.live.finishOrHandOver(context.clock, 0));

const weighted: [number, fc.Arbitrary<Step>][] = [
  [3, post],
  [1, twice],
  [8, speak("say", { type: "text", delta: "" })],
  [2, speak("finish", { type: "finish", reason: "stop" })],
  [1, speak("throw", new Error("the model broke"))],
  [2, claim],
  [3, onHost("sweep", (_, world, index) => world.sweep(index), false)],
  [3, pass],
  [2, onHost("lose an answer", ({ connection }) => connection.loseAnswer())],
  [2, onHost("freeze", ({ connection }) => connection.freeze())],
  [3, onHost("wake", ({ connection }) => connection.wake())],
  [3, onHost("crash", (_, world, index) => world.crash(index))],
  [1, handOver],
  [1, stop],
  [1, remove],
];
const commands = fc.commands(
  weighted.flatMap(([weight, arbitrary]) => Array.from({ length: weight }, () => arbitrary)),
  { maxCommands: 30, size: "max" },
);

const races = ["the natural end", "a crash", "a takeover", "a delete"] as const;

/** `lives`: how many of so many are lived here. */
function register(stores: LifeStores, lives: (count: number) => number): void {
  test("in any life of a run: one end and that last, no gap, nothing changed or doubled, none stuck", async () => {
    let ended = 0;
    const property = fc.asyncProperty(commands, async (steps) => {
      const world = createWorld(processes, { stores });
      await fc.asyncModelRun(() => ({ model: { runs: 0 }, real: world }), steps);
      await world.end();
      ended += world.runs.length;
      await world.storage.close();
    });
    await fc.assert(property, { numRuns: lives(400) });
    // Most lives have a run, some have many: without this, a property over nothing would hold.
    if (stores === memory) assert.ok(ended > 150, `only ${ended} runs`);
  });

  for (const race of races) {
    test(`a stop that races ${race}: legal states only, whatever comes first`, async () => {
      const outcomes = new Set<string>();
      const property = fc.asyncProperty(fc.scheduler(), fc.nat({ max: 3 }), async (scheduler, words) => {
        const world = createWorld(2, { stores, wrap: scheduled(scheduler, "call") });
        const [one, two] = [hostOf(world, 0), hostOf(world, 1)];
        const run = question("go");
        world.runs.push({ runId: run.runId, conversationId: run.conversationId, logged: [] });
        const settle = async () => {
          do await world.settle();
          while (scheduler.count() > 0 && (await scheduler.waitOne(), true));
        };
        detached(startRun(one.context, run));
        await settle();
        for (let word = 0; word < words; word += 1)
          one.requests.forEach((request) => request.say({ type: "text", delta: "" }));
        if (words % 2 === 0) await settle();
        detached(stopRun(two.context, run.runId, "user"));
        if (race === "the natural end")
          one.requests.forEach((request) => request.say({ type: "finish", reason: "stop" }));
        if (race === "a crash")
          detached(scheduler.schedule(Promise.resolve(), "crash").then(() => world.crash(0)));
        if (race === "a takeover") {
          one.connection.freeze();
          await world.advance(leaseMs + 1);
          world.sweep(1);
          detached(scheduler.schedule(Promise.resolve(), "wake").then(() => one.connection.wake()));
        }
        if (race === "a delete")
          detached(
            scheduler.schedule(Promise.resolve(), "delete").then(() => world.remove(run.conversationId)),
          );
        await settle();
        await world.check();
        for (let round = 0; round < 4; round += 1) {
          await world.advance(leaseMs / 2 + 1);
          for (const index of [0, 1]) world.sweep(index);
          await settle();
        }
        await world.check();
        outcomes.add((await world.storage.runs.run(run.runId))?.status ?? "purged");
        await world.storage.close();
      });
      await fc.assert(property, { numRuns: lives(160) });
      for (const outcome of outcomes)
        assert.ok(["stopped", "finished", "purged"].includes(outcome), `${race}: ${outcome}`);
      // A few lives need not meet every outcome; many do.
      if (stores === memory) assert.ok(outcomes.has(race === "a delete" ? "purged" : "stopped"));
    });
  }
}

/** Hints that carry nothing. */
const passing: ReadonlySet<PropertyKey> = new Set(["subscribe", "notify"]);

/** How each call of one process to the store is let through: before it, and before its answer. */
function scheduled(scheduler: fc.Scheduler, name: string) {
  return (connection: Host["connection"]): Storage => ({
    ...connection,
    runs: new Proxy(connection.runs, {
      get(target, method) {
        const call: unknown = Reflect.get(target, method);
        if (typeof call !== "function" || passing.has(method)) return call;
        return async (...args: unknown[]): Promise<unknown> => {
          await scheduler.schedule(Promise.resolve(), `${name} ${String(method)}`);
          const answer: unknown = await Reflect.apply(call, target, args);
          await scheduler.schedule(Promise.resolve(), `answer to ${name} ${String(method)}`);
          return answer;
        };
      },
    }),
  });
}

for (const [stores, share] of subjects)
  describe(`over ${stores.name}`, () => register(stores, (lives) => Math.ceil(lives * share)));
