import { parentPort } from "node:worker_threads";

/** What a worker says of one job. */
export type JobReply<Out> = { type: "done"; value: Out } | { type: "failed"; message: string };

/** The other side of `createJobWorkers`: the file of a worker calls it once. Values are cloned on the way. */
export function answerJobs<In, Out>(work: (input: In) => Out | Promise<Out>): void {
  parentPort?.on("message", (input: In) => {
    void replyOf(work, input).then((reply) => parentPort?.postMessage(reply));
  });
}

async function replyOf<In, Out>(work: (input: In) => Out | Promise<Out>, input: In): Promise<JobReply<Out>> {
  try {
    return { type: "done", value: await work(input) };
  } catch (error) {
    return { type: "failed", message: error instanceof Error ? error.message : String(error) };
  }
}
