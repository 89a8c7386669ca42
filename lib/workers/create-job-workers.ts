import type { JobReply } from "./answer-jobs.ts";
import { type BoundedWorker, startWorker, type WorkerKind } from "./start-worker.ts";
import { createWarmWorkers, type Startable } from "./warm-worker.ts";
import { watchCpu } from "./watch-cpu.ts";
import { watchOutside } from "./watch-outside.ts";

/*
 * Jobs for workers of one kind: each an input, a bounded time and memory, and one result.
 *
 * 1. A job has a worker for itself. One that has answered is kept for the next job, at most one; one that was
 *    ended in the middle is not.
 * 2. No more than `atOnce` work at the same time, in the order in which they were asked.
 * 3. Nothing is thrown: whatever becomes of a job is its result.
 */

export interface JobLimits {
  /** Of computing, ms: the thread's own, however busy the machine is. */
  cpuMs: number;
  /** Of everything together, from when its worker was asked; absent: ten times `cpuMs`. */
  wallMs?: number;
  /** What it may keep outside of its heap, in MB: buffers, mostly; absent: any amount. */
  outsideMb?: number;
  /** Absent: 2. */
  atOnce?: number;
}

export type JobResult<Out> =
  | JobReply<Out>
  /** It was ended: by its deadline, by the limit of its heap, by the signal. */
  | { type: "time" | "memory" | "stopped" };

export interface JobWorkers<In, Out> {
  run(input: In, signal?: AbortSignal): Promise<JobResult<Out>>;
  /** Ends the worker that is kept ready. */
  close(): Promise<void>;
}

interface JobWorker<In, Out> extends Startable, Pick<BoundedWorker<In>, "post" | "cpuMs" | "outsideMb"> {
  /** Whom the next reply is for. */
  onReply?: (reply: JobReply<Out>) => void;
  readonly ended: BoundedWorker<In>["ended"];
}

/** `In` and `Out`: what can be cloned. The file of the worker calls `answerJobs`. */
export function createJobWorkers<In, Out>(
  kind: WorkerKind,
  { cpuMs, wallMs = cpuMs * 10, outsideMb = Infinity, atOnce = 2 }: JobLimits,
): JobWorkers<In, Out> {
  const workers = createWarmWorkers(() => startJobWorker<In, Out>(kind));
  const queue: (() => void)[] = [];
  let working = 0;

  async function enter(): Promise<void> {
    if (working < atOnce) working += 1;
    else await new Promise<void>((resolve) => queue.push(resolve));
  }

  function leave(): void {
    const next = queue.shift();
    if (next) next();
    else working -= 1;
  }

  return {
    async run(input, signal) {
      await enter();
      try {
        if (signal?.aborted) return { type: "stopped" };
        const worker = workers.take();
        const result = await runJob(worker, input, { cpuMs, wallMs, outsideMb }, signal);
        if (result.type === "done" || result.type === "failed") workers.giveBack(worker);
        else await worker.end();
        return result;
      } finally {
        leave();
      }
    },
    close: workers.close,
  };
}

function startJobWorker<In, Out>(kind: WorkerKind): JobWorker<In, Out> {
  const worker = startWorker<In, JobReply<Out>>(kind, (reply) => started.onReply?.(reply));
  const started: JobWorker<In, Out> = { ...worker };
  return started;
}

/** 3. The first that happens is the result. */
function runJob<In, Out>(
  worker: JobWorker<In, Out>,
  input: In,
  { cpuMs, wallMs, outsideMb }: Required<Omit<JobLimits, "atOnce">>,
  signal?: AbortSignal,
): Promise<JobResult<Out>> {
  const { promise, resolve } = Promise.withResolvers<JobResult<Out>>();
  const onAbort = () => resolve({ type: "stopped" });
  // What has arrived is read between the timers and this.
  const timer = setTimeout(() => setImmediate(resolve, { type: "time" }), wallMs);
  const watches = [
    watchCpu(worker, cpuMs, () => resolve({ type: "time" })),
    ...(outsideMb < Infinity ? [watchOutside(worker, outsideMb, () => resolve({ type: "memory" }))] : []),
  ];
  signal?.addEventListener("abort", onAbort, { once: true });
  worker.onReply = resolve;
  void worker.ended.then((end) =>
    resolve(end.type === "ended" ? { type: "failed", message: "the worker ended" } : end),
  );
  worker.post(input);
  return promise.finally(() => {
    clearTimeout(timer);
    for (const watch of watches) watch.stop();
    signal?.removeEventListener("abort", onAbort);
    delete worker.onReply;
  });
}
