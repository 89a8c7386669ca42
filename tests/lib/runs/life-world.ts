import assert from "node:assert/strict";
import { mock } from "node:test";
import { isDeepStrictEqual } from "node:util";
import { removeConversation } from "#lib/conversations/remove-conversation.ts";
import type { Model, ModelPart } from "#lib/models/model.ts";
import type { RunEvent } from "#lib/protocol/run-event.ts";
import { isEnded } from "#lib/protocol/run-status.ts";
import type { Clock } from "#lib/runs/clock.ts";
import { foldSnapshot } from "#lib/runs/fold-snapshot.ts";
import type { RunContext } from "#lib/runs/run-context.ts";
import { keepSweeping } from "#lib/runs/sweep-runs.ts";
import type { Storage } from "#lib/storage/storage.ts";
import { type HangingStorage, hangingStorage } from "../../support/hanging-storage.ts";
import { foldAll, readLog, runContext, textOf, userId } from "../../support/run-bench.ts";
import { type LifeStores, memory } from "./life-stores.ts";

export const leaseMs = 15_000;

/** One request to a model: it says numbered words, so that a lost or doubled one shows. */
interface Request {
  words: number;
  say(part: ModelPart | Error): void;
}

export interface Host {
  context: RunContext;
  connection: HangingStorage;
  /** Model requests that are under way. */
  requests: Set<Request>;
}

