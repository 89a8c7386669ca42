import assert from "node:assert/strict";
import { after, test } from "node:test";
import { createJobWorkers, type JobLimits, type JobWorkers } from "#lib/workers/create-job-workers.ts";
import type { OddJob } from "./odd-worker.ts";

const opened: JobWorkers<OddJob, unknown>[] = [];
after(() => Promise.all(opened.map((workers) => workers.close())));

function open(limits: Partial<JobLimits> = {}) {
  const kind = { file: "tests/lib/workers/odd-worker.ts", heapMb: 32 };
  const workers = createJobWorkers<OddJob, unknown>(kind, { cpuMs: 5000, ...limits });
  opened.push(workers);
  return workers;
}

test("a job has one result, and the worker that gave it does the next one", async () => {
  const workers = open();
  assert.deepEqual(await workers.run("answer"), { type: "done", value: { answers: 1 } });
  assert.deepEqual(await workers.run("answer"), { type: "done", value: { answers: 2 } });
});

test("a job that throws has failed in its words, and its worker goes on", async () => {
  const workers = open();
  assert.deepEqual(await workers.run("throw"), { type: "failed", message: "no" });
  assert.deepEqual(await workers.run("answer"), { type: "done", value: { answers: 1 } });
});

const ends: [job: OddJob, limits: Partial<JobLimits>, type: string][] = [
  ["spin", { cpuMs: 100 }, "time"],
  ["hang", { wallMs: 50 }, "time"],
  ["fill", {}, "memory"],
  ["exit", {}, "failed"],
];
for (const [job, limits, type] of ends)
  test(`a job that would ${job} ends by ${type}, and the next one has a new worker`, async () => {
    const workers = open(limits);
    await workers.run("answer");
    assert.equal((await workers.run(job)).type, type);
    assert.deepEqual((await open().run("answer")).type, "done");
  });

test("a job that is stopped ends in the middle of what it does", async () => {
  const workers = open();
  const stop = new AbortController();
  const run = workers.run("spin", stop.signal);
  setImmediate(() => stop.abort());
  assert.deepEqual(await run, { type: "stopped" });
  assert.deepEqual(await workers.run("answer", stop.signal), { type: "stopped" });
});

test("no more work at the same time than may, in the order in which they came", async () => {
  const workers = open({ atOnce: 1 });
  const ended: string[] = [];
  const jobs = ["throw", "answer", "throw", "answer"] as const;
  await Promise.all(jobs.map(async (job, at) => ended.push(`${at} ${(await workers.run(job)).type}`)));
  assert.deepEqual(ended, ["0 failed", "1 done", "2 failed", "3 done"]);
});

test("a worker knows nothing of the process's environment", async () => {
  const expected = { type: "done", value: { environment: {}, flags: [] } };
  assert.deepEqual(await open().run("environment"), expected);
});
