/** A thread of `watchServer`: asks as one visitor, until it is told to stop, and says what it saw. */
import { parentPort, workerData } from "node:worker_threads";
import { exchange } from "./http-exchange.ts";

const { url, cookie, paths } = workerData;
let isStopped = false;
let worstMs = 0;
let asked = 0;

parentPort?.on("message", () => (isStopped = true));
parentPort?.postMessage({ isReady: true });
while (!isStopped) {
  for (const path of paths) {
    const began = performance.now();
    const { status } = await exchange(url, { path, headers: { cookie } });
    if (status !== 200) throw new Error(`another visitor was answered ${status} at ${path}`);
    worstMs = Math.max(worstMs, performance.now() - began);
    asked += 1;
  }
  await new Promise((resolve) => setTimeout(resolve, 20));
}
parentPort?.postMessage({ worstMs, asked });
parentPort?.close();
