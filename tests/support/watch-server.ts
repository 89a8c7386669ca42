import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { apiClient } from "./api-client.ts";
import type { AppServer } from "./app-server.ts";
import { exchange } from "./http-exchange.ts";
import { residentMb } from "./resident-mb.ts";

/** What another visitor and the machine saw of a server while something was done to it. */
export interface Watched {
  /** The longest that the other visitor waited, ms. */
  worstMs: number;
  asked: number;
  /** How much the process grew, MB. */
  addedMb: number;
}

const paths = ["/", "/api/conversations", "/api/models"];

/** Asks in another visitor's name, one request after another, for as long as `act` takes. */
export async function watchServer({ url, pid }: AppServer, act: () => Promise<unknown>): Promise<Watched> {
  const { cookie } = await apiClient(url);
  for (const path of paths) await exchange(url, { path, headers: { cookie } });
  // A thread of its own: what this one is busy with is no wait of the other visitor.
  const worker = new Worker(new URL("other-visitor.ts", import.meta.url), {
    workerData: { url, cookie, paths },
  });
  await once(worker, "message");
  const before = residentMb(pid);
  let addedMb = 0;
  const timer = setInterval(() => (addedMb = Math.max(addedMb, residentMb(pid) - before)), 50);
  try {
    await act();
  } finally {
    clearInterval(timer);
    worker.postMessage("stop");
  }
  const [{ worstMs, asked }] = await once(worker, "message");
  return { worstMs, asked, addedMb };
}
