import assert from "node:assert/strict";
import { isEnded } from "#lib/protocol/run-status.ts";
import type { Lease } from "#lib/storage/run-store.ts";
import type { Storage } from "#lib/storage/storage.ts";
import { finish } from "../../support/event-builders.ts";
import { alice, asked, claimed, finished, leaseMs, running, storedLog } from "../scenario.ts";
import type { Case, Opened } from "../subject.ts";

/** Far longer than any bell needs: a lost ring fails the test instead of hanging it. */
const patienceMs = 5000;

/** docs/protocol.md 5.5, 6: being told that a run may have changed. */
export const bells: readonly Case[] = [
  [
    "6 the bell rings for an append, a stop, the end, a claim and a suspension, on both sides of the store",
    async (opened) => {
      for (const listener of await sides(opened)) {
        const pen = await running(opened.storage);
        const { runId } = pen.run;
        const changes = [
          async () => void (await opened.storage.runs.append(pen.lease, pen.say("a"), leaseMs)),
          async () => void (await opened.storage.runs.requestStop(runId, alice)),
        ];
        for (const change of changes) await assertRings(listener, runId, change);
        const other = await running(opened.storage);
        await assertRings(listener, other.run.runId, () => finished(opened.storage, other, finish()));
        const run = await asked(opened.storage);
        let lease: Lease | undefined;
        await assertRings(listener, run.runId, async () => void (lease = await claimed(opened.storage, run)));
        assert.ok(lease);
        const held = lease;
        await assertRings(
          listener,
          run.runId,
          async () => void (await opened.storage.runs.suspend(held, "queued")),
        );
      }
    },
  ],
  [
    "5.5 a bell that waits for a stop only rings for it, whatever else it is spared",
    async (opened) => {
      for (const listener of await sides(opened)) {
        const pen = await running(opened.storage);
        const { runId } = pen.run;
        const abort = new AbortController();
        const bell = listener.runs.bell(runId, abort.signal, "stop")[Symbol.asyncIterator]();
        await opened.storage.runs.append(pen.lease, pen.say("a"), leaseMs);
        await opened.storage.runs.requestStop(runId, alice);
        do assert.equal((await soon(bell.next())).done, false);
        while (!(await listener.runs.run(runId))?.stop);
        abort.abort();
      }
    },
  ],
  [
    "6 a ring between the bell's creation and its first wait is not missed",
    async (opened) => {
      for (const listener of await sides(opened)) {
        const pen = await running(opened.storage);
        const abort = new AbortController();
        const bell = listener.runs.bell(pen.run.runId, abort.signal)[Symbol.asyncIterator]();
        await opened.storage.runs.append(pen.lease, pen.say("a"), leaseMs);
        assert.equal((await soon(bell.next())).done, false);
        abort.abort();
      }
    },
  ],
  [
    "6 the bell ends with its signal, also if that aborted before",
    async ({ storage }) => {
      const pen = await running(storage);
      const abort = new AbortController();
      const count = async () => {
        let rings = 0;
        for await (const _ of storage.runs.bell(pen.run.runId, abort.signal)) rings += 1;
        return rings;
      };
      const waiting = count();
      abort.abort();
      await soon(waiting);
      await soon(count());
    },
  ],
  [
    "6 every listener of a run is told; one that leaves takes nobody's bell along",
    async ({ storage }) => {
      const pen = await running(storage);
      const { runId } = pen.run;
      const abort = new AbortController();
      const leaving = storage.runs.bell(runId, abort.signal)[Symbol.asyncIterator]();
      const staying = [1, 2].map(() => storage.runs.bell(runId, abort.signal)[Symbol.asyncIterator]());
      await storage.runs.append(pen.lease, pen.say("a"), leaseMs);
      await soon(leaving.next());
      await leaving.return?.();
      await storage.runs.append(pen.lease, pen.say("b"), leaseMs);
      for (const bell of staying) assert.equal((await soon(bell.next())).done, false);
      abort.abort();
    },
  ],
  [
    "5.2 a reader that reads at each ring sees every event once, in order, to the end",
    async (opened) => {
      for (const listener of await sides(opened)) {
        const pen = await running(opened.storage);
        const seen = follow(listener, pen.run.runId);
        for (let at = 0; at < 40; at += 1) {
          await opened.storage.runs.append(pen.lease, pen.say(`${at}`), leaseMs);
          if (at % 7 === 0) await new Promise((resolve) => setImmediate(resolve));
        }
        await finished(opened.storage, pen, finish());
        assert.deepEqual(await soon(seen), await storedLog(opened.storage, pen.run.runId));
      }
    },
  ],
];

const sides = async ({ storage, another }: Opened): Promise<Storage[]> =>
  another ? [storage, await another()] : [storage];

async function assertRings(listener: Storage, runId: string, change: () => Promise<void>): Promise<void> {
  const abort = new AbortController();
  const bell = listener.runs.bell(runId, abort.signal)[Symbol.asyncIterator]();
  const before = JSON.stringify(await listener.runs.run(runId));
  await change();
  // A ring is a hint: an early one is followed by another after the change.
  do assert.equal((await soon(bell.next())).done, false);
  while (JSON.stringify(await listener.runs.run(runId)) === before);
  abort.abort();
}

async function follow(storage: Storage, runId: string): Promise<unknown[]> {
  const abort = new AbortController();
  const bell = storage.runs.bell(runId, abort.signal)[Symbol.asyncIterator]();
  const seen: unknown[] = [];
  for (;;) {
    const read = await storage.runs.read(runId, { seq: seen.length }, 10);
    assert.ok(read && !read.gone);
    seen.push(...read.entries.map(({ json }) => JSON.parse(json)));
    if (seen.length < read.head) continue;
    if (isEnded(read.status)) break;
    await bell.next();
  }
  abort.abort();
  return seen;
}

async function soon<T>(promise: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`no ring within ${patienceMs} ms`)), patienceMs);
  return await Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