/** A few processes on one store, under a clock and timers that only the test moves. */
export interface World {
  storage: Storage;
  hosts: Host[];
  /** Runs asked for, in order. */
  runs: { runId: string; conversationId: string; createdAt?: number; logged: RunEvent[] }[];
  deleted: Set<string>;
  /** Model requests ever made. */
  asked: number;
  advance(ms: number): Promise<void>;
  /** Until nothing goes on any more. */
  settle(): Promise<void>;
  crash(at: number): void;
  sweep(at: number): void;
  /** As the page's delete; on a connection of its own, which is never cut. */
  remove(conversationId: string): Promise<void>;
  check(): Promise<void>;
  /** All wakes, a process is started, the clock goes on and each sweeps, until all runs have ended. */
  end(): Promise<void>;
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

export interface WorldOptions {
  stores?: LifeStores;
  /** Stands between each process and its connection to the store. */
  wrap?(connection: HangingStorage): Storage;
}

export function createWorld(
  count: number,
  { stores = memory, wrap = (connection) => connection }: WorldOptions = {},
): World {
  let time = 1_700_000_000_000;
  let names = 0;
  let moves = 0;
  const { storage, quiet } = stores.open(() => time);
  const clock: Clock = { wall: () => time, now: () => time, sleep: turn };

  function host(): Host {
    const connection = hangingStorage(storage);
    const requests = new Set<Request>();
    const holder = { host: `host-${(names += 1)}`, boot: "", pid: 1, startedAt: "" };
    const model = drivenModel(requests, () => {
      world.asked += 1;
      return world.asked;
    });
    return {
      connection,
      requests,
      context: runContext(model, { storage: wrap(connection), clock, holder, leaseMs }),
    };
  }

  async function settle(): Promise<void> {
    for (let calm = 0; calm < 6; calm += 1) {
      const before =
        moves + world.hosts.reduce((sum, { connection }) => sum + connection.calls + connection.writes, 0);
      await turn();
      await quiet?.();
      const after =
        moves + world.hosts.reduce((sum, { connection }) => sum + connection.calls + connection.writes, 0);
      if (after !== before) calm = 0;
    }
  }

  const world: World = {
    storage,
    hosts: [],
    runs: [],
    deleted: new Set(),
    asked: 0,
    settle,
    async advance(ms) {
      // In steps of a heartbeat, as the timers of a process that is awake come to pass.
      for (let left = ms; left > 0; left -= 5_000) {
        const step = Math.min(left, 5_000);
        time += step;
        moves += 1;
        mock.timers.tick(step);
        await settle();
      }
    },
    crash(at) {
      world.hosts[at]?.connection.kill();
      world.hosts[at] = host();
    },
    sweep(at) {
      const once = new AbortController();
      const { context } = world.hosts[at] ?? assert.fail();
      keepSweeping(context, 4_000, once.signal);
      once.abort();
    },
    async remove(conversationId) {
      const { context } = world.hosts[0] ?? assert.fail();
      world.deleted.add(conversationId);
      await removeConversation({ ...context, storage }, conversationId, userId);
    },
    async check() {
      for (const run of world.runs) await checkRun(world, run);
    },
    async end() {
      for (const { connection } of world.hosts) connection.wake();
      // Those that have handed their runs over take none up again.
      world.hosts.push(host());
      for (let round = 0; round < 14; round += 1) {
        for (const { requests } of world.hosts)
          for (const request of requests) request.say({ type: "finish", reason: "stop" });
        await world.advance(leaseMs / 2 + 1);
        for (const at of world.hosts.keys()) world.sweep(at);
        await settle();
      }
      for (const { runId } of world.runs) {
        const run = await storage.runs.run(runId);
        assert.ok(!run || isEnded(run.status), `stuck: ${run?.status}`);
      }
      await world.check();
    },
  };
  world.hosts = Array.from({ length: count }, host);
  return world;
}

/** A model that says what the test tells it to, and closes when its request is released. */
function drivenModel(requests: Set<Request>, number: () => number): Model {
  return {
    id: "driven",
    demo: false,
    async *stream(_, signal) {
      const sent: (ModelPart | Error)[] = [];
      let wake = (): void => undefined;
      const request: Request = {
        words: 0,
        say(part) {
          sent.push(part);
          wake();
        },
      };
      const name = number();
      requests.add(request);
      signal.addEventListener("abort", () => wake(), { once: true });
      try {
        while (!signal.aborted) {
          const part = sent.shift();
          if (part instanceof Error) throw part;
          if (part?.type === "text") yield { ...part, delta: `${name}.${(request.words += 1)} ` };
          else if (part) yield part;
          if (part?.type === "finish") return;
          if (sent.length === 0 && !signal.aborted)
            await new Promise<void>((resolve) => {
              wake = resolve;
            });
        }
      } finally {
        requests.delete(request);
      }
    },
  };
}

const terminal: ReadonlySet<string> = new Set(["finish", "abort", "error", "interrupted"]);

/** What holds of a run at any moment (docs/protocol.md 5). */
async function checkRun(world: World, run: World["runs"][number]): Promise<void> {
  const { storage } = world;
  const meta = await storage.runs.run(run.runId);
  const isDeleted = world.deleted.has(run.conversationId);
  if (!meta) {
    assert.ok(isDeleted, "a run is purged only with its conversation");
    run.logged = [];
    return;
  }
  // The same request once more, after the purge, is a new run: nothing is left that would know it.
  if (isDeleted && run.createdAt !== meta.createdAt) run.logged = [];
  run.createdAt = meta.createdAt;
  const log = await readLog(storage, run.runId);
  for (const [at, event] of log.entries()) {
    assert.equal(event.seq, at + 1);
    assert.ok(event.epoch >= (log[at - 1]?.epoch ?? 1));
  }
  assert.ok(isDeepStrictEqual(log.slice(0, run.logged.length), run.logged), "what was written stays");
  run.logged = log;
  assert.deepEqual(
    log.filter(({ type }) => terminal.has(type)),
    isEnded(meta.status) ? log.slice(-1) : [],
  );
  if (meta.stop && isEnded(meta.status)) assert.equal(meta.status, "stopped");
  if (log.length > 0) checkText(textOf(foldAll(log)));
  const snapshot = await storage.runs.snapshot(run.runId);
  if (snapshot)
    assert.deepEqual(foldSnapshot(snapshot), log.length > 0 ? foldAll(log) : foldSnapshot(snapshot));
  if (!isDeleted) await checkConversation(world, run, isEnded(meta.status), log);
}

/** The words of one request after the other, of each from its first, each once. */
function checkText(text: string): void {
  const words = text.split(" ").filter((word) => word !== "");
  let [before, count] = [0, 0];
  for (const word of words) {
    const [request = 0, nth = 0] = word.split(".").map(Number);
    assert.deepEqual([request >= before, nth], [true, request === before ? count + 1 : 1], text);
    [before, count] = [request, nth];
  }
}

async function checkConversation(
  { storage }: World,
  { runId, conversationId }: World["runs"][number],
  over: boolean,
  log: readonly RunEvent[],
): Promise<void> {
  const found = await storage.conversations.get(conversationId, userId);
  assert.equal(found?.conversation.activeRunId === runId, !over);
  const saved = found?.messages.find((message) => message.role === "assistant" && message.runId === runId);
  assert.equal(saved !== undefined, over);
  if (saved?.role === "assistant") assert.deepEqual(saved.parts, foldAll(log).parts);
}
