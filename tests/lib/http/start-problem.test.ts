import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { ProblemError } from "#lib/http/problem.ts";
import { startProblem } from "#lib/http/start-problem.ts";
import { openSqlite } from "#lib/storage/sqlite.ts";
import { asked } from "../../contract/scenario.ts";

const run = await asked(openSqlite({ dir: ":memory:" }));

describe("a run that was not started is a problem of protocol 3.1", () => {
  const cases: [Parameters<typeof startProblem>[0], Partial<ProblemError>][] = [
    [
      { kind: "conflict", run },
      { status: 409, code: "run_conflict", fields: { field: "runId" } },
    ],
    [
      { kind: "busy", run },
      { status: 409, code: "conversation_busy", fields: { activeRunId: run.runId } },
    ],
    [{ kind: "stale" }, { status: 409, code: "stale_parent" }],
    [{ kind: "complete" }, { status: 409, code: "run_complete", fields: { field: "continue" } }],
    [{ kind: "gone" }, { status: 410, code: "deleted" }],
    [{ kind: "not-found" }, { status: 404, code: "not_found" }],
    [
      { kind: "refused", bound: "starts", retryAfterMs: 1 },
      { status: 429, code: "rate_limited", retryAfter: 1 },
    ],
    [
      { kind: "refused", bound: "live", retryAfterMs: 1001 },
      { status: 429, code: "too_many_live", retryAfter: 2 },
    ],
    [
      { kind: "refused", bound: "tokens", retryAfterMs: 0 },
      { status: 429, code: "budget", retryAfter: 1 },
    ],
  ];
  for (const [refused, problem] of cases)
    test("bound" in refused ? `${refused.kind}: ${refused.bound}` : refused.kind, () => {
      const { status, code, fields, retryAfter } = startProblem(refused);
      assert.deepEqual(
        { status, code, fields, retryAfter },
        { fields: {}, retryAfter: undefined, ...problem },
      );
    });
});
