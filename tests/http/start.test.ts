import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { cpSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { apiClient } from "../support/api-client.ts";
import { type AppServer, startAppServer } from "../support/app-server.ts";
import { answer } from "../support/chat-chunks.ts";
import {
  events,
  type ScriptedModelServer,
  startScriptedModelServer,
} from "../support/scripted-model-server.ts";

const root = join(import.meta.dirname, "../..");
const places = mkdtempSync(join(tmpdir(), "rivulet-start-"));
let model: ScriptedModelServer;
const running: AppServer[] = [];

before(async () => {
  model = await startScriptedModelServer();
  model.script(events(answer("through whatever stands between")));
});
after(async () => {
  for (const app of running) await app.stop();
  await model.close();
  rmSync(places, { recursive: true, force: true });
});

let made = 0;

/** This checkout, with a .env.local of its own. */
function checkoutWith(envLocal: string): string {
  const copy = join(places, `${(made += 1)}`);
  cpSync(join(root, "scripts"), join(copy, "scripts"), { recursive: true });
  for (const name of readdirSync(root).filter(
    (each) => each !== "scripts" && !/^\.(env|git|data)/.test(each),
  ))
    symlinkSync(join(root, name), join(copy, name));
  writeFileSync(join(copy, ".env.local"), envLocal);
  return copy;
}

async function start(env: Record<string, string>, envLocal = ""): Promise<AppServer> {
  const app = await startAppServer({ env, root: checkoutWith(envLocal) });
  running.push(app);
  return app;
}

test("a HOST of conda, tcsh or SUSE does not stop a start with nothing else: it is named and not used", async () => {
  const app = await start({ HOST: "x86_64-conda-linux-gnu" });
  assert.match(
    app.output(),
    /^HOST \(x86_64-conda-linux-gnu\) is no address of this machine and is not used/,
  );
  assert.match(app.output(), /^Rivulet is ready on http:\/\/127\.0\.0\.1:/m);
  assert.equal((await fetch(app.url)).status, 200);
});

test("what .env.local says otherwise than it seems to is told at the start", async () => {
  const app = await start({}, "PUBLIC_URL=http://a$canary\nALLOWED_HOSTS='${NONE}'\n");
  assert.match(app.output(), /^\.env\.local: PUBLIC_URL holds a \$/m);
  assert.doesNotMatch(app.output(), /canary/);
});

test("a .env.local in UTF-16 stops the start with one line", async () => {
  const copy = checkoutWith("");
  writeFileSync(join(copy, ".env.local"), Buffer.from("\ufeffOPENAI_API_KEY=canary\r\n", "utf16le"));
  await assert.rejects(startAppServer({ root: copy }), (error) => {
    const [, ...lines] = String(error).trim().split("\n");
    assert.deepEqual(lines, [".env.local is UTF-16, of which nothing is read: save it as UTF-8"]);
    return true;
  });
});

const endpoint = { OPENAI_BASE_URL: "http://model.example.test/v1", OPENAI_MODEL: "scripted" };

test("a proxy that is named and not used is a line, without its password", async () => {
  for (const env of [
    { NODE_USE_ENV_PROXY: "0", HTTP_PROXY: "http://u:canary@127.0.0.1:9" },
    { NODE_USE_ENV_PROXY: "0", http_proxy: "http://u:canary@127.0.0.1:9" },
    { ALL_PROXY: "socks5://canary@127.0.0.1:9" },
  ]) {
    const name = Object.keys(env).at(-1);
    const app = await start({ ...endpoint, ...env });
    assert.ok(
      app.output().startsWith(`${name} is set and not used: model.example.test is asked directly`),
      app.output(),
    );
    assert.doesNotMatch(app.output(), /canary/);
  }
});

test("models are asked through HTTP_PROXY, of the environment or of .env.local; what NO_PROXY names and this machine are not", async () => {
  const asked: string[] = [];
  const proxy = createServer((incoming, response) => pass(incoming, response, asked));
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  // A server that listens on TCP has an AddressInfo.
  const { port } = proxy.address() as AddressInfo;
  const address = `http://ann:canary@127.0.0.1:${port}`;
  const local = JSON.stringify([
    { id: "far", baseURL: "http://model.example.test/v1" },
    { id: "near", baseURL: model.url },
    { id: "named", baseURL: "http://named.example.test/v1" },
  ]);
  const env = { RIVULET_MODELS: local, NO_PROXY: "named.example.test" };
  for (const app of [
    await start({ ...env, HTTP_PROXY: address }),
    await start(env, `HTTP_PROXY=${address}\n`),
  ]) {
    asked.length = 0;
    const client = await apiClient(app.url);
    const says = async (id: string) => {
      const body = { runId: randomUUID(), message: { text: "hello" }, model: id };
      return (await client.post(`/api/conversations/${randomUUID()}/runs`, body)).text();
    };
    for (const id of ["far", "near"]) assert.match(await says(id), /through whatever stands between/);
    const basic = `Basic ${Buffer.from("ann:canary").toString("base64")}`;
    assert.deepEqual(asked, [`http://model.example.test/v1/chat/completions ${basic}`]);
    const test = await client.post("/api/models/test", { model: "named" });
    const { code, reason } = await test.json();
    assert.deepEqual([code, reason, asked.length], ["unreachable", "name", 1]);
    assert.doesNotMatch(app.output(), /canary|PROXY/);
  }
  proxy.closeAllConnections();
  proxy.close();
});

test("a proxy's address of another form, and extra certificates that are none, stop the start with a line", async () => {
  const none = join(places, "none.pem");
  writeFileSync(join(places, "empty.pem"), "no certificate");
  for (const [env, line] of [
    [
      { HTTPS_PROXY: "canary" },
      /^HTTPS_PROXY: found a value of the wrong form, expected http:\/\/host:port$/m,
    ],
    [{ NODE_EXTRA_CA_CERTS: none }, /^NODE_EXTRA_CA_CERTS: found a file that cannot be read \(ENOENT\)/m],
    [
      { NODE_EXTRA_CA_CERTS: join(places, "empty.pem") },
      /^NODE_EXTRA_CA_CERTS: found a file without a cert/m,
    ],
    [
      { RIVULET_MODELS: '[{"id": "a", "baseUrl": "http://h"}]' },
      /^RIVULET_MODELS, entry 1 \("a"\): unknown key/m,
    ],
  ] as const)
    await assert.rejects(start({ ...endpoint, ...env }), (error) => {
      assert.match(String(error), line);
      assert.doesNotMatch(String(error), /canary/);
      return true;
    });
});

/** As a proxy passes on what is no TLS; every name leads to the model. */
function pass(incoming: IncomingMessage, response: ServerResponse, asked: string[]): void {
  asked.push(`${incoming.url} ${incoming.headers["proxy-authorization"]}`);
  const { pathname } = new URL(incoming.url ?? "");
  const { port } = new URL(model.url);
  const { method, headers } = incoming;
  const onward = request(
    { port, host: "127.0.0.1", path: pathname, method, headers, agent: false },
    (answered) => {
      response.writeHead(answered.statusCode ?? 502, answered.headers);
      answered.pipe(response);
    },
  );
  incoming.pipe(onward);
}
