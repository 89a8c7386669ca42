import assert from "node:assert/strict";
import { abort, dataEvent, finish, numbered, textDelta } from "../../support/event-builders.ts";
import {
  alice,
  asked,
  claimed,
  createRunWriter,
  finished,
  holder,
  leaseMs,
  metaOf,
  running,
  storedLog,
} from "../scenario.ts";
import type { Case } from "../subject.ts";

/** docs/protocol.md 1.1, 5.1, 5.2, 5.5: the log grows. */
export const appending: readonly Case[] = [
  [
    "5.2 an event is stored when its append resolves, exactly as it was written",
    async ({ storage }) => {
      const writer = await running(storage);
      const odd = ["", "\0", "\ud83d", "👩‍👩‍👧", "\u2028", '"}\n\ndata: x', "a".repeat(100_000)];
      const events = [
        ...writer.say(...odd),
        ...writer.write(dataEvent("n", { __proto__: null, deep: [[1.5e-7]] })),
      ];
      const answer = await storage.runs.append(writer.lease, events, leaseMs);
      assert.deepEqual(answer, { kind: "ok", head: events.length + 3 });
      const log = await storedLog(storage, writer.run.runId);
      assert.deepEqual(log.slice(3), JSON.parse(JSON.stringify(events)));
    },
  ],
  [
    "5.1 an append whose answer was lost is answered dup, and nothing is stored twice",
    async ({ storage }) => {
      const writer = await running(storage);
      const events = writer.say("a", "b");
      await storage.runs.append(writer.lease, events, leaseMs);
      const log = await storedLog(storage, writer.run.runId);
      assert.deepEqual(await storage.runs.append(writer.lease, events, leaseMs), { kind: "dup", head: 5 });
      assert.deepEqual(await storedLog(storage, writer.run.runId), log);
    },
  ],
  [
    "5.1 the same append twice at once is stored once",
    async ({ storage }) => {
      const writer = await running(storage);
      const events = writer.say("a", "b");
      const append = () => storage.runs.append(writer.lease, events, leaseMs);
      const both = await Promise.all([append(), append()]);
      assert.deepEqual(both.map(({ kind }) => kind).sort(), ["dup", "ok"]);
    },
  ],
  [
    "5.1 a retry may cut the batches anew: what is there is skipped and never changes, the rest is stored",
    async ({ storage }) => {
      const writer = await running(storage);
      const [a, b, c] = writer.say("a", "b", "c");
      assert.ok(a && b && c);
      await storage.runs.append(writer.lease, [a, b], leaseMs);
      const changed = { ...b, ts: 1 };
      assert.deepEqual(await storage.runs.append(writer.lease, [changed, c], leaseMs), {
        kind: "ok",
        head: 6,
      });
      const log = await storedLog(storage, writer.run.runId);
      assert.deepEqual(log.slice(3), [a, b, c]);
    },
  ],
  [
    "5.1 another token or epoch is fenced before anything else is asked, also when the run is over",
    async ({ storage, advance }) => {
      const old = await running(storage);
      const known = old.say("a");
      await storage.runs.append(old.lease, known, leaseMs);
      await advance(leaseMs);
      const writer = createRunWriter(old.run, await claimed(storage, old.run, holder(2)), old.state);
      const late = old.say("late");
      const forged = { ...writer.lease, token: "guess" };
      const check = async () => {
        for (const events of [known, late]) {
          assert.equal((await storage.runs.append(old.lease, events, leaseMs)).kind, "fenced");
        }
        for (const lease of [forged, { ...writer.lease, epoch: 1 }, { ...writer.lease, epoch: 3 }]) {
          assert.equal((await storage.runs.append(lease, [], leaseMs)).kind, "fenced");
        }
        assert.equal((await storage.runs.heartbeat(old.lease, leaseMs)).kind, "fenced");
        assert.equal((await storage.runs.suspend(old.lease, "queued")).kind, "fenced");
        const { events, end } = old.end(finish());
        assert.equal((await storage.runs.finish(old.lease, events, end)).kind, "fenced");
      };
      await check();
      await finished(storage, writer, finish());
      await check();
      const log = await storedLog(storage, writer.run.runId);
      assert.deepEqual(
        log.map(({ epoch }) => epoch),
        [1, 1, 1, 1, 2],
      );
    },
  ],
  [
    "5.1 the lease of an unknown run is fenced",
    async ({ storage }) => {
      const lease = { runId: crypto.randomUUID(), epoch: 1, token: "token" };
      assert.deepEqual(await storage.runs.append(lease, [], leaseMs), { kind: "fenced", head: 0 });
      assert.deepEqual(await storage.runs.heartbeat(lease, leaseMs), { kind: "fenced", head: 0 });
    },
  ],
  [
    "5.1 a lapsed lease that nobody claimed is accepted and renewed",
    async ({ storage, advance }) => {
      const writer = await running(storage);
      await advance(10 * leaseMs);
      assert.equal((await storage.runs.append(writer.lease, writer.say("a"), leaseMs)).kind, "ok");
      assert.equal(await storage.runs.claim(writer.run.runId, "next", 1, leaseMs, holder(2)), null);
    },
  ],
  [
    "5.1 every append, a repeated one too, and every heartbeat renews the lease",
    async ({ storage, advance }) => {
      const writer = await running(storage);
      const events = writer.say("a");
      const renewals = [
        () => storage.runs.append(writer.lease, events, leaseMs),
        () => storage.runs.append(writer.lease, events, leaseMs),
        () => storage.runs.heartbeat(writer.lease, leaseMs),
      ];
      for (const renew of renewals) {
        await advance(leaseMs - 1);
        await renew();
      }
      await advance(leaseMs - 1);
      assert.equal(await storage.runs.claim(writer.run.runId, "next", 1, leaseMs, holder(2)), null);
    },
  ],
  [
    "5.1 a run that is over is closed for new events, and a known one is still dup",
    async ({ storage }) => {
      const writer = await running(storage);
      const known = writer.say("a");
      await storage.runs.append(writer.lease, known, leaseMs);
      await finished(storage, writer, finish());
      const append = (...events: typeof known) => storage.runs.append(writer.lease, events, leaseMs);
      assert.equal((await append(...known)).kind, "dup");
      assert.deepEqual(await append(...writer.say("late")), { kind: "closed", head: 5 });
      assert.equal((await append(...writer.say("far away").slice(-1))).kind, "closed");
      assert.equal((await storage.runs.heartbeat(writer.lease, leaseMs)).kind, "closed");
      assert.equal((await storage.runs.suspend(writer.lease, "queued")).kind, "closed");
      assert.equal((await metaOf(storage, writer.run)).leaseUntil, 0);
    },
  ],
  [
    "5.1 events that leave a gap, before or among them, are refused and none is stored",
    async ({ storage }) => {
      const writer = await running(storage);
      const [a, b, c] = writer.say("a", "b", "c");
      assert.ok(a && b && c);
      for (const events of [[b], [b, c], [a, c], [a, b, b], [b, a]]) {
        assert.deepEqual(await storage.runs.append(writer.lease, events, leaseMs), { kind: "gap", head: 3 });
      }
      assert.equal((await storage.runs.append(writer.lease, [a, b, c], leaseMs)).kind, "ok");
    },
  ],
  [
    "1.1 an event of another run or epoch, and an end that is not the last event of a finish, is refused",
    async ({ storage }) => {
      const writer = await running(storage);
      const { runId } = writer.run;
      const [a] = writer.say("a");
      assert.ok(a);
      const { events, end } = writer.end(finish());
      const wrong = [{ ...a, epoch: 2 }, { ...a, runId: crypto.randomUUID() }, ...events];
      for (const event of wrong) {
        await assert.rejects(storage.runs.append(writer.lease, [event], leaseMs), { name: "TypeError" });
      }
      const ends = [
        [],
        [a],
        [...events, { ...a, seq: 6 }],
        [...events, ...numbered([abort()], { runId, startAt: 6 })],
      ];
      for (const list of ends) {
        await assert.rejects(storage.runs.finish(writer.lease, list, end), { name: "TypeError" });
      }
      assert.equal((await metaOf(storage, writer.run)).head, 3);
    },
  ],
  [
    "5.5 every answer to the holder carries the head and the stop",
    async ({ storage }) => {
      const writer = await running(storage);
      const { runId } = writer.run;
      const { stop } = (await storage.runs.requestStop(runId, alice, "enough")) ?? {};
      assert.deepEqual([stop?.by, stop?.reason], [alice, "enough"]);
      const [a] = writer.say("a");
      assert.ok(a);
      const append = (...events: (typeof a)[]) => storage.runs.append(writer.lease, events, leaseMs);
      assert.deepEqual(await append(a), { kind: "ok", head: 4, stop });
      assert.deepEqual(await append(a), { kind: "dup", head: 4, stop });
      assert.deepEqual(await append({ ...a, seq: 9 }), { kind: "gap", head: 4, stop });
      assert.deepEqual(await storage.runs.heartbeat(writer.lease, leaseMs), { kind: "ok", head: 4, stop });
      assert.deepEqual(await storage.runs.suspend(writer.lease, "waiting"), {
        kind: "decided",
        head: 4,
        stop,
      });
      const forged = { ...writer.lease, token: "guess" };
      assert.deepEqual(await storage.runs.heartbeat(forged, leaseMs), { kind: "fenced", head: 4, stop });
      const { events, end } = writer.end(abort());
      assert.deepEqual(await storage.runs.finish(writer.lease, events, end), { kind: "ok", head: 5, stop });
      assert.deepEqual(await storage.runs.finish(writer.lease, events, end), { kind: "dup", head: 5, stop });
    },
  ],
  [
    "6.1 appends of many runs at once are all stored, and a refused one breaks none of them",
    async ({ storage }) => {
      const writers = await Promise.all(Array.from({ length: 8 }, () => running(storage)));
      const foreign = { ...textDelta("x"), runId: crypto.randomUUID(), epoch: 1, seq: 4, ts: 1 };
      const appends = writers.flatMap((writer, at) => [
        storage.runs.append(writer.lease, writer.say("a", "b"), leaseMs),
        storage.runs.append(writer.lease, at % 2 ? [foreign] : [], leaseMs).catch(() => null),
      ]);
      const kinds = (await Promise.all(appends)).map((answer) => answer?.kind);
      assert.deepEqual(
        kinds,
        writers.flatMap((_, at) => ["ok", at % 2 ? undefined : "dup"]),
      );
      for (const { run } of writers) assert.equal((await storedLog(storage, run.runId)).length, 5);
    },
  ],
  [
    "5.1 a run nobody has claimed takes no events",
    async ({ storage }) => {
      const run = await asked(storage);
      const writer = createRunWriter(run, { runId: run.runId, epoch: 0, token: "" });
      assert.equal((await storage.runs.append(writer.lease, writer.begin(), leaseMs)).kind, "fenced");
    },
  ],
];
