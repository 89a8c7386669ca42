import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";

/*
 * A thread for what must not hold up, fill or end this process: it has a heap of its own with a limit, no
 * environment, and nothing of it reaches the terminal. Owns its beginning and its one end; what is asked of
 * it, and for how long it may go on, is decided around it (worker-jobs.ts, watch-cpu.ts).
 *
 * Whatever happens in it, `ended` resolves, once and after its last message; nothing is thrown here.
 */

/** A file that Node runs itself: nothing of it, and of the packages that it loads, is in Next's bundle. */
export interface WorkerKind {
  /** From the root of the program, such as `lib/sandbox/sandbox-worker.ts`. */
  file: string;
  /** How much its JavaScript may keep; what lies outside of that, such as WebAssembly's memory, apart. */
  heapMb: number;
}

export interface BoundedWorker<In> {
  /** Nothing happens once it has ended. */
  post(message: In): void;
  /** What its thread has computed so far, in ms; undefined once it has ended. */
  cpuMs(): Promise<number | undefined>;
  /** What it keeps outside of its heap, in MB: buffers, mostly; undefined once it has ended. */
  outsideMb(): Promise<number | undefined>;
  /** Ends it in the middle of whatever it does, in a few milliseconds. */
  end(): Promise<void>;
  readonly ended: Promise<WorkerEnd>;
  /** Whether the process goes on while it lives; it does until it is told otherwise. */
  ref(): void;
  unref(): void;
}

export type WorkerEnd =
  /** By `end`, or by itself. */
  | { type: "ended" }
  /** Its heap was full. */
  | { type: "memory" }
  | { type: "failed"; message: string };

/** `data`: its `workerData`. */
export function startWorker<In, Out>(
  { file, heapMb }: WorkerKind,
  onMessage: (message: Out) => void,
  data?: unknown,
): BoundedWorker<In> {
  const worker = new Worker(/* turbopackIgnore: true */ workerPath(firstFile), {
    argv: [workerPath(file), join(process.cwd(), ".next/cache/rivulet-workers")],
    env: {},
    workerData: data,
    execArgv: [],
    // Nobody reads them: whoever does keeps the process alive.
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: heapMb, maxYoungGenerationSizeMb: 8 },
  });
  const { promise: ended, resolve } = Promise.withResolvers<WorkerEnd>();
  let end: WorkerEnd = { type: "ended" };
  let isEnded = false;
  worker.on("message", onMessage);
  worker.on("error", (error) => {
    end = endBy(error);
  });
  worker.on("exit", () => {
    isEnded = true;
    resolve(end);
  });
  return {
    post: (message) => worker.postMessage(message),
    async cpuMs() {
      if (isEnded) return undefined;
      try {
        const { user, system } = await worker.cpuUsage();
        return (user + system) / 1000;
      } catch {
        return undefined; // It has ended meanwhile.
      }
    },
    async outsideMb() {
      if (isEnded) return undefined;
      try {
        const { external_memory: bytes } = await worker.getHeapStatistics();
        return bytes / 1_048_576;
      } catch {
        return undefined; // It has ended meanwhile.
      }
    },
    async end() {
      await worker.terminate();
      await ended;
    },
    ended,
    ref: () => worker.ref(),
    unref: () => worker.unref(),
  };
}

function endBy(error: unknown): WorkerEnd {
  if (error instanceof Error && "code" in error && error.code === "ERR_WORKER_OUT_OF_MEMORY")
    return { type: "memory" };
  return { type: "failed", message: error instanceof Error ? error.message : String(error) };
}

const firstFile = "lib/workers/begin-worker.mjs";

/** Where the sources are: two folders above this one, or, for a built server, where it was started. */
function workerPath(file: string): string {
  const beside = join(fileURLToPath(import.meta.url), "../../..", file);
  return existsSync(beside) ? beside : join(process.cwd(), file);
}
