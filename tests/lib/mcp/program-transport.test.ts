import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { type TestContext, test } from "node:test";
import type { JSONRPCMessage } from "@modelcontextprotocol/client";
import { createProgramTransport } from "#lib/mcp/program-transport.ts";
import { listen } from "../../support/listen.ts";

/** A program that starts another one, which it leaves behind; that one holds a connection while it lives. */
async function startPair(t: TestContext) {
  const server = createServer();
  const port = await listen(server);
  t.after(() => server.close());
  const left = `require("node:net").connect(${port}, "127.0.0.1"); process.on("SIGHUP", () => undefined)`;
  const leader = `
    require("node:child_process").spawn(process.execPath, ["-e", ${JSON.stringify(left)}], { stdio: "ignore" });
    process.stdin.resume().once("data", () => process.exit()).once("end", () => process.exit());`;
  const transport = createProgramTransport(
    { type: "stdio", command: process.execPath, args: ["-e", leader], env: {} },
    { maxBytes: 1000, onTooLarge: assert.fail, onLine: () => undefined },
  );
  const connected = once(server, "connection");
  await transport.start();
  // Cast: it is what a server of sockets emits.
  const [socket] = (await connected) as [Socket];
  socket.on("error", () => undefined).resume();
  return { transport, gone: once(socket, "close") };
}

test("what a program has started ends with the connection, where the program itself ends at once", async (t) => {
  const { transport, gone } = await startPair(t);
  await transport.close();
  await gone;
});

test("what a program has started ends where the program ended by itself", async (t) => {
  const { transport, gone } = await startPair(t);
  const closed = Promise.withResolvers<void>();
  transport.onclose = closed.resolve;
  await transport.send({ jsonrpc: "2.0", method: "end" });
  await closed.promise;
  await gone;
});

test("of a burst of progress little is left, its newest word before the answer, and all before the end", async () => {
  const program = `
    const word = (step) => JSON.stringify({
      jsonrpc: "2.0", method: "notifications/progress", params: { progressToken: 1, progress: step } });
    const words = Array.from({ length: 50_000 }, (_, at) => word(at + 1));
    const pings = Array.from({ length: 2000 }, (_, id) => JSON.stringify({ jsonrpc: "2.0", id, method: "ping" }));
    process.stdout.write([...words, '{"jsonrpc":"2.0","id":1,"result":{}}', ...pings, ""].join("\\n"));`;
  const transport = createProgramTransport(
    { type: "stdio", command: process.execPath, args: ["-e", program], env: {} },
    { maxBytes: 1000, onTooLarge: assert.fail, onLine: () => undefined },
  );
  const received: JSONRPCMessage[] = [];
  const closed = Promise.withResolvers<void>();
  transport.onmessage = (message: JSONRPCMessage) => void received.push(message);
  transport.onclose = () => closed.resolve();
  await transport.start();
  await closed.promise;
  const answer = received.findIndex((message) => "result" in message);
  const steps = received.slice(0, answer).map((message) => "params" in message && message.params?.progress);
  assert.ok(steps.length < 200, `${steps.length} are left`);
  assert.deepEqual([steps[0], steps.at(-1)], [1, 50_000]);
  assert.equal(received.length - answer - 1, 2000);
});
