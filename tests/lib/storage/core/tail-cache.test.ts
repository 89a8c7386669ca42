import assert from "node:assert/strict";
import { test } from "node:test";
import { type Appended, createTailCache } from "#lib/storage/core/tail-cache.ts";

const entry = (seq: number, epoch = 1, json = `{"seq":${seq}}`) => ({ seq, epoch, json });

const appended = (from: number, to: number, epoch = 1): Appended => ({
  head: to,
  status: "running",
  leaseUntil: 9,
  entries: Array.from({ length: to - from + 1 }, (_, at) => entry(from + at, epoch)),
});

function opened() {
  const state = { version: 1 as number | undefined };
  const tailCache = createTailCache(
    () => state.version,
    () => 0,
  );
  tailCache.keepVersion(1);
  return { state, tailCache };
}

/** The version is read once for all reads until then. */
const nextMicrotask = () => new Promise<void>((resolve) => queueMicrotask(resolve));

const seqs = (read: ReturnType<ReturnType<typeof createTailCache>["read"]>): number[] | undefined =>
  read && !read.gone ? read.entries.map(({ seq }) => seq) : undefined;

test("T1 what was appended here is read here, from every cursor that is covered, and as much as was asked for", () => {
  const { tailCache } = opened();
  tailCache.append("r", appended(1, 3));
  tailCache.append("r", appended(4, 5));
  for (let seq = 0; seq <= 5; seq += 1)
    assert.deepEqual(
      seqs(tailCache.read("r", { seq }, 10)),
      [1, 2, 3, 4, 5].filter((each) => each > seq),
    );
  assert.deepEqual(seqs(tailCache.read("r", { seq: 1, epoch: 1 }, 2)), [2, 3]);
  assert.equal(seqs(tailCache.read("r", { seq: 6 }, 10)), undefined, "beyond the head the store is asked");
  assert.equal(tailCache.read("other", { seq: 0 }, 10), undefined);
});

test("T1 a read tells where the run stands, as the store would", () => {
  const { tailCache } = opened();
  tailCache.append("r", appended(1, 2));
  const read = { head: 2, status: "running", leaseLeft: 9, entries: [] };
  assert.deepEqual(tailCache.read("r", { seq: 2 }, 10), read);
  const stop = { by: "user", at: 1 };
  tailCache.append("r", { ...appended(3, 3), status: "stopping", stop });
  assert.deepEqual(tailCache.read("r", { seq: 3 }, 10), { ...read, head: 3, status: "stopping", stop });
});

test("T4 a cursor of another epoch, or of an event that is not here, is for the store to judge", () => {
  const { tailCache } = opened();
  tailCache.append("r", appended(4, 5, 2));
  assert.equal(tailCache.read("r", { seq: 4, epoch: 1 }, 10), undefined);
  assert.equal(tailCache.read("r", { seq: 3, epoch: 1 }, 10), undefined);
  assert.equal(tailCache.read("r", { seq: 2 }, 10), undefined);
  assert.deepEqual(seqs(tailCache.read("r", { seq: 4, epoch: 2 }, 10)), [5]);
});

test("T2 T3 a commit of another connection, a change of another kind and a gap empty it", async () => {
  const { tailCache, state } = opened();
  tailCache.append("r", appended(1, 2));
  state.version = 2;
  assert.equal(tailCache.read("r", { seq: 0 }, 10), undefined);
  await nextMicrotask();
  tailCache.keepVersion(2);
  tailCache.append("r", appended(3, 4));
  assert.deepEqual(seqs(tailCache.read("r", { seq: 2 }, 10)), [3, 4]);
  tailCache.evict("r");
  assert.equal(tailCache.read("r", { seq: 2 }, 10), undefined);
  tailCache.append("r", appended(5, 6));
  tailCache.append("r", appended(8, 9));
  assert.equal(tailCache.read("r", { seq: 5 }, 10), undefined);
  assert.deepEqual(seqs(tailCache.read("r", { seq: 7 }, 10)), [8, 9]);
  await nextMicrotask();
  state.version = 3;
  tailCache.keepVersion(2);
  tailCache.append("r", appended(10, 11));
  assert.equal(
    tailCache.read("r", { seq: 9 }, 10),
    undefined,
    "somebody wrote between the commit and the read",
  );
  await nextMicrotask();
  state.version = undefined;
  tailCache.keepVersion(undefined);
  tailCache.append("r", appended(12, 13));
  assert.equal(
    tailCache.read("r", { seq: 11 }, 10),
    undefined,
    "a version that cannot be told is no version",
  );
});

test("T5 the end of a run is read here too, of the newest runs that have ended", () => {
  const { tailCache } = opened();
  const ended = (to: number): Appended => ({ ...appended(to, to), status: "finished", leaseUntil: 0 });
  for (let run = 0; run < 100; run += 1) {
    tailCache.append(`r${run}`, appended(1, 2));
    if (run !== 50) tailCache.append(`r${run}`, ended(3));
  }
  const newest = tailCache.read("r99", { seq: 1, epoch: 1 }, 10);
  assert.deepEqual([seqs(newest), newest && "status" in newest && newest.status], [[2, 3], "finished"]);
  assert.ok(newest && !("leaseLeft" in newest));
  assert.equal(tailCache.read("r0", { seq: 0 }, 10), undefined);
  assert.deepEqual(seqs(tailCache.read("r50", { seq: 0 }, 10)), [1, 2], "a live one is not forgotten");
});

test("T5 it holds a bounded tail of a run, however long its events are", () => {
  const { tailCache } = opened();
  tailCache.append("r", appended(1, 500));
  assert.equal(tailCache.read("r", { seq: 400 }, 500), undefined);
  assert.equal(seqs(tailCache.read("r", { seq: 440 }, 500))?.length, 60);
  tailCache.append("r", { ...appended(501, 501), entries: [entry(501, 1, "x".repeat(100_000))] });
  assert.equal(tailCache.read("r", { seq: 500 }, 10), undefined);
});
