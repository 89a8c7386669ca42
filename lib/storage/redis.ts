import { createClient } from "redis";
import { withTimeout } from "../async/with-timeout.ts";
import type { OnNotice } from "./kv/watch-run.ts";
import type { KvConnection } from "./kv.ts";

export interface RedisOptions {
  /** redis:// or rediss://, with user and password if it has them. */
  url: string;
  /** After which a command without a reply fails, ms. */
  limitMs?: number;
  /** How long a command waits for a connection, ms. */
  waitMs?: number;
  /** Whether a connection that cannot be made is tried again. */
  retries?: boolean;
}

/**
 * At most two connections a process, one for all commands and one for all subscriptions. Each is made when it
 * is first needed, and again whenever it breaks.
 */
export function connectRedis({
  url,
  limitMs = 5000,
  waitMs = 1500,
  retries = true,
}: RedisOptions): KvConnection {
  let commands: RedisConnection | undefined;
  let subscriptions: RedisConnection | undefined;
  let isClosed = false;

  async function send(command: readonly string[]): Promise<unknown> {
    if (isClosed) throw new Error("the connection is closed");
    const connection = (commands ??= openConnection(url, retries));
    const { client } = connection;
    if (!client.isReady) await withTimeout(waitMs, connection.ready(), connection.failure);
    if (!client.isReady) throw connection.failure();
    return withTimeout(limitMs, client.sendCommand([...command]), () => {
      // A connection that swallows commands is given up: the next command gets a new one.
      if (commands === connection) commands = undefined;
      connection.end();
      return new Error(`no answer within ${limitMs} ms`);
    });
  }

  function subscribe(channel: string, onNotice: OnNotice): () => void {
    const { client } = (subscriptions ??= openConnection(url, true));
    const ended = new AbortController();
    const onMessage = (notice?: string) => {
      if (!ended.signal.aborted) onNotice(notice);
    };
    const onBegun = () => onMessage();
    // Messages may have been missed while there was no connection.
    client.on("ready", onBegun);
    void retryUntilDone(async () => client.subscribe(channel, onMessage), ended.signal).then(onBegun);
    return () => {
      ended.abort();
      client.off("ready", onBegun);
      client.unsubscribe(channel, onMessage).catch(() => undefined);
    };
  }

  return {
    send,
    subscribe,
    async close() {
      isClosed = true;
      commands?.end();
      subscriptions?.end();
    },
  };
}

interface RedisConnection {
  client: ReturnType<typeof createRedisClient>;
  /** Resolves once it is connected, or has failed without a further try. */
  ready(): Promise<void>;
  /** Why it is not connected. */
  failure(): Error;
  /** Ends it at once, also while it connects: the client alone would connect all the same. */
  end(): void;
}

function openConnection(url: string, retries: boolean): RedisConnection {
  const client = createRedisClient(url, retries);
  let pending: PromiseWithResolvers<void> | undefined;
  let isEnded = false;
  let cause: Error | undefined;
  client.on("ready", () => {
    if (isEnded) client.destroy();
    pending?.resolve();
    pending = undefined;
  });
  // Each command rejects by itself, and the client reconnects by itself.
  client.on("error", (error: Error) => {
    cause = error;
  });
  client.setMaxListeners(0);
  client.connect().catch((error: Error) => {
    cause = error;
    pending?.resolve();
  });
  return {
    client,
    ready: () => (pending ??= Promise.withResolvers<void>()).promise,
    failure: () => new Error(`no connection: ${cause?.message ?? "none was made in time"}`, { cause }),
    end() {
      isEnded = true;
      if (client.isOpen) client.destroy();
    },
  };
}

const createRedisClient = (url: string, retries: boolean) =>
  createClient({
    url,
    RESP: 2,
    disableOfflineQueue: true,
    pingInterval: 10_000,
    // `limitMs` takes its place: a signal for each command would cost a good part of the command.
    commandOptions: { timeout: 0 },
    socket: {
      connectTimeout: 4000,
      reconnectStrategy: (count) => retries && Math.min(50 * 2 ** count, 1000),
    },
  });

async function retryUntilDone(attempt: () => Promise<void>, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      return await attempt();
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 200).unref());
    }
  }
}
