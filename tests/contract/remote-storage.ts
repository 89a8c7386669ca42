import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { RunStore } from "#lib/storage/run-store.ts";
import type { Storage } from "#lib/storage/storage.ts";
import { StorageError } from "#lib/storage/storage-error.ts";

export interface Request {
  id: number;
  store: number;
  part: "storage" | "runs" | "conversations" | "sessions" | "limits" | "notes";
  method: string;
  args: unknown[];
  now: number;
}

export interface Reply {
  id: number;
  value?: unknown;
  error?: { name: string; message: string; code?: StorageError["code"] };
  notified?: boolean;
}

export interface StoreProcess {
  pid: number;
  /** Opens the store in `dir` over there; the result does there whatever it is told here. */
  open(dir: string, now: () => number): Promise<Storage>;
  end(): Promise<void>;
}

interface Pending {
  resolve(value: unknown): void;
  reject(error: unknown): void;
  onNotified: (() => void) | undefined;
}

/** Starts another process that shares stores with this one. */
export function startStoreProcess(): StoreProcess {
  const script = fileURLToPath(new URL("./store-process.ts", import.meta.url));
  const child = fork(script, { serialization: "advanced", execArgv: [] });
  const pending = new Map<number, Pending>();
  let count = 0;

  child.on("message", (message) => {
    const { id, value, error, notified } = message as Reply; // Cast: store-process.ts sends nothing else.
    const waiting = pending.get(id);
    if (notified) return waiting?.onNotified?.();
    pending.delete(id);
    if (error) waiting?.reject(error.code ? new StorageError(error.code, error.message) : named(error));
    else waiting?.resolve(value);
  });

  function send(request: Omit<Request, "id">, onNotified?: () => void, id = (count += 1)) {
    const answer = new Promise<unknown>((resolve, reject) =>
      pending.set(id, { resolve, reject, onNotified }),
    );
    child.send({ ...request, id });
    return { id, answer };
  }

  async function open(dir: string, now: () => number): Promise<Storage> {
    const store = (count += 1);
    const request = (part: Request["part"], method: string, args: unknown[]) => ({
      store,
      part,
      method,
      args,
      now: now(),
    });
    const call = (part: Request["part"], method: string, args: unknown[]) =>
      send(request(part, method, args)).answer;
    const subscribe: RunStore["subscribe"] = (runId, latch, only) => {
      let isOpen = true;
      const { id, answer } = send(request("runs", "subscribe", [runId, only]), () => {
        if (isOpen) latch.set();
      });
      // The store over there was closed, if it is not for `unsubscribe`.
      void answer.then(() => isOpen && latch.close());
      const unsubscribe = () => {
        isOpen = false;
        child.send({ ...request("runs", "unsubscribe", []), id });
      };
      return { durability: undefined, unsubscribe };
    };
    await call("storage", "open", [dir]);
    return {
      name: "remote",
      runs: part<Storage["runs"]>((method, args) => call("runs", method, args), { subscribe }),
      conversations: part<Storage["conversations"]>(
        (method, args) => call("conversations", method, args),
        {},
      ),
      sessions: part<Storage["sessions"]>((method, args) => call("sessions", method, args), {}),
      limits: part<Storage["limits"]>((method, args) => call("limits", method, args), {}),
      notes: part<Storage["notes"]>((method, args) => call("notes", method, args), {}),
      ping: async () => void (await call("storage", "ping", [])),
      close: async () => void (await call("storage", "close", [])),
    };
  }

  async function end(): Promise<void> {
    if (!child.connected) return;
    child.disconnect();
    await once(child, "exit");
  }

  return { pid: child.pid ?? 0, open, end };
}

/** An object whose every method, those of `own` apart, is `call`. */
function part<T extends object>(
  call: (method: string, args: unknown[]) => Promise<unknown>,
  own: Partial<T>,
): T {
  const get = (_: object, method: string) =>
    Reflect.get(own, method) ?? ((...args: unknown[]) => call(method, args));
  return new Proxy({}, { get }) as T; // Cast: the methods are at the other end.
}

function named({ name, message }: { name: string; message: string }): Error {
  const error = name === "TypeError" ? new TypeError(message) : new Error(message);
  error.name = name;
  return error;
}
