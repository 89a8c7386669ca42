import { VercelKV } from "@vercel/kv";
import { createNotifier } from "./core/notifier.ts";
import { createKvArchive } from "./kv/archive.ts";
import type { KvArchive } from "./kv/archive-context.ts";
import { createKvConversations } from "./kv/conversations.ts";
import { createKeys } from "./kv/keys.ts";
import type { KvContext } from "./kv/kv-context.ts";
import { createKvLimits } from "./kv/limits.ts";
import { restSubscription, type SubscribeChannel } from "./kv/rest-subscription.ts";
import { createRunLocators } from "./kv/run-locators.ts";
import { createScriptRunner } from "./kv/run-script.ts";
import { createKvRuns } from "./kv/runs.ts";
import { createKvSessions } from "./kv/sessions.ts";
import { translateRedisError } from "./kv/translate-redis-error.ts";
import { createWatchRun, type OnNotice } from "./kv/watch-run.ts";
import { createWriteThroughTail } from "./kv/write-through-tail.ts";
import type { Storage } from "./storage.ts";

/** A line to a Redis of one's own (redis.ts). */
export interface KvConnection {
  /** Sends one command; rejects within a time limit. */
  send(command: readonly string[]): Promise<unknown>;
  /**
   * Calls `onNotice` with each message of the channel, and once without whenever the subscription has begun,
   * until the result is called.
   */
  subscribe(channel: string, onNotice: OnNotice): () => void;
  close(): Promise<void>;
}

export interface KvRest {
  url: string;
  token: string;
  /** For one call, its repeats included, ms. */
  limitMs?: number;
  /**
   * Before the first repeat of a call whose answer did not come; each further one waits three times as long,
   * ms.
   */
  retryMs?: number;
}

export interface KvOptions {
  /** Over TCP, or over HTTP. */
  connection: KvConnection | KvRest;
  /** What all keys begin with. */
  prefix?: string;
  /** Store ms, instead of the server's own time: for tests. */
  now?: () => number;
  /** An epoch is at least the number of these since its run was created (docs/protocol.md 6.2), ms. */
  epochMs?: number;
  /** How often a run with subscribers is read besides, ms. */
  pollMs?: number;
}

/**
 * Opens the store that any number of processes share: `@vercel/kv` over HTTP (Vercel KV, Upstash) or over a
 * TCP connection. Nothing is sent before the first call. Scripts make each step one call, atomic and safe to
 * repeat.
 */
export function openKv(options: KvOptions): Storage {
  const { connection, epochMs = 1, pollMs = 3000 } = options;
  const { kv, keys, script } = connect(options);
  const context = { script, keys, locators: createRunLocators(script, keys), epochMs };
  const subscribe =
    "send" in connection
      ? connection.subscribe
      : restSubscription((channel, onNotice) => subscribeOverHttp(kv, channel, onNotice));
  const now = options.now ?? (() => performance.now());
  const { runs, notifier } = createNotifyingRuns(context, { subscribe, now, pollMs });
  return {
    name: "send" in connection ? "redis" : "kv",
    ...("send" in connection ? {} : { coalesceMs: restCoalesceMs }),
    runs,
    conversations: createKvConversations(context),
    sessions: createKvSessions(context),
    limits: createKvLimits(context),
    async ping() {
      await kv.ping().catch((error: unknown) => {
        throw translateRedisError(error);
      });
    },
    async close() {
      notifier.close();
      if ("send" in connection) await connection.close();
    },
  };
}

interface NotifyingOptions {
  subscribe: SubscribeChannel;
  now(): number;
  pollMs: number;
}

/** The runs, and who is notified of their changes here. */
function createNotifyingRuns(context: KvContext, { subscribe, now, pollMs }: NotifyingOptions) {
  const stored = createKvRuns(context, {
    subscribe: (runId, latch, only) => notifier.subscribe(runId, latch, only),
    notify: (runId, durability) => notifier.notify(runId, durability),
  });
  const { runs, acceptNotice } = createWriteThroughTail(stored, {
    now,
    onAppend: (runId) => notifier.changed(runId, "log"),
  });
  const watchRun = createWatchRun({
    subscribe: (runId, onNotice) =>
      subscribe(context.keys.channel(runId), (notice) => {
        if (acceptNotice(runId, notice)) onNotice(notice);
      }),
    async versionOf(runId) {
      const run = await runs.run(runId);
      const log = run ? `${run.head} ${run.epoch} ${run.status}` : "";
      return { log, isStopped: run?.stop !== undefined };
    },
    pollMs,
  });
  const notifier = createNotifier(watchRun);
  return { runs, notifier };
}

/**
 * Opens the records of such a store, for carrying them to or from it; `rebuild` makes its pointers and
 * indexes anew.
 */
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
  const kv = "send" in connection ? overConnection(connection) : overHttp(connection);
  const script = createScriptRunner(kv, { ...(now && { now }) });
  return { kv, keys: createKeys(prefix), script };
}

/** A request a batch is what a hosted KV charges and takes its time for. */
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

function overConnection(connection: KvConnection): VercelKV {
  const kv = new VercelKV({
    async request<T>({ body }: { body?: unknown }) {
      const command = Array.isArray(body) ? body.map(String) : [];
      // Cast: whoever asks for a type knows the command.
      return { result: (await connection.send(command)) as T };
    },
  });
  // The constructor takes options with an address only; without this it would turn "123" into a number.
  Reflect.set(kv, "opts", { automaticDeserialization: false });
  Reflect.set(kv, "enableAutoPipelining", false);
  return kv;
}
