import assert from "node:assert/strict";
import { test } from "node:test";
import { readProblem } from "#lib/client/problem.ts";

const answer = (status: number, body: unknown, headers: Record<string, string> = {}): Response =>
  new Response(typeof body === "string" ? body : JSON.stringify(body), { status, headers });

test("S25 a limit of ours says which, how long to wait, and under which number", async () => {
  const body = { status: 429, code: "budget", detail: "used up", requestId: "r1", retryAfter: 9 };
  assert.deepEqual(await readProblem(answer(429, body)), {
    status: 429,
    code: "budget",
    detail: "used up",
    requestId: "r1",
    retryAfterMs: 9000,
  });
});

test("S25 the header counts before the body; a date or nonsense in it does not hide the body's time", async () => {
  const waits: [string, unknown, number | undefined][] = [
    ["3", 9, 3000],
    ["Sat, 21 Nov 2026 10:00:30 GMT", 9, 9000],
    ["-1", undefined, undefined],
    ["soon", "later", undefined],
  ];
  for (const [header, retryAfter, ms] of waits) {
    const problem = await readProblem(answer(429, { retryAfter }, { "retry-after": header }));
    assert.equal(problem.retryAfterMs, ms, header);
  }
});

test("a code of a newer server is unexpected, or a limit where the status says so", async () => {
  assert.equal((await readProblem(answer(409, { code: "teapot" }))).code, "unexpected");
  assert.equal((await readProblem(answer(429, { code: "teapot" }))).code, "rate_limited");
});

test("a proxy's page in our place: 429 is a limit, anything else unexpected", async () => {
  assert.equal((await readProblem(answer(429, "<html>"))).code, "rate_limited");
  assert.equal((await readProblem(answer(502, "<html>"))).code, "unexpected");
});
