import assert from "node:assert/strict";
import { test } from "node:test";
import type { McpCall, McpDefinition, McpListing, McpResult } from "#lib/mcp/connect-server.ts";
import { McpError } from "#lib/mcp/mcp-error.ts";
import { createMcpServer } from "#lib/mcp/mcp-server.ts";
import { createMcpTool } from "#lib/mcp/mcp-tool.ts";

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
const never = new AbortController().signal;

const definition = (description: string): McpDefinition => ({
  name: "echo",
  description,
  inputSchema: { type: "object" },
});

/** A server whose readings of the list are answered by hand, and a clock that is put forward. */
function scene(told: Pick<McpListing, "isSilent"> = {}, result: McpResult = { content: [] }) {
  const readings: PromiseWithResolvers<McpListing>[] = [];
  const onChange: (() => void)[] = [];
  let at = 0;
  let isLost = false;
  const lines: string[] = [];
  const server = createMcpServer(
    {
      name: "s",
      reach: { type: "http", url: "http://h/mcp", headers: {} },
      effect: "network",
      effects: {},
      idleTimeoutMs: 1000,
    },
    {
      now: () => at,
      log: ({ message }) => lines.push(message),
      connect(_, { onListChanged }) {
        onChange.push(onListChanged);
        return Promise.resolve({
          list() {
            const reading = Promise.withResolvers<McpListing>();
            readings.push(reading);
            return reading.promise;
          },
          call: () => Promise.resolve(result),
          close: () => Promise.resolve(),
          get isClosed() {
            return isLost;
          },
        });
      },
    },
  );
  const answer = async (number: number, description: string) => {
    while (readings.length <= number) await turn();
    readings[number]?.resolve({ definitions: [definition(description)], unfit: 0, ...told });
  };
  const fail = async (number: number) => {
    while (readings.length <= number) await turn();
    readings[number]?.reject(new TypeError("fetch failed"));
  };
  const listed = async () => {
    const listing = server.list();
    await answer(readings.length, "old");
    await listing;
  };
  const putForward = (ms: number) => {
    at += ms;
  };
  const change = () => {
    for (const each of onChange) each();
  };
  /** Its connections end. */
  const lose = () => {
    isLost = true;
  };
  return { server, readings, answer, fail, listed, putForward, change, lose, lines };
}

test("a call waits for what its tool is now, however long the server takes to say", async (t) => {
  const { server, answer, listed, change } = scene();
  await listed();
  change();
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const current = server.current("s__echo", never);
  await turn();
  t.mock.timers.tick(20_000);
  await answer(1, "new");
  assert.equal((await current).definition.description, "new");
});

test("a change that is told of while the list is read is read too", async () => {
  const { server, answer, listed, readings, putForward, change } = scene();
  await listed();
  putForward(11_000);
  const current = server.current("s__echo", never);
  while (readings.length < 2) await turn();
  change();
  await answer(1, "old");
  await answer(2, "new");
  assert.equal((await current).definition.description, "new");
});

test("a server that tells of no change is asked before each call is decided about, and not again when it is made", async () => {
  const { server, readings, answer, listed, putForward } = scene({ isSilent: true });
  await listed();
  putForward(1);
  const planned = [server.current("s__echo", never, true), server.current("s__echo", never, true)];
  await answer(1, "new");
  for (const each of planned) assert.equal((await each).definition.description, "new");
  assert.equal((await server.current("s__echo", never)).definition.description, "new");
  assert.equal(readings.length, 2);
});

test("so is one whose connection is gone, over which it would tell", async () => {
  const { server, readings, answer, listed, putForward, lose } = scene();
  await listed();
  putForward(1);
  await server.current("s__echo", never, true);
  assert.equal(readings.length, 1);
  lose();
  const planned = server.current("s__echo", never, true);
  await answer(1, "new");
  assert.equal((await planned).definition.description, "new");
});

test("a call whose tool cannot be had as it is now fails, and a stop ends its wait", async () => {
  const { server, fail, listed, putForward, answer } = scene();
  await listed();
  putForward(11_000);
  const stop = new AbortController();
  const stopped = server.current("s__echo", stop.signal);
  stop.abort("stop");
  await assert.rejects(stopped, (reason) => reason === "stop");
  const failing = server.current("s__echo", never);
  await fail(1);
  await assert.rejects(failing, /s cannot be reached now/);
  putForward(6000);
  const other = server.current("s__other", never);
  await answer(2, "old");
  await assert.rejects(other, /s does not offer s__other any more/);
});

test("a reading that hangs ends, and the next one begins anew", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { server, readings, answer, putForward } = scene();
  const hanging = server.current("s__echo", never);
  hanging.catch(() => undefined);
  while (readings.length < 1) await turn();
  t.mock.timers.tick(45_000);
  await assert.rejects(hanging, /s did not answer in time/);
  putForward(6000);
  const next = server.current("s__echo", never);
  await answer(1, "there");
  assert.equal((await next).definition.description, "there");
});

