import assert from "node:assert/strict";
import { test } from "node:test";
import {
  isProgress,
  judgeAppend,
  judgeFinish,
  type LogHead,
  newEvents,
} from "#lib/storage/core/append-rules.ts";
import {
  abort,
  continueStep,
  finish,
  finishStep,
  ids,
  numbered,
  reasoningDelta,
  textDelta,
  textStart,
  toolStart,
} from "../../../support/event-builders.ts";

const lease = { runId: ids.run, epoch: 1, token: "t" };
const run = (fields: Partial<LogHead> = {}): LogHead => ({
  ...{ status: "running", epoch: 1, token: "t", head: 3 },
  ...fields,
});
const events = (...seqs: number[]) =>
  seqs.flatMap((startAt) => numbered([textDelta("a")], { runId: ids.run, startAt }));
const end = (startAt: number, body = finish()) => numbered([body], { runId: ids.run, startAt });

test("A1 another epoch or token is fenced, whatever else is wrong; so is an unknown run", () => {
  for (const other of [{ epoch: 2 }, { token: "x" }, { token: null }])
    for (const seqs of [[], [2], [4], [9]])
      assert.equal(judgeAppend(run({ ...other, status: "finished" }), lease, events(...seqs)), "fenced");
  assert.equal(judgeAppend(undefined, lease, events(4)), "fenced");
});

test("A2 what is in the log is skipped; if nothing is left it is dup, after the end too", () => {
  assert.equal(judgeAppend(run(), lease, []), "dup");
  assert.equal(judgeAppend(run(), lease, events(2, 3)), "dup");
  assert.equal(judgeAppend(run({ status: "finished" }), lease, events(3)), "dup");
  assert.deepEqual(
    newEvents(run(), events(2, 3, 4, 5)).map(({ seq }) => seq),
    [4, 5],
  );
});

test("A3 an ended run is closed for new events, before their numbers are looked at", () => {
  for (const status of ["finished", "failed", "stopped", "interrupted"] as const)
    for (const seqs of [[4], [9]])
      assert.equal(judgeAppend(run({ status }), lease, events(...seqs)), "closed");
});

test("A4 events that follow the log are ok; a gap before or among them, and a repeat, are not", () => {
  for (const status of ["running", "stopping"] as const)
    for (const seqs of [[4], [4, 5, 6], [2, 3, 4]])
      assert.equal(judgeAppend(run({ status }), lease, events(...seqs)), "ok", seqs.join());
  for (const seqs of [[5], [4, 6], [4, 5, 5], [5, 4]])
    assert.equal(judgeAppend(run(), lease, events(...seqs)), "gap", seqs.join());
});

const ending = (fields: Partial<LogHead> = {}, isStopRequested = false) => ({
  ...run(fields),
  isStopRequested,
});

test("A5 an end whose place in the log is taken is a gap; one that is there is dup", () => {
  assert.equal(judgeFinish(ending(), lease, end(3)), "gap");
  assert.equal(judgeFinish(ending({ status: "finished" }), lease, end(3)), "dup");
  assert.equal(judgeFinish(ending(), lease, end(4)), "ok");
  assert.equal(judgeFinish(undefined, lease, end(4)), "fenced");
});

test("A6 after a stop request only abort ends the run", () => {
  assert.equal(judgeFinish(ending({ status: "stopping" }, true), lease, end(4)), "stopping");
  assert.equal(judgeFinish(ending({ status: "stopping" }, true), lease, end(4, abort())), "ok");
  assert.equal(judgeFinish(ending({ status: "stopping" }, true), lease, end(5, abort())), "gap");
});

test("a run gets on with new text, a tool and the end of a step; thoughts and attempts bring it nowhere", () => {
  const got = (body: Parameters<typeof numbered>[0][number]) => numbered([body]).some(isProgress);
  assert.deepEqual([textDelta("a"), toolStart(), finishStep()].map(got), [true, true, true]);
  assert.deepEqual([textStart(), reasoningDelta("hm"), continueStep()].map(got), [false, false, false]);
});
