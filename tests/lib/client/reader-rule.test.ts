import assert from "node:assert/strict";
import { test } from "node:test";
import type { Problem } from "#lib/client/problem.ts";
import {
  type ConnectionResult,
  decideNext,
  judgeProblem,
  type ReaderDecision,
  type ReaderProgress,
} from "#lib/client/reader-rule.ts";

const start: ReaderProgress = { seq: 5, isAcknowledged: true, attempts: 0, gapAt: undefined };
const decide = (result: ConnectionResult, seq = 5, progress: Partial<ReaderProgress> = {}): ReaderDecision =>
  decideNext({ ...start, ...progress }, result, seq, () => 0.5);
const problem = (status: number, more: Partial<Problem> = {}): Problem => ({
  status,
  code: "unexpected",
  detail: "",
  ...more,
});

test("a gap is asked for once more at the same event, then the snapshot has it", () => {
  assert.deepEqual(decide({ type: "gap" }), { type: "connect", progress: { ...start, gapAt: 5 } });
  assert.deepEqual(decide({ type: "gap" }, 7, { gapAt: 5 }).type, "connect");
  assert.deepEqual(decide({ type: "gap" }, 7, { gapAt: 7 }), { type: "snapshot-needed" });
});

test("waits double with full jitter up to 8 s, begin anew after an event, and heed Retry-After", () => {
  const waits = [0, 1, 2, 5, 9].map((attempts) => decide({ type: "cut" }, 5, { attempts }));
  assert.deepEqual(
    waits.map((each) => each.type === "connect" && each.inMs),
    [125, 250, 500, 4000, 4000],
  );
  const fresh = decide({ type: "cut" }, 6, { attempts: 9 });
  assert.deepEqual(fresh, { type: "connect", inMs: 125, progress: { ...start, seq: 6, attempts: 1 } });
  assert.partialDeepStrictEqual(decide({ type: "cut", retryAfterMs: 3000 }), { inMs: 3000 });
});

test("a start without an answer is sent four times, a run that is known is followed for ever", () => {
  const isLast = (attempts: number, isAcknowledged: boolean) =>
    decide({ type: "cut" }, 5, { attempts, isAcknowledged }).type === "refused";
  assert.deepEqual([isLast(2, false), isLast(3, false), isLast(100, true)], [false, true, false]);
  assert.partialDeepStrictEqual(decide({ type: "cut" }, 5, { attempts: 3, isAcknowledged: false }), {
    problem: { code: "no_connection" },
  });
});

test("a run that was started without a stream is followed at once", () => {
  assert.deepEqual(decide({ type: "started" }, 0, { seq: 0 }), {
    type: "connect",
    progress: { ...start, seq: 0 },
  });
});

test("an end is an end", () => {
  for (const type of ["run-ended", "snapshot-needed"] as const) assert.deepEqual(decide({ type }), { type });
  const refused = { type: "refused", problem: problem(404) } as const;
  assert.deepEqual(decide(refused), refused);
});

test("an answer in place of the stream: what may pass is waited for, and a refused start is told at once", () => {
  const rows: [Problem, isStart: boolean, ConnectionResult["type"]][] = [
    [problem(410, { code: "log_gone" }), false, "snapshot-needed"],
    [problem(410, { code: "log_gone" }), true, "snapshot-needed"],
    [problem(429), false, "cut"],
    [problem(503), false, "cut"],
    [problem(429), true, "refused"],
    [problem(503), true, "refused"],
    [problem(500, { code: "record_damaged" }), false, "refused"],
    [problem(401), false, "refused"],
    [problem(404), false, "refused"],
  ];
  for (const [given, isStart, type] of rows)
    assert.equal(judgeProblem(given, isStart).type, type, `${given.status} ${isStart}`);
  assert.deepEqual(judgeProblem(problem(503, { retryAfterMs: 9 }), false), {
    type: "cut",
    retryAfterMs: 9,
    isRefused: true,
  });
});

test("a start of which the server does not know whether it is done is sent again, and then not called unsent", () => {
  const unknown = problem(503, { code: "start_unknown", retryAfterMs: 2000 });
  const result = judgeProblem(unknown, true);
  assert.deepEqual(result, { type: "cut", retryAfterMs: 2000, problem: unknown });
  assert.partialDeepStrictEqual(decide(result, 0, { isAcknowledged: false }), {
    type: "connect",
    inMs: 2000,
  });
  const last = decide(result, 0, { isAcknowledged: false, attempts: 3 });
  assert.deepEqual(last, { type: "refused", problem: unknown });
});
