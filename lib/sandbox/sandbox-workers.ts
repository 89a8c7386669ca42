import { type BoundedWorker, startWorker } from "../workers/start-worker.ts";
import { createWarmWorkers, type WarmWorkers } from "../workers/warm-worker.ts";
import type { FromSandbox, ToSandbox } from "./sandbox-message.ts";

/** A worker that is of one sandbox, once, and then ended. */
export interface SandboxWorker extends BoundedWorker<ToSandbox> {
  /** Who is told what it sends. */
  onMessage?: (message: FromSandbox) => void;
}

/** Of JavaScript of ours: what the code keeps lies outside of it. */
const heapMb = 48;

export const createSandboxWorkers = (): WarmWorkers<SandboxWorker> => createWarmWorkers(startSandboxWorker);

export function startSandboxWorker(): SandboxWorker {
  const kind = { file: "lib/sandbox/sandbox-worker.ts", heapMb };
  const worker: SandboxWorker = {
    ...startWorker<ToSandbox, FromSandbox>(kind, (message) => worker.onMessage?.(message)),
  };
  return worker;
}
