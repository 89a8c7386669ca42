import { parentPort } from "node:worker_threads";
import { yieldToOthers } from "../workers/yield-to-others.ts";
import { loadEngine } from "./load-engine.ts";
import { openRealm, type Realm } from "./realm.ts";
import type { FromSandbox, ToSandbox } from "./sandbox-message.ts";

yieldToOthers(process.platform);
// While the worker waits for its sandbox.
await loadEngine();

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
