import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, type TestContext, test } from "node:test";
import type { McpServerConfig } from "#lib/mcp/mcp-server-config.ts";
import { createMcpServers, type McpServers } from "#lib/mcp/mcp-servers.ts";
import type { PersonQuestion } from "#lib/protocol/run-event.ts";
import type { PersonAnswer, Tool, ToolContext } from "#lib/tools/tool.ts";
import { listen } from "../../support/listen.ts";
import { type Era, startMcpServer } from "../../support/mcp-http-server.ts";
import { picture } from "../../support/mcp-tools.ts";
import { waitUntil } from "../../support/wait-until.ts";

const dir = mkdtempSync(join(tmpdir(), "rivulet-mcp-"));
after(() => rmSync(dir, { recursive: true, force: true }));

type Reach = McpServerConfig["reach"];

const http = (url: string, headers: Record<string, string> = {}): Reach => ({ type: "http", url, headers });

const program = (env: Record<string, string> = {}): Reach => ({
  type: "stdio",
  command: process.execPath,
  args: [join(import.meta.dirname, "../../support/mcp-stdio-server.ts")],
  env,
});

/** The servers as the product has them, a clock that can be put forward; closed when the test is over. */
function serversAt(t: TestContext, reach: Reach, rest: Partial<McpServerConfig> = {}) {
  const lines: string[] = [];
  let forwardMs = 0;
  const config: McpServerConfig = {
    name: "tested",
    reach,
    effect: "network",
    effects: {},
    idleTimeoutMs: 10_000,
    ...rest,
  };
  const servers = createMcpServers([config], {
    version: "0.0.0",
    now: () => performance.now() + forwardMs,
    log: ({ message }) => lines.push(message),
  });
  t.after(() => servers.close());
  const putForward = (ms: number) => {
    forwardMs += ms;
  };
  return { servers, lines, putForward };
}

interface TestCall extends ToolContext {
  asked: PersonQuestion[];
}

function newCall({
  answer = { type: "cancel" },
  signal = new AbortController().signal,
  userId = "u",
}: {
  answer?: PersonAnswer;
  signal?: AbortSignal;
  userId?: string;
} = {}): TestCall {
  const asked: PersonQuestion[] = [];
  return {
    signal,
    toolCallId: "c",
    userId,
    conversationId: "v",
    asked,
    progress: () => undefined,
    cite: async () => 1,
    ask(question) {
      asked.push(question);
      return Promise.resolve(answer);
    },
  };
}

/** A busy machine may take longer to start it than a run that begins waits. */
async function listedTools(servers: McpServers): Promise<readonly Tool[]> {
  await waitUntil("it is listed", async () => (await servers.states())[0]?.state === "ready", 20_000);
  return servers.tools();
}

function toolOf(tools: readonly Tool[], name: string): Tool {
  const tool = tools.find((each) => each.name === `tested__${name}`);
  assert.ok(tool, `${name} among ${tools.map((each) => each.name).join()}`);
  return tool;
}

/** As a run calls it. */
async function runTool(tools: readonly Tool[], name: string, input: unknown = {}, call = newCall()) {
  const tool = toolOf(tools, name);
  const parsed = tool.parse(input);
  assert.equal(parsed.type, "ok", JSON.stringify(parsed));
  return tool.run(parsed.type === "ok" ? parsed.input : undefined, call);
}

const kinds = ["legacy", "modern", "a program of 2025", "a program"] as const;

/** A server of each kind. */
async function reachOf(t: TestContext, kind: (typeof kinds)[number]): Promise<Reach> {
  if (kind === "a program") return program({ RIVULET_TEST_ERA: "modern" });
  if (kind === "a program of 2025") return program();
  const server = await startMcpServer(kind satisfies Era);
  t.after(() => server.close());
  return http(server.url);
}

