import assert from "node:assert/strict";
import fc from "fast-check";
import type { RunEvent } from "#lib/protocol/run-event.ts";
import { isEnded } from "#lib/protocol/run-status.ts";
import type { RunMeta } from "#lib/storage/run-store.ts";
import type { Storage } from "#lib/storage/storage.ts";
import { abort, error, finish, interrupted } from "../../support/event-builders.ts";
import {
  alice,
  asked,
  createRunWriter,
  holder,
  leaseMs,
  metaOf,
  type RunWriter,
  storedLog,
} from "../scenario.ts";
import type { Case, Opened } from "../subject.ts";

type Step =
  | { do: "claim"; who: number; dead: boolean }
  | { do: "append"; who: number; events: number }
  | { do: "repeat"; who: number; from: number; events: number }
  | { do: "suspend"; who: number; to: "waiting" | "queued" }
  | { do: "finish"; who: number; how: number; times: number }
  | { do: "stop" }
  | { do: "pass"; ms: number };

const who = fc.integer({ min: 0, max: 1 });
const few = fc.integer({ min: 1, max: 4 });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant("claim" as const), who, dead: fc.boolean() }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant("append" as const), who, events: few }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("repeat" as const), who, from: few, events: few }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("suspend" as const),
      who,
      to: fc.constantFrom("waiting" as const, "queued" as const),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("finish" as const),
      who,
      how: fc.integer({ min: 0, max: 3 }),
      times: fc.integer({ min: 1, max: 2 }),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ do: "stop" as const }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("pass" as const), ms: fc.constantFrom(1, leaseMs) }) },
);

const terminals = new Set(["finish", "abort", "error", "interrupted"]);

/** docs/protocol.md 5: what holds after any schedule of two holders, late answers, stops and pauses. */
export const schedules: readonly Case[] = [
  [
    "5 after any schedule: no gap, one end and that last, nothing acknowledged lost or changed, `active` until the end",
    async (opened) => {
      const property = fc.asyncProperty(fc.array(step, { maxLength: 30 }), (steps) => play(opened, steps));
      await fc.assert(property, { numRuns: 60 });
    },
  ],
];

interface Game extends Opened {
  run: RunMeta;
  /** Each holder's newest claim, and what it wrote under it. */
  writers: Map<number, RunWriter>;
  written: Map<number, RunEvent[]>;
  acknowledged: RunEvent[];
}

async function play(opened: Opened, steps: readonly Step[]): Promise<void> {
  const run = await asked(opened.storage);
  const game: Game = { ...opened, run, writers: new Map(), written: new Map(), acknowledged: [] };
  for (const each of steps) {
    await take(game, each);
    await check(game);
  }
}

async function take(game: Game, each: Step): Promise<void> {
  const { storage, run } = game;
  switch (each.do) {
    case "claim":
      return claim(game, each.who, each.dead);
    case "append":
      return append(game, each.who, (writer) =>
        writer.say(...Array.from({ length: each.events }, () => "x")),
      );
    case "repeat":
      return append(game, each.who, () => {
        const all = game.written.get(each.who) ?? [];
        return all.slice(-each.from, all.length - each.from + each.events);
      });
    case "suspend": {
      const writer = game.writers.get(each.who);
      if (writer) await storage.runs.suspend(writer.lease, each.to);
      return;
    }
    case "finish":
      return end(game, each.who, each.how, each.times);
    case "stop":
      await storage.runs.requestStop(run.runId, alice);
      return;
    case "pass":
      await game.advance(each.ms);
      return;
    default:
      each satisfies never;
  }
}

async function claim(game: Game, by: number, dead: boolean): Promise<void> {
  const { runId } = game.run;
  const { epoch } = await metaOf(game.storage, game.run);
  const gone = dead ? holder(1 - by) : undefined;
  const lease = await game.storage.runs.claim(runId, crypto.randomUUID(), epoch, leaseMs, holder(by), gone);
  if (!lease) return;
  assert.equal(lease.epoch, epoch + 1);
  const log = await storedLog(game.storage, runId);
  assert.equal(lease.head, log.length);
  const blank = createRunWriter(game.run, lease);
  const state = { ...blank.state, seq: log.length, messageId: game.run.messageId };
  game.writers.set(by, createRunWriter(game.run, lease, state));
  game.written.set(by, []);
}

async function append(
  { storage, writers, written, acknowledged }: Game,
  by: number,
  say: (writer: RunWriter) => RunEvent[],
) {
  const writer = writers.get(by);
  if (!writer) return;
  const events = say(writer);
  const all = written.get(by) ?? [];
  all.push(...events.filter(({ seq }) => seq > (all.at(-1)?.seq ?? 0)));
  const { kind } = await storage.runs.append(writer.lease, events, leaseMs);
  if (kind === "ok" || kind === "dup") acknowledged.push(...events);
}

async function end(
  { storage, writers, acknowledged }: Game,
  by: number,
  how: number,
  times: number,
): Promise<void> {
  const writer = writers.get(by);
  const terminal = [finish(), abort(), error(), interrupted()][how];
  if (!writer || !terminal) return;
  // A writer of its own: a refused end was never written, its place stays free.
  const last = createRunWriter(writer.run, writer.lease, writer.state);
  const { events, end: ending } = last.end(terminal);
  const calls = Array.from({ length: times }, () => storage.runs.finish(writer.lease, events, ending));
  const answers = await Promise.all(calls);
  if (!answers.some(({ kind }) => kind === "ok")) return;
  acknowledged.push(...events);
  writers.set(by, last);
}

async function check({ storage, run, acknowledged }: Game): Promise<void> {
  const meta = await metaOf(storage, run);
  const log = await storedLog(storage, run.runId);
  assert.deepEqual(
    log.map(({ seq }) => seq),
    log.map((_, at) => at + 1),
  );
  for (const [at, event] of log.entries()) assert.ok(event.epoch >= (log[at - 1]?.epoch ?? 1));
  for (const event of acknowledged) assert.deepEqual(log[event.seq - 1], event);
  const ends = log.filter(({ type }) => terminals.has(type));
  assert.deepEqual(ends, isEnded(meta.status) ? log.slice(-1) : []);
  if (meta.stop && isEnded(meta.status)) assert.equal(ends[0]?.type, "abort");
  await checkConversation(storage, meta);
}

async function checkConversation(storage: Storage, meta: RunMeta): Promise<void> {
  const found = await storage.conversations.get(meta.conversationId, alice);
  const over = isEnded(meta.status);
  assert.equal(found?.conversation.activeRunId, over ? undefined : meta.runId);
  assert.equal(found?.messages.length, over ? 2 : 1);
  if (!over) assert.deepEqual(found.active?.run, meta);
  const claimable = (await storage.runs.claimable(10_000)).some(({ runId }) => runId === meta.runId);
  const leased = (await storage.runs.leased(10_000)).some(({ runId }) => runId === meta.runId);
  assert.equal(claimable || leased, !over && meta.status !== "waiting");
  assert.ok(!(claimable && leased));
}
