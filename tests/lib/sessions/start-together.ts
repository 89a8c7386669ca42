import { parentPort, workerData } from "node:worker_threads";
import { createSessionSecrets } from "#lib/sessions/session-secret.ts";

interface Rounds {
  dirs: readonly string[];
  /** How many have come to each round. */
  arrived: Int32Array;
  starters: number;
}

/** A starter of many: in each folder all of them begin at the same moment. Posts its secrets. */
const { dirs, arrived, starters }: Rounds = workerData;
const made = dirs.map((dir, round) => {
  if (Atomics.add(arrived, round, 1) + 1 === starters) Atomics.notify(arrived, round);
  else for (let came; (came = Atomics.load(arrived, round)) < starters; ) Atomics.wait(arrived, round, came);
  try {
    return createSessionSecrets([], dir).current.join();
  } catch (error) {
    return String(error);
  }
});
parentPort?.postMessage(made);
