import { unlessAborted } from "../async/unless-aborted.ts";
import type { McpConnection } from "./connect-server.ts";
import { McpError } from "./mcp-error.ts";

/*
 * The connections to one server. A connection serves one call at a time (connect.ts, 1), and one person for
 * as long as it lives: whatever the server keeps of a session is never seen by another one.
 */

export interface Connections {
  /**
   * Does `work` over a connection of that person's, a new one where none is free; waits where there are
   * `max`. `undefined`: for nobody, which any connection will do for; it waits for no call, but has one
   * beyond `max` where none is free.
   */
  use<T>(userId: string | undefined, signal: AbortSignal, work: Work<T>): Promise<T>;
  close(): Promise<void>;
}

type Work<T> = (connection: McpConnection) => Promise<T>;

export interface ConnectionsOptions {
  connect(): Promise<McpConnection>;
  max: number;
  /** A connection that served nobody for so long is closed, ms. */
  idleMs: number;
}

interface FreeConnection {
  connection: McpConnection;
  userId: string | undefined;
  timer: NodeJS.Timeout;
}

export function createConnections({ connect, max, idleMs }: ConnectionsOptions): Connections {
  const closing = new AbortController();
  /** The one that was used last comes last. */
  let free: readonly FreeConnection[] = [];
  let busy: readonly McpConnection[] = [];
  let opening = 0;
  let waiting: readonly (() => void)[] = [];

  function take(userId: string | undefined): FreeConnection | undefined {
    free = free.filter(({ connection }) => !connection.isClosed);
    const isOwn = (each: FreeConnection) =>
      userId === undefined || each.userId === undefined || each.userId === userId;
    const found = free.findLast((each) => each.userId === userId) ?? free.findLast(isOwn);
    if (found) remove(found);
    return found;
  }

  function remove(taken: FreeConnection): void {
    clearTimeout(taken.timer);
    free = free.filter((each) => each !== taken);
  }

  function closeFree(each: FreeConnection): void {
    remove(each);
    void each.connection.close();
  }

  /** Somebody else's that is free makes room. */
  async function acquire(
    userId: string | undefined,
    signal: AbortSignal,
  ): Promise<FreeConnection | McpConnection> {
    for (;;) {
      const kept = take(userId);
      if (kept) return kept;
      const [oldest] = free;
      const isFull = free.length + busy.length + opening >= max;
      if (!isFull || userId === undefined) return open(signal);
      if (oldest) closeFree(oldest);
      else await turn(signal);
    }
  }

  /** One that nobody waits for any more when it is there is kept for the next. */
  async function open(signal: AbortSignal): Promise<McpConnection> {
    opening += 1;
    const connecting = connect().finally(() => {
      opening -= 1;
    });
    // Its place is free.
    connecting.catch(() => wakeNext());
    const connection = await unlessAborted(connecting, AbortSignal.any([signal, closing.signal]));
    if (connection) return connection;
    connecting.then(
      (late) => giveBack(late, undefined),
      () => undefined,
    );
    signal.throwIfAborted();
    throw closing.signal.reason;
  }

  async function turn(signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    waiting = [...waiting, resolve];
    await unlessAborted(promise, AbortSignal.any([signal, closing.signal]));
    const isWoken = !waiting.includes(resolve);
    waiting = waiting.filter((each) => each !== resolve);
    // Whoever leaves when it is its turn passes the turn on.
    if (isWoken && signal.aborted) wakeNext();
    signal.throwIfAborted();
    closing.signal.throwIfAborted();
  }

  function wakeNext(): void {
    const [next] = waiting;
    waiting = waiting.slice(1);
    next?.();
  }

  function giveBack(connection: McpConnection, userId: string | undefined): void {
    busy = busy.filter((each) => each !== connection);
    wakeNext();
    if (connection.isClosed || closing.signal.aborted) return void connection.close();
    const timer = setTimeout(() => closeFree(kept), idleMs);
    timer.unref();
    const kept = { connection, userId, timer };
    free = [...free, kept];
  }

  return {
    async use(userId, signal, work) {
      closing.signal.throwIfAborted();
      const taken = await acquire(userId, signal);
      const kept = "connection" in taken ? taken : undefined;
      const connection = "connection" in taken ? taken.connection : taken;
      busy = [...busy, connection];
      try {
        return await work(connection);
      } catch (error) {
        // A session that the server has forgotten: it has not read what it was sent.
        if (!kept || !isSessionGone(error)) throw error;
        await connection.close();
      } finally {
        giveBack(connection, userId ?? kept?.userId);
      }
      return this.use(userId, signal, work);
    },
    async close() {
      closing.abort(new McpError("ended", "this server is ending"));
      const all = [...free.map(({ connection }) => connection), ...busy];
      for (const each of free) remove(each);
      await Promise.all(all.map((each) => each.close()));
    },
  };
}

const isSessionGone = (error: unknown): boolean => error instanceof McpError && error.status === 404;