test("what the server was given is in nothing that it says: lines, refusals, failures, outputs, progress, questions", async () => {
  const secret = "s3cret-value";
  const lines: string[] = [];
  const shown: unknown[] = [];
  const text = (spoken: string): McpResult => ({ content: [{ type: "text", text: spoken }] });
  const calls: ((context: McpCall["context"]) => Promise<McpResult>)[] = [
    () => Promise.reject(new McpError("refused", `s refused: no key ${secret}`)),
    () => Promise.resolve({ ...text(`it is ${secret}`), isError: true }),
    async ({ progress, ask }) => {
      progress(1, 2, `with ${secret}`);
      await ask({ message: `Is it ${secret}?`, schema: { type: "object", title: secret } });
      return { ...text(secret), structuredContent: { env: [secret] } };
    },
  ];
  const server = createMcpServer(
    {
      name: "s",
      reach: { type: "stdio", command: "c", args: [], env: { KEY: secret } },
      effect: "network",
      effects: {},
      idleTimeoutMs: 1000,
    },
    {
      now: () => 0,
      log: ({ message }) => lines.push(message),
      connect(_, { onLine }) {
        onLine(`starting with ${secret}`);
        return Promise.resolve({
          list: () => Promise.reject(new McpError("refused", `s refused: ${secret}`)),
          call: ({ context }) => calls.shift()?.(context) ?? assert.fail(),
          close: () => Promise.resolve(),
          isClosed: false,
        });
      },
    },
  );
  await server.list();
  await assert.rejects(server.current("s__echo", never), (error) => shown.push(String(error)) > 0);
  const context = {
    ...{ signal: never, toolCallId: "c", userId: "u", conversationId: "v" },
    progress: (...progress: unknown[]) => void shown.push(progress),
    cite: async () => 1,
    ask(question: unknown) {
      shown.push(question);
      return Promise.resolve({ type: "cancel" as const });
    },
  };
  for (const count of [1, 2, 3])
    shown.push(
      await server
        .call({ definition: definition("d"), input: { count }, context })
        .catch((error: unknown) => String(error)),
    );
  const all = JSON.stringify([lines, shown]);
  assert.doesNotMatch(all, /s3cret/);
  assert.equal(all.match(/\[hidden\]/g)?.length, 10, all);
});

test("runs that begin wait once for a server that hangs, and not at all for one that has failed", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { server, readings, fail, answer, putForward } = scene();
  const first = server.list();
  while (readings.length < 1) await turn();
  t.mock.timers.tick(5000);
  putForward(5000);
  assert.deepEqual(await first, []);
  assert.deepEqual(await server.list(), [], "the second one waits no more");
  await fail(0);
  while (server.state().state !== "away") await turn();
  putForward(6000);
  assert.deepEqual(await server.list(), [], "it is read in the background");
  await answer(1, "there");
  while (server.state().state !== "ready") await turn();
  assert.equal((await server.list()).length, 1);
});

test("a run that was begun elsewhere waits for the first list, however long it takes, and for a moment for a server that is away", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { server, readings, fail, answer, putForward } = scene();
  const slow = server.list(true);
  while (readings.length < 1) await turn();
  t.mock.timers.tick(20_000);
  putForward(20_000);
  assert.deepEqual(await server.list(), [], "one that begins waits no more");
  await fail(0);
  assert.deepEqual(await slow, []);
  const hanging = server.list(true);
  while (readings.length < 2) await turn();
  t.mock.timers.tick(5000);
  assert.deepEqual(await hanging, []);
  const there = server.list(true);
  await answer(1, "there");
  assert.equal((await there).length, 1);
});

/** Programs that end in a call, this process being told to end `afterMs` later, or at all. */
const endings: [what: string, given: { type?: "http"; closes: boolean }, isAnswer: boolean][] = [
  ["a program that ends along with this process", { closes: true }, false],
  ["a program that ends by itself", { closes: false }, true],
  ["a server elsewhere that ends", { type: "http", closes: true }, true],
];

for (const [what, { type, closes }, isAnswer] of endings)
  test(`${what} in a call: ${isAnswer ? "the call fails" : "the call has no result, and is left to the next process"}`, async () => {
    const [closing, handOver] = [new AbortController(), new AbortController()];
    const server = createMcpServer(
      {
        name: "s",
        reach: type
          ? { type, url: "http://h/mcp", headers: {} }
          : { type: "stdio", command: "c", args: [], env: {} },
        ...{ effect: "read", effects: {}, idleTimeoutMs: 1000 },
      },
      {
        ...{ now: () => 0, log: () => undefined, closing: closing.signal },
        connect: () =>
          Promise.resolve({
            list: () => Promise.resolve({ definitions: [definition("d")], unfit: 0 }),
            call: () => Promise.reject(new McpError("ended", "s ended its connection before it answered")),
            close: () => Promise.resolve(),
            isClosed: false,
          }),
      },
    );
    const context = {
      ...{ signal: handOver.signal, toolCallId: "c", userId: "u", conversationId: "v" },
      ...{
        progress: () => undefined,
        cite: async () => 1,
        ask: () => Promise.resolve({ type: "cancel" as const }),
      },
    };
    let failure: unknown;
    const call = server
      .call({ definition: definition("d"), input: {}, context })
      .catch((error: unknown) => (failure = error));
    await turn();
    if (closes) closing.abort();
    if (isAnswer) {
      assert.match(String(await call), /s ended its connection/);
      return;
    }
    await turn();
    assert.equal(failure, undefined);
    handOver.abort("hand-over");
    assert.equal(await call, "hand-over");
  });

test("an output that nests too deep is a failure in words", async () => {
  const deep: unknown = JSON.parse(`${"[".repeat(100_000)}${"]".repeat(100_000)}`);
  const { server, listed } = scene({}, { content: [], structuredContent: { deep } });
  await listed();
  const listing = (await server.list())[0] ?? assert.fail();
  const context = { signal: never, toolCallId: "c", userId: "u", conversationId: "k" };
  const asking = {
    progress: () => undefined,
    cite: async () => 1,
    ask: () => Promise.reject(new Error("nobody is asked")),
  };
  const ran = createMcpTool(server, listing).run({}, { ...context, ...asking });
  await assert.rejects(Promise.resolve(ran), /s sent a value that nests too deep/);
});
