import assert from "node:assert/strict";
import { test } from "node:test";
import type { McpConnection } from "#lib/mcp/connect-server.ts";
import { createConnections } from "#lib/mcp/connections.ts";
import { McpError } from "#lib/mcp/mcp-error.ts";

const never = new AbortController().signal;

/** Connections that are numbered in the order in which they were opened. */
function scene(max: number) {
  const numbers = new Map<McpConnection, number>();
  const closed: number[] = [];
  const connections = createConnections({
    max,
    idleMs: 60_000,
    connect() {
      let isClosed = false;
      const number = numbers.size + 1;
      const connection: McpConnection = {
        list: () => Promise.resolve({ definitions: [], unfit: 0 }),
        call: () => Promise.resolve({ content: [] }),
        close() {
          if (!isClosed) closed.push(number);
          isClosed = true;
          return Promise.resolve();
        },
        get isClosed() {
          return isClosed;
        },
      };
      numbers.set(connection, number);
      return Promise.resolve(connection);
    },
  });
  const held = (userId: string | undefined, signal = never) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<number>();
    const used = connections.use(userId, signal, async (connection) => {
      begun.resolve(numbers.get(connection) ?? 0);
      await promise;
      return numbers.get(connection) ?? 0;
    });
    used.catch((error: unknown) => begun.reject(error));
    begun.promise.catch(() => undefined);
    return { begun: begun.promise, used, end: resolve };
  };
  const used = (userId: string | undefined) => {
    const { used: result, end } = held(userId);
    end();
    return result;
  };
  return { connections, held, used, closed, numbers };
}

test("a person's calls one after another share a connection, and no two people do", async () => {
  const { used } = scene(8);
  assert.deepEqual([await used("a"), await used("a"), await used("b"), await used("a")], [1, 1, 2, 1]);
});

test("one that has served nobody serves whoever comes, and what is for nobody takes any", async () => {
  const { used } = scene(8);
  assert.deepEqual(
    [await used(undefined), await used("a"), await used(undefined), await used("b")],
    [1, 1, 1, 2],
  );
});

test("calls at once have one each; somebody else's free one makes room, and where there is none they wait", async () => {
  const { held, used, closed } = scene(2);
  const first = held("a");
  const second = held("a");
  assert.deepEqual([await first.begun, await second.begun], [1, 2]);
  second.end();
  await second.used;
  const third = held("b");
  assert.equal(await third.begun, 3);
  assert.deepEqual(closed, [2]);
  const fourth = held("a");
  first.end();
  assert.equal(await fourth.begun, 1);
  fourth.end();
  third.end();
  assert.equal(await used("b"), 3);
});

test("whoever waits is released by the signal, and by the end", async () => {
  const { connections, held } = scene(1);
  const first = held("a");
  await first.begun;
  const stop = new AbortController();
  const waiting = held("b", stop.signal);
  stop.abort("stop");
  await assert.rejects(waiting.used, (reason) => reason === "stop");
  const last = held("b");
  await connections.close();
  await assert.rejects(last.used, /this server is ending/);
  first.end();
  await first.used;
});

test("one that is closed, or whose session was forgotten, is not used again", async () => {
  const { connections, used, numbers } = scene(8);
  await used("a");
  for (const connection of numbers.keys()) await connection.close();
  assert.equal(await used("a"), 2);
  let calls = 0;
  const forgotten = new McpError("refused", "no such session", { status: 404 });
  const result = await connections.use("a", never, (connection) => {
    calls += 1;
    return calls === 1 ? Promise.reject(forgotten) : Promise.resolve(numbers.get(connection));
  });
  assert.deepEqual([result, calls], [3, 2]);
  await assert.rejects(
    connections.use("c", never, () => Promise.reject(forgotten)),
    /no such session/,
    "a new one that says so is not opened again",
  );
});

test("all who wait are told when a server that was there is gone", async () => {
  const opened: PromiseWithResolvers<McpConnection>[] = [];
  const connections = createConnections({
    max: 1,
    idleMs: 60_000,
    connect() {
      const opening = Promise.withResolvers<McpConnection>();
      opened.push(opening);
      // The others fail at once.
      if (opened.length > 1) opening.reject(new McpError("unreachable", "gone"));
      return opening.promise;
    },
  });
  const waiting = ["a", "b", "c", "d"].map((userId) =>
    connections.use(userId, never, () => Promise.resolve()),
  );
  opened[0]?.reject(new McpError("unreachable", "gone"));
  const ends = await Promise.allSettled(waiting);
  assert.deepEqual(
    ends.map(({ status }) => status),
    ["rejected", "rejected", "rejected", "rejected"],
  );
});

test("what is for nobody waits for no call", async () => {
  const { held, used } = scene(1);
  const call = held("a");
  await call.begun;
  assert.equal(await used(undefined), 2);
  call.end();
  await call.used;
});

test("whoever is released when it is their turn passes the turn on", async () => {
  const { held } = scene(1);
  const first = held("a");
  await first.begun;
  const stop = new AbortController();
  const leaving = held("b", stop.signal);
  const last = held("c");
  first.end();
  await first.used;
  stop.abort("stop");
  await leaving.used.catch(() => undefined);
  leaving.end();
  last.end();
  assert.equal(typeof (await last.used), "number");
});
