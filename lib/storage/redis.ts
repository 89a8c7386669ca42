import { createClient } from "redis";
import type { OnNotice } from "./kv/watch-run.ts";
import type { KvConnection } from "./kv.ts";

export interface RedisOptions {
  /** redis:// or rediss://, with user and password where it has them. */
  url: string;
  /** A command that is not answered by then is given up, ms. */
  limitMs?: number;
  /** How long a command waits for a line that is being made, ms. */
  waitMs?: number;
  /** Whether a line that cannot be made is tried again. */
  retries?: boolean;
}

interface RedisConnection {
  client: ReturnType<typeof clientOf>;
  /** Resolves once there is a connection. */
  ready(): Promise<void>;
  /** Why there is no connection. */
  failure(): Error;
  /** Ends it at once, also while it is being made: the client alone would then stay connected. */
  end(): void;
}

/**
 * Two connections a process at most: one for all commands, one for all subscriptions, made when first
 * needed and made again whenever they break.
 */
export function connectRedis({
  url,
  limitMs = 5000,
  waitMs = 1500,
  retries = true,
}: RedisOptions): KvConnection {
  let commands: RedisConnection | undefined;
  let subscriptions: RedisConnection | undefined;
  let closed = false;

  async function send(command: readonly string[]): Promise<unknown> {
    if (closed) throw new Error("the connection is closed");
    const line = (commands ??= open(url, retries));
    const { client } = line;
    if (!client.isReady) await within(waitMs, line.ready(), line.failure);
    if (!client.isReady) throw line.failure();
    return within(limitMs, client.sendCommand([...command]), () => {
      // A line that swallows commands is not waited for: the next command gets a new one.
      if (commands === line) commands = undefined;
      line.end();
      return new Error(`no answer within ${limitMs} ms`);
    });
  }

  function subscribe(channel: string, onNotice: OnNotice): () => void {
    const { client } = (subscriptions ??= open(url, true));
    const ended = new AbortController();
    const onMessage = (notice?: string) => {
      if (!ended.signal.aborted) onNotice(notice);
    };
    const onBegun = () => onMessage();
    // While there was no connection messages may have been missed.
    client.on("ready", onBegun);
    void keepTrying(async () => client.subscribe(channel, onMessage), ended.signal).then(onBegun);
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
      closed = true;
      commands?.end();
      subscriptions?.end();
    },
  };
}

function open(url: string, retries: boolean): RedisConnection {
  const client = clientOf(url, retries);
  let waiting: PromiseWithResolvers<void> | undefined;
  let ended = false;
  let cause: Error | undefined;
  client.on("ready", () => {
    if (ended) client.destroy();
    waiting?.resolve();
    waiting = undefined;
  });
  // Each command tells its caller; the line mends itself.
  client.on("error", (error: Error) => {
    cause = error;
  });
  client.setMaxListeners(0);
  client.connect().catch((error: Error) => {
    cause = error;
    waiting?.resolve();
  });
  return {
    client,
    ready: () => (waiting ??= Promise.withResolvers<void>()).promise,
    failure: () => new Error(`no connection: ${cause?.message ?? "none was made in time"}`, { cause }),
    end() {
      ended = true;
      if (client.isOpen) client.destroy();
    },
  };
}

const clientOf = (url: string, retries: boolean) =>
  createClient({
    url,
    RESP: 2,
    disableOfflineQueue: true,
    pingInterval: 10_000,
    // `limitMs` stands for it: a signal for each command would cost a good part of the command.
    commandOptions: { timeout: 0 },
    socket: {
      connectTimeout: 4000,
      reconnectStrategy: (count) => retries && Math.min(50 * 2 ** count, 1000),
    },
  });

async function within<T>(ms: number, promise: Promise<T>, late: () => Error): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(late()), ms);
  });
  return Promise.race([promise, limit]).finally(() => clearTimeout(timer));
}

async function keepTrying(work: () => Promise<void>, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      return await work();
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 200).unref());
    }
  }
}
