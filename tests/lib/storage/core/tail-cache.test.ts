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
  const recent = createTailCache(
    () => state.version,
    () => 0,
  );
  recent.keepVersion(1);
  return { state, recent };
}

/** The version is looked at once for all who read in the same moment. */
const aMoment = () => new Promise<void>((resolve) => queueMicrotask(resolve));

const seqs = (read: ReturnType<ReturnType<typeof createTailCache>["read"]>): number[] | undefined =>
  read && !read.gone ? read.entries.map(({ seq }) => seq) : undefined;

test("what was appended here is read here, from every cursor that is covered, and as much as was asked for", () => {
  const { recent } = opened();
  recent.append("r", appended(1, 3));
  recent.append("r", appended(4, 5));
  for (let seq = 0; seq <= 5; seq += 1)
    assert.deepEqual(
      seqs(recent.read("r", { seq }, 10)),
      [1, 2, 3, 4, 5].filter((each) => each > seq),
    );
  assert.deepEqual(seqs(recent.read("r", { seq: 1, epoch: 1 }, 2)), [2, 3]);
  assert.equal(seqs(recent.read("r", { seq: 6 }, 10)), undefined, "beyond the head the file is asked");
  assert.equal(recent.read("other", { seq: 0 }, 10), undefined);
});

test("a cursor of another epoch, or of an event that is not here, is for the file to judge", () => {
  const { recent } = opened();
  recent.append("r", appended(4, 5, 2));
  assert.equal(recent.read("r", { seq: 4, epoch: 1 }, 10), undefined);
  assert.equal(recent.read("r", { seq: 3, epoch: 1 }, 10), undefined);
  assert.equal(recent.read("r", { seq: 2 }, 10), undefined);
  assert.deepEqual(seqs(recent.read("r", { seq: 4, epoch: 2 }, 10)), [5]);
});

test("a commit of another connection, a change of another kind and a gap empty it", async () => {
  const { recent, state } = opened();
  recent.append("r", appended(1, 2));
  state.version = 2;
  assert.equal(recent.read("r", { seq: 0 }, 10), undefined);
  await aMoment();
  recent.keepVersion(2);
  recent.append("r", appended(3, 4));
  assert.deepEqual(seqs(recent.read("r", { seq: 2 }, 10)), [3, 4]);
  recent.evict("r");
  assert.equal(recent.read("r", { seq: 2 }, 10), undefined);
  recent.append("r", appended(5, 6));
  recent.append("r", appended(8, 9));
  assert.equal(recent.read("r", { seq: 5 }, 10), undefined);
  assert.deepEqual(seqs(recent.read("r", { seq: 7 }, 10)), [8, 9]);
  await aMoment();
  state.version = 3;
  recent.keepVersion(2);
  recent.append("r", appended(10, 11));
  assert.equal(recent.read("r", { seq: 9 }, 10), undefined, "somebody wrote between the commit and the look");
  await aMoment();
  state.version = undefined;
  recent.keepVersion(undefined);
  recent.append("r", appended(12, 13));
  assert.equal(recent.read("r", { seq: 11 }, 10), undefined, "a version that cannot be told is no version");
});

test("the end of a run is read here too, of the newest runs that are over", () => {
  const { recent } = opened();
  const ended = (to: number): Appended => ({ ...appended(to, to), status: "finished", leaseUntil: 0 });
  for (let run = 0; run < 100; run += 1) {
    recent.append(`r${run}`, appended(1, 2));
    if (run !== 50) recent.append(`r${run}`, ended(3));
  }
  const newest = recent.read("r99", { seq: 1, epoch: 1 }, 10);
  assert.deepEqual([seqs(newest), newest && "status" in newest && newest.status], [[2, 3], "finished"]);
  assert.ok(newest && !("leaseLeft" in newest));
  assert.equal(recent.read("r0", { seq: 0 }, 10), undefined);
  assert.deepEqual(seqs(recent.read("r50", { seq: 0 }, 10)), [1, 2], "a live one is not forgotten");
});

test("it holds a bounded tail of a run, however long its events are", () => {
  const { recent } = opened();
  recent.append("r", appended(1, 500));
  assert.equal(recent.read("r", { seq: 400 }, 500), undefined);
  assert.equal(seqs(recent.read("r", { seq: 440 }, 500))?.length, 60);
  recent.append("r", { ...appended(501, 501), entries: [entry(501, 1, "x".repeat(100_000))] });
  assert.equal(recent.read("r", { seq: 500 }, 10), undefined);
});
