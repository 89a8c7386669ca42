import assert from "node:assert/strict";
import { after, test } from "node:test";
import { sign } from "#lib/sessions/session.ts";
import { type ApiClient, apiClient, eventsOf, foldOf } from "../support/api-client.ts";
import { type AppServer, startAppServer } from "../support/app-server.ts";
import { answer, done, finish, sse, textChunks } from "../support/chat-chunks.ts";
import { redisMissing, startRedisServer } from "../support/redis-server.ts";
import { textOf } from "../support/run-bench.ts";
import { gate } from "../support/scripted-model.ts";
import { events, startScriptedModelServer } from "../support/scripted-model-server.ts";
import { waitUntil } from "../support/wait-until.ts";

const [newest, older, unlisted] = ["n".repeat(32), "o".repeat(32), "u".repeat(32)] as const;
/** Longer than the 5 s that are promised would be a failure; the rest is for a machine that is busy. */
const promisedMs = 5000;

/** Two servers on one store. */
async function register(name: string, start: () => Promise<[AppServer, AppServer]>, model: Model) {
  const [a, b] = await start();
  after(async () => {
    for (const app of [a, b]) await app.stop();
  });
  /** The same browser at the other server. */
  const visit = (app: AppServer, by: ApiClient, path: string, init: RequestInit = {}): Promise<Response> =>
    fetch(app.url + path, { ...init, headers: { ...init.headers, cookie: by.cookie } });
  const post = (app: AppServer, by: ApiClient, path: string, body?: unknown): Promise<Response> =>
    visit(app, by, path, {
      method: "POST",
      ...(body !== undefined && {
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      }),
    });
  const linkOf = async (by: ApiClient): Promise<string> => {
    const response = await post(a, by, "/api/session/transfer");
    assert.equal(response.status, 200);
    return (await response.json()).url;
  };
  const codeOf = async (by: ApiClient): Promise<string> => (await linkOf(by)).split("/join/")[1] ?? "";
  const join = (by: ApiClient, code: string, app = a) => post(app, by, "/api/session/join", { code });
  const listed = async (by: ApiClient, app = a): Promise<string[]> => {
    const { conversations } = await (await visit(app, by, "/api/conversations")).json();
    return conversations.map((each: { id: string }) => each.id).sort();
  };
  const asked = async (by: ApiClient, text = "hi") => {
    model.next(events(answer(text)));
    const { response, ...ids } = await by.ask("go");
    await response.text();
    return ids;
  };

  test(`${name}: a link brings another browser to the conversations, and what that one had moves along`, async () => {
    const [home, visitor] = [await apiClient(a.url), await apiClient(b.url)];
    const kept = await asked(home);
    const moved = await asked(visitor);
    const response = await post(a, home, "/api/session/transfer");
    const { url, expiresAt } = await response.json();
    assert.match(url, new RegExp(`^${a.url}/join/[A-Za-z0-9_-]{32}$`));
    assert.ok(Math.abs(expiresAt - Date.now() - 600_000) < 60_000);
    assert.equal((await join(visitor, url.split("/join/")[1], b)).status, 204);
    const all = [kept.conversationId, moved.conversationId].sort();
    for (const app of [a, b]) for (const by of [home, visitor]) assert.deepEqual(await listed(by, app), all);
    for (const by of [home, visitor]) {
      const { browsers } = await (await visit(b, by, "/api/session")).json();
      assert.equal(browsers, 2);
      for (const { runId } of [kept, moved])
        assert.equal((await visit(b, by, `/api/runs/${runId}`)).status, 200);
    }
  });

  test(`${name}: of 20 browsers that use one link at once, through both servers, exactly one joins`, async () => {
    const home = await apiClient(a.url);
    const { conversationId } = await asked(home);
    const code = await codeOf(home);
    const visitors = await Promise.all(Array.from({ length: 20 }, () => apiClient(a.url)));
    const answers = await Promise.all(visitors.map((by, at) => join(by, code, at % 2 ? a : b)));
    const won = answers.filter(({ status }) => status === 204).length;
    assert.deepEqual([won, answers.filter(({ status }) => status === 410).length], [1, 19]);
    for (const [at, by] of visitors.entries())
      assert.deepEqual(await listed(by), answers[at]?.status === 204 ? [conversationId] : []);
  });

  test(`${name}: opening, previewing and prefetching a link changes nothing; the page says when it is of no use`, async () => {
    const [home, visitor] = [await apiClient(a.url), await apiClient(a.url)];
    const url = await linkOf(home);
    const code = url.split("/join/")[1] ?? "";
    const path = new URL(url).pathname;
    const page = async (by: ApiClient, to = path) => (await visit(b, by, to)).text();
    for (const init of [{}, { method: "HEAD" }, { headers: { "next-router-prefetch": "1", rsc: "1" } }])
      await (await visit(b, visitor, path, init)).text();
    await (await fetch(b.url + path)).text();
    assert.match(await page(visitor), /Join the other browser\?/);
    assert.match(await page(home), /This browser is already here/);
    const own = await join(home, code);
    assert.deepEqual([own.status, (await own.json()).code], [409, "already_here"]);
    assert.equal((await visit(a, visitor, `/api/session/join?code=${code}`)).status, 405);
    assert.deepEqual(await listed(visitor), []);
    assert.equal((await join(visitor, code)).status, 204);
    assert.equal((await join(visitor, code)).status, 204, "again, because the answer was lost");
    const late = await apiClient(a.url);
    for (const to of [path, "/join/x", `/join/${"A".repeat(32)}`])
      assert.match(await page(late, to), /This link does not work any more/);
    for (const odd of [code, "", "x", "A".repeat(32), "../../x"]) {
      const response = await join(late, odd);
      assert.deepEqual([response.status, (await response.json()).code], [410, "link_gone"]);
    }
  });

  test(`${name}: a live answer moves along: open streams of it go on, for both, to the end`, async () => {
    const [home, visitor] = [await apiClient(a.url), await apiClient(b.url)];
    const hold = gate();
    model.next({ steps: [{ write: word("one ") }, { until: hold.promise }, { write: word("two") + end }] });
    const { runId, conversationId, response } = await visitor.ask("go");
    const open = visit(a, visitor, `/api/runs/${runId}/events?after=0`);
    const streams = [foldOf(response), foldOf(await open)];
    assert.equal((await join(visitor, await codeOf(home))).status, 204);
    const follow = await visit(b, home, `/api/runs/${runId}/events?after=0`);
    assert.equal(follow.status, 200);
    streams.push(foldOf(follow));
    hold.open();
    for (const state of await Promise.all(streams)) assert.equal(textOf(state), "one two");
    const { messages, activeRun } = await (
      await visit(a, home, `/api/conversations/${conversationId}`)
    ).json();
    assert.deepEqual([messages.length, activeRun], [2, undefined]);
  });

  test(`${name}: logging out is for ever and everywhere: 401, streams end within 5 s, other browsers stay`, async () => {
    const [home, other] = [await apiClient(a.url), await apiClient(b.url)];
    assert.equal((await join(other, await codeOf(home))).status, 204);
    const hold = gate();
    model.next({ steps: [{ write: word("one ") }, { until: hold.promise }, { write: word("two") + end }] });
    const { runId, response } = await home.ask("go");
    const elsewhere = await visit(b, home, `/api/runs/${runId}/events?after=0`);
    const stays = foldOf(await visit(b, other, `/api/runs/${runId}/events?after=0`));
    const types = async (stream: Response) =>
      (await Array.fromAsync(eventsOf(stream))).map(({ type }) => type);
    const ends = [types(response), types(elsewhere)];
    const begin = performance.now();
    const out = await post(a, home, "/api/session/logout");
    assert.equal(out.status, 204);
    assert.deepEqual(out.headers.getSetCookie(), [
      "rivulet-sid=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0",
      "rivulet-keys=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0",
    ]);
    for (const seen of await Promise.all(ends))
      assert.ok(!seen.includes("finish") && !seen.includes("abort"));
    const took = performance.now() - begin;
    console.log(`${name}: from log-out to the end of the streams: ${Math.round(took)} ms`);
    assert.ok(took < promisedMs, String(took));
    for (const app of [a, b]) {
      for (const path of [
        "/api/conversations",
        `/api/runs/${runId}`,
        `/api/runs/${runId}/events`,
        "/api/session",
      ]) {
        const refused = await visit(app, home, path);
        assert.deepEqual([refused.status, (await refused.json()).code], [401, "no_session"], path);
      }
      // A browser that kept the cookie begins anew with the next page.
      const page = await visit(app, home, "/");
      await page.text();
      const [cookie = ""] = (page.headers.get("set-cookie") ?? "").split(";");
      assert.ok(cookie.startsWith("rivulet-sid=") && cookie !== home.cookie);
      assert.deepEqual(await listed({ ...home, cookie }), []);
    }
    hold.open();
    assert.equal(textOf(await stays), "one two");
    assert.equal((await (await visit(a, other, "/api/session")).json()).browsers, 1);
  });

  test(`${name}: deleting everything stops live answers, takes every conversation from every browser, and no other's`, async () => {
    const [home, other, stranger] = [await apiClient(a.url), await apiClient(b.url), await apiClient(a.url)];
    await join(other, await codeOf(home));
    const theirs = await asked(stranger);
    const many = [await asked(home), await asked(other), await asked(home)];
    model.next({ steps: [{ write: word("one ") }, { hang: true }] });
    const live = await other.ask("go");
    await waitUntil("it is listed", async () => (await listed(home)).length === 4);
    const response = await visit(b, home, "/api/conversations", { method: "DELETE" });
    assert.deepEqual([response.status, await response.json()], [200, { deleted: 4 }]);
    await waitUntil("the model's line closes", () => model.requests.at(-1)?.closedAt !== undefined);
    await live.response.text();
    for (const by of [home, other]) assert.deepEqual(await listed(by), []);
    for (const { conversationId, runId } of [...many, live]) {
      assert.equal((await visit(a, home, `/api/conversations/${conversationId}`)).status, 404);
      assert.equal((await visit(a, home, `/api/runs/${runId}`)).status, 404);
    }
    assert.deepEqual(await listed(stranger), [theirs.conversationId]);
    const again = await visit(a, home, "/api/conversations", { method: "DELETE" });
    assert.deepEqual(await again.json(), { deleted: 0 });
    const [first] = many;
    await waitUntil(
      "it is erased: to delete it again finds nothing",
      async () =>
        (await visit(a, home, `/api/conversations/${first?.conversationId}`, { method: "DELETE" })).status ===
        404,
      60_000,
    );
  });

  test(`${name}: S15 another site can make no link, join nobody, log nobody out and delete nothing`, async () => {
    const [home, visitor] = [await apiClient(a.url), await apiClient(a.url)];
    const { conversationId } = await asked(home);
    const code = await codeOf(visitor);
    const requests = [
      ["POST", "/api/session/transfer"],
      ["POST", "/api/session/join"],
      ["POST", "/api/session/logout"],
      ["DELETE", "/api/conversations"],
    ] as const;
    const foreign: Record<string, string>[] = [
      { origin: "https://evil.test" },
      { origin: "null" },
      { "sec-fetch-site": "cross-site" },
    ];
    for (const [method, path] of requests) {
      for (const headers of foreign) {
        const body = path.endsWith("join") ? { body: JSON.stringify({ code }) } : {};
        const sent = { method, ...body, headers: { "content-type": "application/json", ...headers } };
        const response = await visit(a, home, path, sent);
        assert.deepEqual([response.status, (await response.json()).code], [403, "foreign_origin"]);
      }
    }
    const form = { method: "POST", body: `{"code":"${code}"}`, headers: { "content-type": "text/plain" } };
    assert.equal((await visit(a, home, "/api/session/join", form)).status, 415);
    assert.deepEqual(await listed(home), [conversationId]);
    assert.equal((await join(home, code)).status, 204);
  });

  test(`${name}: S7 a secret that is still listed counts and is signed anew by the next page; another begins a new session`, async () => {
    const home = await apiClient(a.url);
    const { conversationId } = await asked(home);
    const sid = home.cookie.slice("rivulet-sid=".length).split(".")[0] ?? "";
    const signed = (secret: string): ApiClient => ({ ...home, cookie: `rivulet-sid=${sign(sid, [secret])}` });
    assert.deepEqual(await listed(signed(older), b), [conversationId]);
    const fresh = await visit(b, signed(older), "/");
    assert.match(await fresh.text(), new RegExp(conversationId));
    assert.equal((fresh.headers.get("set-cookie") ?? "").split(";")[0], home.cookie);
    const strange = signed(unlisted);
    assert.equal((await visit(b, strange, "/api/conversations")).status, 401);
    const page = await visit(b, strange, "/");
    assert.doesNotMatch(await page.text(), new RegExp(conversationId));
    const set = (page.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
    assert.ok(set.startsWith("rivulet-sid=") && !set.includes(sid));
    // R41: the address of a conversation says what happened and what to do; the conversation is still there.
    const known = await visit(b, strange, `/c/${conversationId}`);
    assert.match(await known.text(), /its cookie was cleared or has become invalid/);
    assert.equal(known.status, 404);
    assert.deepEqual(await listed(home, b), [conversationId]);
  });
}

type Model = Awaited<ReturnType<typeof startScriptedModelServer>>;
const word = (text: string): string => sse(textChunks(text));
const end = sse(finish()) + done;

const model = await startScriptedModelServer();
after(() => model.close());
const base = {
  OPENAI_BASE_URL: model.url,
  OPENAI_MODEL: "scripted",
  SESSION_SECRET: `${newest},${older}`,
};

await register(
  "two servers on one SQLite",
  async () => {
    const a = await startAppServer({ env: base });
    return [a, await startAppServer({ env: base, dataDir: a.dataDir })];
  },
  model,
);

if (redisMissing) test("two servers on one Redis", { skip: redisMissing });
else {
  const redis = await startRedisServer();
  const env = { ...base, REDIS_URL: redis.url };
  await register(
    "two servers on one Redis",
    async () => [await startAppServer({ env }), await startAppServer({ env })],
    model,
  );
  after(() => redis.close());
}