describe("a server of each kind", { concurrency: true }, () => {
  for (const kind of kinds)
    test(`${kind}: its tools are offered, called, asked through, and never run as anything else than they were described`, async (t) => {
      const { servers } = serversAt(t, await reachOf(t, kind), { effects: { echo: "read" } });
      const tools = await listedTools(servers);
      const echo = toolOf(tools, "echo");
      assert.deepEqual(
        [echo.description, echo.effect, toolOf(tools, "add").effect],
        ["Says it again.", "read", "network"],
      );
      assert.equal(await runTool(tools, "echo", { text: "你好" }), "你好");
      assert.deepEqual(await runTool(tools, "add", { a: 1.5, b: 2 }), { sum: 3.5 });
      assert.deepEqual(await runTool(tools, "picture"), {
        content: [
          { type: "text", text: "a pixel" },
          { type: "image", mimeType: "image/png", data: picture },
        ],
      });
      await assert.rejects(runTool(tools, "fail"), /^Error: no such city$/);

      const seen = new AbortController();
      const slow = newCall({ signal: seen.signal });
      slow.progress = (...progress) => seen.abort(progress);
      const [step, ...rest] = await runTool(tools, "slow", { ms: 60_000, steps: 600 }, slow).then(
        () => assert.fail("it was not stopped"),
        (progress: unknown[]) => progress,
      );
      assert.deepEqual(rest, [600, `step ${String(step)}`]);

      const asking = newCall({ answer: { type: "accept", content: { city: "Oslo" } } });
      assert.equal(await runTool(tools, "ask", {}, asking), 'accept {"city":"Oslo","nights":2}');
      assert.equal(asking.asked.length, 1);
      assert.equal(asking.asked[0]?.message, "tested: Where to?");
      assert.deepEqual(asking.asked[0]?.schema.required, ["city"]);
      for (const answer of [{ type: "decline" }, { type: "cancel" }] as const)
        assert.match(String(await runTool(tools, "ask", {}, newCall({ answer }))), /\{\}$/);

      await runTool(tools, "change", { description: "Says it again, and tells everybody." });
      const isTold = async () => toolOf(await servers.tools(), "echo").definitionHash !== echo.definitionHash;
      await waitUntil("the change is known", isTold);
      const now = await echo.latest?.(newCall().signal);
      assert.equal(now?.description, "Says it again, and tells everybody.");
      assert.equal((await now?.latest?.(newCall().signal)) === now, true);
      await assert.rejects(
        runTool(tools, "echo", { text: "a" }),
        /tested has changed this tool: call it again/,
      );
      assert.equal(await now?.run({ text: "a" }, newCall()), "a");
      const anew = newCall();
      assert.equal(await runTool(await servers.tools(), "echo", { text: "b" }, anew), "b");
      assert.deepEqual(anew.asked, []);
    });

  for (const kind of ["legacy", "modern", "a program"] as const)
    test(`${kind}: a call ends by its signal, by the idle timeout and with its server, and the next one is answered`, async (t) => {
      const reach = await reachOf(t, kind);
      const { servers } = serversAt(t, reach, { idleTimeoutMs: 3000 });
      const tools = await listedTools(servers);
      const stop = new AbortController();
      const stopping = newCall({ signal: stop.signal });
      stopping.progress = () => stop.abort("stop");
      const stopped = runTool(tools, "slow", { ms: 60_000, steps: 600 }, stopping);
      await assert.rejects(stopped, (reason) => reason === "stop");
      const telling = runTool(tools, "slow", { ms: 4500, steps: 30 });
      const thinking = newCall();
      thinking.ask = async () => {
        await telling;
        return { type: "accept", content: { city: "Rom" } };
      };
      const [silent, told, thought] = await Promise.allSettled([
        runTool(tools, "slow", { ms: 60_000 }),
        telling,
        runTool(tools, "ask", {}, thinking),
      ]);
      assert.ok(silent.status === "rejected");
      assert.match(String(silent.reason), /tested did not answer within 3 seconds/);
      assert.deepEqual(told, { status: "fulfilled", value: "done" }, "progress is not counted");
      assert.ok(thought.status === "fulfilled", "a person's time is not counted");
      assert.match(String(thought.value), /Rom/);
      await assert.rejects(runTool(tools, "die"), /tested ended its connection before it answered/);
      assert.equal(await runTool(tools, "echo", { text: "again" }), "again");
    });

  for (const kind of ["legacy", "modern", "a program"] as const)
    test(`${kind}: of 10 MB the beginning is kept with a note, and more than 16 MB are not read`, async (t) => {
      const { servers } = serversAt(t, await reachOf(t, kind));
      const tools = await listedTools(servers);
      const output = String(await runTool(tools, "big", { megabytes: 10 }));
      assert.match(output, /x\n\[cut: of 10485760 characters, the first 200000 are here\]$/);
      await assert.rejects(
        runTool(tools, "big", { megabytes: 17 }),
        /tested sent more than 16 MB in one answer/,
      );
      assert.equal(await runTool(tools, "echo", { text: "again" }), "again");
    });
});

