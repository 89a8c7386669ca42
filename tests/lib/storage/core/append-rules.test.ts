import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { RunEvent } from "#lib/protocol/run-event.ts";
import { judgeAppend, judgeFinish, type LogHead, newEvents } from "#lib/storage/core/append-rules.ts";
import { abort, finish, numbered, textDelta } from "../../../support/event-builders.ts";

const lease = { runId: "r", epoch: 1, token: "t" };
const run: LogHead = { status: "running", epoch: 1, token: "t", head: 3 };
const deltas = (startAt: number, count: number): RunEvent[] =>
  numbered(
    Array.from({ length: count }, () => textDelta("a")),
    { startAt },
  );

describe("what follows the head joins the log", () => {
  const cases: [rule: string, run: LogHead | undefined, events: RunEvent[], kind: string][] = [
    ["one event", run, deltas(4, 1), "ok"],
    ["several", run, deltas(4, 5), "ok"],
    ["some that are there already, and more", run, deltas(2, 4), "ok"],
    ["A1 not of a run that there is not", undefined, deltas(4, 1), "fenced"],
    ["A1 not under another epoch", { ...run, epoch: 2 }, deltas(4, 1), "fenced"],
    ["A1 not under another token", { ...run, token: "u" }, deltas(4, 1), "fenced"],
    ["A1 whatever else is wrong", { ...run, token: "u", status: "finished" }, deltas(9, 1), "fenced"],
    ["A2 not what is there already", run, deltas(2, 2), "dup"],
    [
      "A2 not what is there already, after the end either",
      { ...run, status: "finished" },
      deltas(2, 2),
      "dup",
    ],
    ["A2 nothing", run, [], "dup"],
    ["A3 not after the end", { ...run, status: "finished" }, deltas(4, 1), "closed"],
    ["A4 not behind a gap", run, deltas(5, 1), "gap"],
    ["A4 not with a gap inside", run, [...deltas(4, 1), ...deltas(6, 1)], "gap"],
    ["A4 not twice the same number", run, [...deltas(4, 1), ...deltas(4, 1)], "gap"],
  ];
  for (const [rule, head, events, kind] of cases)
    test(rule, () => assert.equal(judgeAppend(head, lease, events), kind));
});

describe("a terminal event ends the run", () => {
  const ending = (startAt: number, terminal = finish()) => numbered([textDelta("a"), terminal], { startAt });
  const stopping = { ...run, isStopRequested: true };
  const going = { ...run, isStopRequested: false };
  const cases: [rule: string, run: typeof going | undefined, events: RunEvent[], kind: string][] = [
    ["behind what it wrote", going, ending(4), "ok"],
    ["repeated, it has ended", { ...going, status: "finished" }, ending(2), "dup"],
    ["A5 not where the log holds something else in its place", going, ending(2), "gap"],
    ["A6 after a stop only as abort", stopping, ending(4), "stopping"],
    ["A6 and as abort it does", stopping, ending(4, abort()), "ok"],
    ["A6 a lost lease is told first", { ...stopping, token: "u" }, ending(4), "fenced"],
    ["not of a run that there is not", undefined, ending(4), "fenced"],
  ];
  for (const [rule, head, events, kind] of cases)
    test(rule, () => assert.equal(judgeFinish(head, lease, events), kind));
});

test("of an append that was repeated only the rest is new", () => {
  assert.deepEqual(
    newEvents(run, deltas(2, 4)).map(({ seq }) => seq),
    [4, 5],
  );
});
