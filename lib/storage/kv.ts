import { randomUUID } from "node:crypto";
import { VercelKV } from "@vercel/kv";
import { createUndoClock } from "./core/undo-clock.ts";
import { createKvArchive } from "./kv/archive.ts";
import type { KvArchive } from "./kv/archive-context.ts";
import { createKvConversations } from "./kv/conversations.ts";
import { createKeys } from "./kv/keys.ts";
import { createKvLimits } from "./kv/limits.ts";
import { createKvNotes } from "./kv/notes.ts";
import { createNotifyingRuns } from "./kv/notifying-runs.ts";
import { restSubscription } from "./kv/rest-subscription.ts";
import { createRunLocators } from "./kv/run-locators.ts";
import { createScriptRunner, type RunScript } from "./kv/script-runner.ts";
import { createKvSessions } from "./kv/sessions.ts";
import { createStoreWitness } from "./kv/store-witness.ts";
import { translateRedisError } from "./kv/translate-redis-error.ts";
import type { OnNotice } from "./kv/watch-run.ts";
import type { Storage } from "./storage.ts";
import { StorageError } from "./storage-error.ts";

/** A TCP connection to an operator's own Redis (redis.ts). */
export interface KvConnection {
  /** Sends one command; rejects within a time limit. */
  send(command: readonly string[]): Promise<unknown>;
  /**
   * Calls `onNotice` with each message of the channel, and once without one whenever the subscription has
   * begun. The returned function ends it.
   */
  subscribe(channel: string, onNotice: OnNotice): () => void;
  close(): Promise<void>;
}

/** A hosted KV's REST interface. */
export interface KvRest {
  url: string;
  token: string;
  /** For one call with all its retries, ms. */
  limitMs?: number;
  /** Before the first retry of a call without a reply, ms; three times as long before each further one. */
  retryMs?: number;
}

export interface KvOptions {
  connection: KvConnection | KvRest;
  /** What all keys begin with. */
  prefix?: string;
  /** Store ms instead of the server's own time, for tests. */
  now?: () => number;
  /** Ms that no one sets. */
  steady?: () => number;
  /** Store ms for each of which an epoch grows by 1 at least (docs/protocol.md 6.2). */
  epochMs?: number;
  /** How often a run with subscribers is read although no notice came, ms. */
  pollMs?: number;
}

/**
 * Opens the store that any number of processes share: `@vercel/kv` over REST (Vercel KV, Upstash) or over a
 * TCP connection. Nothing is sent before the first call. Each step is one script: one call, atomic, and safe
 * to repeat.
 */
export function openKv(options: KvOptions): Storage {
  const { connection, epochMs = 1, pollMs = 3000 } = options;
  const { kv, keys, ...connected } = connect(options);
  let refusesWrites = false;
  const script: RunScript = (...call) =>
    connected.script(...call).catch((error: unknown) => {
      refusesWrites ||= refusesWrite(error);
      throw error;
    });
  const steady = options.steady ?? options.now ?? (() => performance.now());
  const undoClock = createUndoClock(steady, sharedUndoToleranceMs);
  const context = { script, keys, locators: createRunLocators(script, keys), undoClock, epochMs };
  const witness = createStoreWitness(kv, keys.witness, randomUUID);
  const isTcp = "send" in connection;
  const { runs, notifier } = createNotifyingRuns(context, {
    subscribe: isTcp
      ? connection.subscribe
      : restSubscription((channel, onNotice) => subscribeOverHttp(kv, channel, onNotice)),
    now: options.now ?? (() => performance.now()),
    pollMs,
  });
  return {
    name: isTcp ? "redis" : "kv",
    ...(!isTcp && { coalesceMs: restCoalesceMs }),
    runs,
    conversations: createKvConversations(context),
    sessions: createKvSessions(context),
    limits: createKvLimits(context),
    notes: createKvNotes(context),
    async ping() {
      await kv.ping().catch((error: unknown) => {
        throw translateRedisError(error);
      });
    },
    async tryWrite() {
      try {
        await witness.check();
        if (refusesWrites) await kv.set(keys.probe, "", { px: 1000 });
        refusesWrites = false;
      } catch (error) {
        throw translateRedisError(error);
      }
    },
    async close() {
      notifier.close();
      if (isTcp) await connection.close();
    },
  };
}

/** Opens the records of such a store, for copies and for rebuilding its indexes. */
export function openKvArchive(options: Pick<KvOptions, "connection" | "prefix" | "now">): KvArchive {
  const { kv, keys, script } = connect(options);
  const { connection } = options;
  const scan = async (pattern: string, cursor: string) => {
    const [next, found] = await kv
      .scan(cursor, { match: pattern, count: 1000 })
      .catch((error: unknown) => Promise.reject(translateRedisError(error)));
    return { next: String(next), found: found.map(String) };
  };
  return createKvArchive({
    script,
    keys,
    scan,
    close: async () => ("send" in connection ? connection.close() : undefined),
  });
}

function connect({ connection, prefix = "rivulet", now }: Pick<KvOptions, "connection" | "prefix" | "now">) {
  const kv = "send" in connection ? overTcp(connection) : overHttp(connection);
  const script = createScriptRunner(kv, { ...(now && { now }) });
  return { kv, keys: createKeys(prefix), script };
}

const refusesWrite = (error: unknown): boolean =>
  error instanceof StorageError && (error.code === "full" || error.code === "read-only");

/** The store's clock is read as long after this process's as a call may take. */
const sharedUndoToleranceMs = 1000;

/** Hosted KVs charge by the request, and each takes its time. */
const restCoalesceMs = 100;

function overHttp({ url, token, limitMs = 5000, retryMs = 50 }: KvRest): VercelKV {
  return new VercelKV({
    url,
    token,
    automaticDeserialization: false,
    enableAutoPipelining: false,
    enableTelemetry: false,
    cache: "no-store",
    retry: { retries: 4, backoff: (count) => retryMs * 3 ** count },
    signal: () => AbortSignal.timeout(limitMs),
  });
}

function subscribeOverHttp(kv: VercelKV, channel: string, onNotice: OnNotice): () => void {
  const subscription = kv.subscribe<string>(channel);
  subscription.on("message", ({ message }) => onNotice(message));
  subscription.on("subscribe", () => onNotice());
  // Nothing is lost: the poll goes on, and the next renewal tries again.
  subscription.on("error", () => {});
  return () => void subscription.unsubscribe();
}

function overTcp(connection: KvConnection): VercelKV {
  const kv = new VercelKV({
    async request<T>({ body }: { body?: unknown }) {
      const command = Array.isArray(body) ? body.map(String) : [];
      // Cast: the caller names the type of its command's reply.
      return { result: (await connection.send(command)) as T };
    },
  });
  // The constructor takes options only together with an address; without this one "123" would become a
  // number.
  Reflect.set(kv, "opts", { automaticDeserialization: false });
  Reflect.set(kv, "enableAutoPipelining", false);
  return kv;
}