test("a server that is away costs its tools and a moment, says so once, and is there again when it is", async (t) => {
  const { url, close } = await startMcpServer("modern");
  await close();
  const { servers, lines, putForward } = serversAt(t, http(url));
  const startedAt = performance.now();
  for (const _ of [1, 2, 3]) assert.deepEqual(await servers.tools(), []);
  assert.ok(performance.now() - startedAt < 5000);
  const [away] = await servers.states();
  assert.deepEqual([away?.state, away?.failure, away?.where], ["away", "unreachable", new URL(url).host]);
  putForward(6000);
  assert.deepEqual(await servers.tools(), []);
  assert.equal(lines.filter((line) => /cannot be reached now/.test(line)).length, 1);
  const again = await startMcpServer("modern", { port: Number(new URL(url).port) });
  t.after(() => again.close());
  putForward(6000);
  assert.ok((await listedTools(servers)).length > 5);
  const [ready] = await servers.states();
  assert.deepEqual(
    [ready?.state, ready?.tools[0]],
    ["ready", { name: "tested__echo", description: "Says it again.", effect: "network" }],
  );
});

const answers: [what: string, status: number, headers: Record<string, string>, failure: string][] = [
  ["a page", 200, { "content-type": "text/html" }, "not-mcp"],
  ["no answer to speak of", 200, { "content-type": "application/json" }, "not-mcp"],
  ["a wrong key", 401, { "www-authenticate": "Bearer" }, "unauthorized"],
  ["a way to elsewhere", 307, { location: "http://127.0.0.1:9/mcp" }, "refused"],
  ["a broken server", 500, {}, "refused"],
];

for (const [what, status, headers, failure] of answers)
  test(`${what}: the server is away, in a word that says why, and nothing that it wrote is repeated`, async (t) => {
    const server = createServer((request, response) => {
      request.resume();
      response.writeHead(status, headers).end("canary");
    });
    const port = await listen(server);
    t.after(() => server.close());
    const { servers, lines } = serversAt(t, http(`http://127.0.0.1:${port}/mcp`, { "x-key": "canary" }));
    const [state] = await servers.states();
    assert.deepEqual([state?.state, state?.failure], ["away", failure]);
    assert.doesNotMatch(lines.join(), /canary/);
  });

test("a program that is not there, or that speaks no MCP, costs its tools", async (t) => {
  for (const [command, args, failure] of [
    ["/nowhere/mcp-server", [], "not-started"],
    [process.execPath, ["-e", "process.exit(1)"], "ended"],
  ] as const) {
    const { servers } = serversAt(t, { type: "stdio", command, args, env: {} });
    const [state] = await servers.states();
    assert.deepEqual([state?.state, state?.failure], ["away", failure]);
  }
});

/** Speaks a message a line, and lists what it was told to. */
const listing = `require("node:readline").createInterface({ input: process.stdin }).on("line", (line) => {
  const { id, method } = JSON.parse(line);
  const results = {
    initialize: '{"protocolVersion":"2025-06-18","capabilities":{"tools":{}},"serverInfo":{"name":"s","version":"1"}}',
    "tools/list": '{"tools":' + process.env.TOOLS.replace("DEEP", '{"a":'.repeat(5e4) + 1 + "}".repeat(5e4)) + "}",
  };
  const answer = method in results ? '"result":' + results[method] : '"error":{"code":-32601,"message":"no"}';
  if (id !== undefined) console.log('{"jsonrpc":"2.0","id":' + JSON.stringify(id) + "," + answer + "}");
});`;

test("a tool with a deep or odd schema is left out, and its server keeps the others", async (t) => {
  const TOOLS =
    '[{"name":"a","inputSchema":{"type":"object"}},{"name":"deep","inputSchema":{"type":"object","properties":DEEP}},' +
    '{"name":"odd","inputSchema":{"type":"string"}},{"name":"none"},{"name":"b","inputSchema":{"type":"object"}}]';
  const { servers } = serversAt(t, {
    type: "stdio",
    command: process.execPath,
    args: ["-e", listing],
    env: { TOOLS },
  });
  assert.deepEqual(
    (await listedTools(servers)).map(({ name }) => name),
    ["tested__a", "tested__b"],
  );
  assert.equal((await servers.states())[0]?.leftOut, 3);
});

