import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, test } from "node:test";
import { type AppServer, startAppServer } from "../support/app-server.ts";
import { answer } from "../support/chat-chunks.ts";
import { exchange } from "../support/http-exchange.ts";
import { type Nginx, nginxMissing, startNginx } from "../support/nginx.ts";
import { freePort } from "../support/redis-server.ts";
import { events, startScriptedModelServer } from "../support/scripted-model-server.ts";

const name = "chat.example.test";

/** What nginx makes of the name that the browser asked for. */
const hostLines = {
  "kept with its port": "proxy_set_header Host $http_host;",
  "kept without its port": "proxy_set_header Host $host;",
  "replaced by the upstream's": "",
};

interface Way {
  host: keyof typeof hostLines;
  /** `PORT` stands for nginx's. */
  env: Record<string, string>;
  /** What a browser says besides, over https or on a name of its own machine. */
  site?: "same-origin";
  scheme?: "https";
}

const ways: readonly Way[] = [
  { host: "kept with its port", env: { ALLOWED_HOSTS: "Chat.Example.test" } },
  { host: "kept with its port", env: { PUBLIC_URL: `http://${name}:PORT` } },
  { host: "kept with its port", env: { ALLOWED_HOSTS: name }, scheme: "https", site: "same-origin" },
  { host: "kept without its port", env: { PUBLIC_URL: `http://${name}:PORT` } },
  { host: "kept without its port", env: { ALLOWED_HOSTS: name }, site: "same-origin" },
  { host: "replaced by the upstream's", env: { PUBLIC_URL: `http://${name}:PORT` } },
  { host: "replaced by the upstream's", env: { PUBLIC_URL: `https://${name}:PORT` }, scheme: "https" },
  { host: "replaced by the upstream's", env: {}, site: "same-origin" },
];

if (nginxMissing) test("behind nginx", { skip: nginxMissing });
else await register();

async function register(): Promise<void> {
  const model = await startScriptedModelServer();
  model.script(events(answer("behind a proxy")));
  const running: { close(): Promise<unknown> }[] = [model];
  after(async () => {
    for (const each of running.reverse()) await each.close();
  });

  /** A server, and an nginx before it. */
  async function start({ host, env, scheme }: Way): Promise<{ app: AppServer; nginx: Nginx }> {
    const port = await freePort();
    const forwarded = scheme ? `proxy_set_header X-Forwarded-Proto ${scheme};` : "";
    const nginx = await startNginx(
      `location / { proxy_pass http://127.0.0.1:${port}; proxy_buffering off; ${hostLines[host]} ${forwarded} }`,
    );
    running.push(nginx);
    const own = Object.entries(env).map(([key, value]) => [key, value.replace("PORT", `${nginx.port}`)]);
    const app = await startAppServer({
      port,
      env: { OPENAI_BASE_URL: model.url, OPENAI_MODEL: "scripted", ...Object.fromEntries(own) },
    });
    running.push({ close: () => app.stop() });
    return { app, nginx };
  }

  for (const way of ways) {
    const { host, env, site, scheme = "http" } = way;
    const set = Object.keys(env).join() || "nothing";
    test(`Host ${host}, ${set} set, over ${scheme}${site ? ", a browser that tells" : ""}: the main job works`, async () => {
      const { nginx } = await start(way);
      const asked = `${name}:${nginx.port}`;
      const shared = { host: asked, ...(site && { "sec-fetch-site": site }) };
      const url = `http://127.0.0.1:${nginx.port}`;
      const page = await exchange(url, { headers: shared });
      assert.equal(page.status, 200, page.text);
      const [cookie = ""] = String(page.headers["set-cookie"]).split(";");
      assert.equal(cookie.startsWith("__Host-"), scheme === "https");
      const changing = {
        ...shared,
        cookie,
        origin: `${scheme}://${asked}`,
        "content-type": "application/json",
      };
      const conversationId = randomUUID();
      const run = await exchange(url, {
        method: "POST",
        path: `/api/conversations/${conversationId}/runs`,
        headers: changing,
        body: JSON.stringify({ runId: randomUUID(), message: { text: "hello" } }),
      });
      assert.equal(run.status, 200, run.text);
      assert.match(run.text, /behind a proxy/);
      const again = await exchange(url, { path: `/c/${conversationId}`, headers: { ...shared, cookie } });
      assert.match(again.text, /behind a proxy/);
      const link = await exchange(url, { method: "POST", path: "/api/session/transfer", headers: changing });
      assert.ok(JSON.parse(link.text).url.startsWith(`${scheme}://${asked}/join/`), link.text);

      const foreign = { ...shared, "sec-fetch-site": "cross-site", origin: "https://evil.test" };
      const path = `/api/conversations/${conversationId}`;
      for (const headers of [foreign, { host: asked, origin: "https://evil.test" }]) {
        const refused = await exchange(url, { method: "DELETE", path, headers: { ...headers, cookie } });
        assert.deepEqual([refused.status, JSON.parse(refused.text).code], [403, "foreign_origin"]);
      }
    });
  }

  test("a name that nobody has told it of is refused, in words that say what to set", async () => {
    const { nginx } = await start({ host: "kept with its port", env: {} });
    const headers = { host: `${name}:${nginx.port}` };
    const page = await exchange(`http://127.0.0.1:${nginx.port}`, { headers });
    assert.equal(page.status, 421);
    assert.match(page.text, /PUBLIC_URL=.*ALLOWED_HOSTS=/);
    const api = await exchange(`http://127.0.0.1:${nginx.port}`, { path: "/api/health", headers });
    assert.deepEqual([api.status, JSON.parse(api.text).code], [403, "foreign_host"]);
    assert.match(api.text, /PUBLIC_URL.*ALLOWED_HOSTS/);
  });
}
