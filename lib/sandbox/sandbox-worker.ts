import { parentPort, workerData } from "node:worker_threads";
import { loadEngine } from "./load-engine.ts";
import { openRealm, type Realm } from "./realm.ts";
import type { FromSandbox, FromSandboxWorker, SandboxWorkerData, ToSandbox } from "./sandbox-message.ts";

// While the worker waits for its sandbox.
await loadBefore(workerData);

async function loadBefore({ engine }: SandboxWorkerData): Promise<void> {
  const loaded = await loadEngine(engine);
  if (!engine) parentPort?.postMessage({ type: "compiled", engine: loaded } satisfies FromSandboxWorker);
}

/** The thread of one sandbox: what it is sent, in its order. */
let realm: Promise<Realm> | undefined;

parentPort?.on("message", (message: ToSandbox) => void take(message));

async function take(message: ToSandbox): Promise<void> {
  if (message.type === "open") {
    const { limits, tools, seed } = message;
    realm = openRealm({ limits, tools, seed, send: sendOut });
    return;
  }
  const opened = await realm;
  if (!opened) return;
  switch (message.type) {
    case "run":
      sendOut({ type: "ended", result: await opened.run(message.code, message.now) });
      break;
    case "settle":
      opened.settle(message.id, "json" in message, "json" in message ? message.json : message.error);
      break;
    default:
      message satisfies never;
  }
}

function sendOut(message: FromSandbox): void {
  parentPort?.postMessage(message);
}
