import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { after, before, test } from "node:test";
import { type ApiClient, apiClient, foldOf } from "../support/api-client.ts";
import { type AppServer, startAppServer } from "../support/app-server.ts";
import { done, finish, sse, textChunks } from "../support/chat-chunks.ts";
import { textOf } from "../support/run-bench.ts";
import { gate } from "../support/scripted-model.ts";
import { type ScriptedModelServer, startScriptedModelServer } from "../support/scripted-model-server.ts";
import { waitUntil } from "../support/wait-until.ts";

const word = (text: string): string => sse(textChunks(text));
const end = sse(finish()) + done;

let app: AppServer;
let model: ScriptedModelServer;
let client: ApiClient;
before(async () => {
  model = await startScriptedModelServer();
  app = await startAppServer({
    env: {
      OPENAI_BASE_URL: model.url,
      OPENAI_MODEL: "scripted",
      // Less than is promised (256 MB): what is not collected yet must not hide what is held.
      NODE_OPTIONS: "--max-old-space-size=192",
    },
  });
  client = await apiClient(app.url);
});
after(async () => {
  await app.stop();
  await model.close();
});

test("R39 500 idle readers of 20 live runs in a heap of 256 MB: a new question is answered, and each reader gets the whole", async () => {
  const hold = gate();
  model.script({ steps: [{ write: word("one ") }, { until: hold.promise }, { write: word("two") + end }] });
  const runs = await Promise.all(Array.from({ length: 20 }, (_, at) => client.ask(`run ${at}`)));
  const readers = await Promise.all(
    Array.from({ length: 480 }, (_, at) =>
      client.request(`/api/runs/${runs[at % runs.length]?.runId}/events?after=0`),
    ),
  );
  const states = Promise.all([...readers, ...runs.map(({ response }) => response)].map(foldOf));
  model.next({ steps: [{ write: word("meanwhile") + end }] });
  assert.equal(textOf(await foldOf((await client.ask("and now?")).response)), "meanwhile");
  hold.open();
  for (const state of await states) assert.equal(textOf(state), "one two");
});

test("R37 readers that never read: the run is written, other readers get the whole, and the server does not swell", async () => {
  const text = "x".repeat(16_000);
  const hold = gate();
  model.script({
    steps: [
      { write: word("begin ") },
      { until: hold.promise },
      ...Array.from({ length: 500 }, () => ({ write: word(text) })),
      { write: end },
    ],
  });
  const { runId, response } = await client.ask("go");
  const sockets = Array.from({ length: 100 }, () => deaf(app, client, runId));
  await Promise.all(sockets.map(({ open }) => open));
  const before = residentBytes(app.pid);
  const whole = foldOf(response);
  hold.open();
  assert.equal(textOf(await whole).length, 6 + 500 * text.length);
  // At most 1 MB each, and what the run itself takes; a copy of 8 MB for each would be 800 MB.
  const growth = (residentBytes(app.pid) - before) / 1e6;
  console.log(`100 readers that never read: ${growth.toFixed(0)} MB more`);
  assert.ok(growth < 200, `${growth} MB`);
  for (const { socket } of sockets) socket.destroy();
  const again = await client.request(`/api/runs/${runId}/events?after=0`);
  assert.equal(textOf(await foldOf(again)).length, 6 + 500 * text.length);
});

test("readers that come to a live run and leave again leave nothing behind, however long it goes on", async () => {
  const hold = gate();
  model.script({ steps: [{ write: word("begin") }, { until: hold.promise }, { write: end }] });
  const { runId, response } = await client.ask("go");
  const comeAndLeave = async (times: number) => {
    for (let time = 0; time < times; time += 1) {
      const { body } = await client.request(`/api/runs/${runId}/events?after=0`);
      const reader = body?.getReader();
      await reader?.read();
      await reader?.cancel();
    }
  };
  await comeAndLeave(500);
  const before = residentBytes(app.pid);
  await comeAndLeave(2000);
  const growth = (residentBytes(app.pid) - before) / 1e6;
  console.log(`2,000 readers that came and left: ${growth.toFixed(0)} MB more`);
  assert.ok(growth < 40, `${growth} MB`);
  hold.open();
  assert.equal(textOf(await foldOf(response)), "begin");
});

/** What a process holds in memory; 0 where nobody tells. */
function residentBytes(pid: number): number {
  if (process.platform !== "linux") return 0;
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) * 1024;
}

/** Asks for a run's events and never reads the answer. */
function deaf(
  { url }: AppServer,
  { cookie }: ApiClient,
  runId: string,
): { socket: Socket; open: Promise<unknown> } {
  const { hostname, port, host } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port) });
  socket.pause();
  socket.on("error", () => undefined);
  socket.write(
    `GET /api/runs/${runId}/events?after=0 HTTP/1.1\r\nHost: ${host}\r\nCookie: ${cookie}\r\n\r\n`,
  );
  const open = waitUntil("it is connected", () => socket.bytesWritten > 0 && !socket.connecting, 30_000);
  return { socket, open };
}
