import { createClient } from "redis";
import type { KvConnection } from "./kv.ts";

export interface RedisOptions {
  /** redis:// or rediss://, with user and password where it has them. */
  url: string;
  /** A command that is not answered by then is given up, ms. */
  limitMs?: number;
  /** How long a command waits for a line that is being made, ms. */
  waitMs?: number;
}

interface Line {
  client: ReturnType<typeof clientOf>;
  /** Resolves once there is a connection. */
  ready(): Promise<void>;
  /** Ends it at once, also while it is being made: the client alone would then stay connected. */
  end(): void;
}

/**
 * Two connections a process at most: one for all commands, one for all bells, made when first needed and made again
 * whenever they break.
 */
export function connectRedis({ url, limitMs = 5000, waitMs = 1500 }: RedisOptions): KvConnection {
  let commands: Line | undefined;
  let bells: Line | undefined;
  let closed = false;

  async function send(command: readonly string[]): Promise<unknown> {
    if (closed) throw new Error("the connection is closed");
    const line = (commands ??= open(url));
    const { client } = line;
    if (!client.isReady) await within(waitMs, line.ready(), () => new Error("no connection to Redis"));
    return within(limitMs, client.sendCommand([...command]), () => {
      // A line that swallows commands is not waited for: the next command gets a new one.
      if (commands === line) commands = undefined;
      line.end();
      return new Error(`no answer within ${limitMs} ms`);
    });
  }

  function subscribe(channel: string, ring: () => void): () => void {
    const { client } = (bells ??= open(url));
    const ended = new AbortController();
    const heard = () => {
      if (!ended.signal.aborted) ring();
    };
    // After a broken line messages may have been missed.
    client.on("ready", heard);
    void keepTrying(async () => client.subscribe(channel, heard), ended.signal).then(heard);
    return () => {
      ended.abort();
      client.off("ready", heard);
      client.unsubscribe(channel, heard).catch(() => undefined);
    };
  }

  return {
    send,
    subscribe,
    async close() {
      closed = true;
      commands?.end();
      bells?.end();
    },
  };
}

function open(url: string): Line {
  const client = clientOf(url);
  let waiting: PromiseWithResolvers<void> | undefined;
  let ended = false;
  client.on("ready", () => {
    if (ended) client.destroy();
    waiting?.resolve();
    waiting = undefined;
  });
  // Each command tells its caller; the line mends itself.
  client.on("error", () => undefined);
  client.setMaxListeners(0);
  client.connect().catch(() => undefined);
  return {
    client,
    ready: () => (waiting ??= Promise.withResolvers<void>()).promise,
    end() {
      ended = true;
      if (client.isOpen) client.destroy();
    },
  };
}

const clientOf = (url: string) =>
  createClient({
    url,
    RESP: 2,
    disableOfflineQueue: true,
    pingInterval: 10_000,
    socket: {
      connectTimeout: 4000,
      reconnectStrategy: (retries) => Math.min(50 * 2 ** retries, 1000),
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