test("a program sees what its entry names, and nothing else of this server's environment", async (t) => {
  process.env.RIVULET_TEST_SECRET = "canary";
  t.after(() => delete process.env.RIVULET_TEST_SECRET);
  const script = "console.error(process.env.RIVULET_TEST_SECRET, process.env.OWN)";
  const { servers, lines } = serversAt(t, {
    type: "stdio",
    command: process.execPath,
    args: ["-e", script],
    env: { OWN: "mine" },
  });
  await servers.states();
  await waitUntil("it has spoken something", () => lines.some((line) => line.includes("undefined mine")));
});

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

const pidsIn = (log: string): number[] => readFileSync(log, "utf8").trim().split("\n").map(Number);

test("a program ends with the server, also one that would stay", async (t) => {
  const log = join(dir, "stays.log");
  const { servers } = serversAt(t, program({ RIVULET_TEST_LOG: log, RIVULET_TEST_STAYS: "1" }));
  assert.ok((await listedTools(servers)).length > 0);
  assert.ok(pidsIn(log).some(isAlive));
  await servers.close();
  await waitUntil("it is gone", () => !pidsIn(log).some(isAlive));
});

test("no two people share a session, and each keeps its own", async (t) => {
  const server = await startMcpServer("legacy");
  t.after(() => server.close());
  const { servers } = serversAt(t, http(server.url, { Authorization: "Bearer k" }));
  const tools = await listedTools(servers);
  const sessionOf = async (userId: string) => {
    await runTool(tools, "echo", { text: userId }, newCall({ userId }));
    return server.requests.findLast((headers) => headers["mcp-session-id"] !== undefined)?.["mcp-session-id"];
  };
  const [a, b] = [await sessionOf("a"), await sessionOf("b")];
  assert.ok(a !== undefined && b !== undefined && a !== b);
  assert.deepEqual([await sessionOf("a"), await sessionOf("b")], [a, b]);
  assert.ok(server.requests.every(({ authorization }) => authorization === "Bearer k"));
});

test("calls at once have a connection each, and what is asked in one is asked in that one", async (t) => {
  const { servers } = serversAt(t, await reachOf(t, "legacy"));
  const tools = await listedTools(servers);
  const outputs = await Promise.all(
    ["Oslo", "Rom", "Kyoto"].map((city) =>
      runTool(tools, "ask", {}, newCall({ answer: { type: "accept", content: { city } } })),
    ),
  );
  assert.deepEqual(
    outputs.map((output) => /"city":"(\w+)"/.exec(String(output))?.[1]),
    ["Oslo", "Rom", "Kyoto"],
  );
});

test("a session that the server has forgotten is opened again, and the call is made once", async (t) => {
  const server = await startMcpServer("legacy");
  t.after(() => server.close());
  const { servers } = serversAt(t, http(server.url));
  const tools = await listedTools(servers);
  assert.equal(await runTool(tools, "echo", { text: "a" }), "a");
  server.forgetSessions();
  assert.equal(await runTool(tools, "echo", { text: "b" }), "b");
  assert.deepEqual(server.world.calls, ["echo a", "echo b"]);
});

test("only the tools that the operator names are offered, and S60 arguments that do not fit are refused", async (t) => {
  const { servers } = serversAt(t, await reachOf(t, "modern"), { tools: ["add"] });
  const tools = await listedTools(servers);
  assert.deepEqual(
    tools.map(({ name }) => name),
    ["tested__add"],
  );
  const add = toolOf(tools, "add");
  for (const input of [
    null,
    [],
    "1",
    {},
    { a: 1 },
    { a: "1", b: 2 },
    { a: 1, b: 2.5 },
    { a: 1, b: 2, c: 3 },
    { a: Number.POSITIVE_INFINITY, b: 1 },
    { a: 2 ** 53, b: 1 },
    JSON.parse('{"a":1,"b":2,"__proto__":{"x":1}}'),
    { a: 1, b: 2, constructor: { prototype: {} } },
    { a: "x".repeat(1_000_001), b: 1 },
  ])
    assert.equal(add.parse(input).type, "invalid", JSON.stringify(input)?.slice(0, 80));
  assert.deepEqual(add.parse({ a: 1, b: 2 }), { type: "ok", input: { a: 1, b: 2 } });
});
