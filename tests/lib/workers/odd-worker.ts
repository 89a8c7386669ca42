import { answerJobs } from "#lib/workers/answer-jobs.ts";

/** A worker for create-job-workers.test.ts, which does what it is told. */
export type OddJob = "answer" | "thread" | "throw" | "spin" | "fill" | "hang" | "exit" | "environment";

let answers = 0;

answerJobs<OddJob, unknown>((job) => {
  switch (job) {
    case "answer":
      return { answers: (answers += 1) };
    case "thread":
      return process.threadCpuUsage().user >= 0;
    case "throw":
      throw new Error("no");
    case "spin":
      for (;;);
    case "fill":
      return fill();
    case "hang":
      return new Promise(() => undefined);
    case "exit":
      return process.exit(3);
    case "environment":
      return { environment: process.env, flags: process.execArgv };
    default:
      return job satisfies never;
  }
});

function fill(): number {
  const all: unknown[] = [];
  for (;;) all.push(Array.from({ length: 1000 }, (_, at) => ({ at })));
}
