import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { type ApiClient, apiClient, foldOf, type StartedStream } from "../support/api-client.ts";
import { type AppServer, startAppServer } from "../support/app-server.ts";
import { answer, done, finish, sse, textChunks, usage } from "../support/chat-chunks.ts";
import { exchange } from "../support/http-exchange.ts";
import { gate } from "../support/scripted-model.ts";
import {
  events,
  type ScriptedModelServer,
  startScriptedModelServer,
} from "../support/scripted-model-server.ts";
import { waitUntil } from "../support/wait-until.ts";

const dataDir = mkdtempSync(join(tmpdir(), "rivulet-limits-"));
let model: ScriptedModelServer;

before(async () => {
  model = await startScriptedModelServer();
});
after(async () => {
  await model.close();
  rmSync(dataDir, { recursive: true, force: true });
});

/** As many servers as asked for, on one store of their own. */
async function serving(
  count: number,
  env: Record<string, string>,
  prove: (...apps: AppServer[]) => Promise<void>,
): Promise<void> {
  const dir = join(dataDir, randomUUID());
  const apps: AppServer[] = [];
  try {
    for (let at = 0; at < count; at += 1)
      apps.push(
        await startAppServer({
          dataDir: dir,
          env: { OPENAI_BASE_URL: model.url, OPENAI_MODEL: "scripted", ...env },
        }),
      );
    await prove(...apps);
  } finally {
    for (const app of apps) await app.stop();
  }
}

async function answered(client: ApiClient): Promise<StartedStream> {
  model.next(events(answer("hi")));
  const asked = await client.ask("go");
  assert.equal(asked.response.status, 200, await asked.response.clone().text());
  await foldOf(asked.response);
  return asked;
}

async function refused(
  client: ApiClient,
  code: string,
  headers: Record<string, string> = {},
): Promise<number> {
  const calls = model.requests.length;
  const body = { runId: randomUUID(), message: { text: "more" } };
  const response = await client.post(`/api/conversations/${randomUUID()}/runs`, body, headers);
  const problem = await response.json();
  assert.deepEqual([response.status, problem.code], [429, code]);
  assert.equal(response.headers.get("retry-after"), String(problem.retryAfter));
  assert.equal(model.requests.length, calls, "no model is asked");
  return problem.retryAfter;
}

/** The status that a question of a new visitor is answered with. */
async function newVisitorAsks(
  url: string,
  { from, headers = {} }: { from?: string; headers?: Record<string, string> },
): Promise<number> {
  const { cookie } = await apiClient(url);
  const { status } = await exchange(url, {
    ...(from !== undefined && { from }),
    method: "POST",
    path: `/api/conversations/${randomUUID()}/runs`,
    headers: { "content-type": "application/json", cookie, ...headers },
    body: JSON.stringify({ runId: randomUUID(), message: { text: "go" } }),
  });
  return status;
}

test("S25 questions are counted across processes; being attached to a run that is there is not one", async () => {
  await serving(2, { LIMIT_RUNS_PER_10_MIN: "3" }, async (one, two) => {
    const client = await apiClient(one.url);
    const elsewhere = await apiClient(two.url, client.cookie);
    const first = await answered(client);
    await answered(elsewhere);
    await answered(client);
    for (const each of [client, elsewhere]) {
      const retryAfter = await refused(each, "rate_limited");
      assert.ok(retryAfter > 500 && retryAfter <= 600, `${retryAfter} s`);
      const again = await each.ask("go", first);
      assert.equal(again.response.status, 200);
      assert.equal((await foldOf(again.response)).ending?.type, "finish");
    }
    await refused(client, "rate_limited", { "x-forwarded-for": "203.0.113.9" });
    // Another visitor at another address.
    model.next(events(answer("hi")));
    assert.equal(await newVisitorAsks(one.url, { from: "127.0.0.2" }), 200);
  });
});

test("S25 without a proxy the address of the connection is counted, whatever cookie it has and whatever it says of itself", async () => {
  await serving(2, { LIMIT_RUNS_PER_10_MIN: "2" }, async (one, two) => {
    const ask = async (from: string, url: string, expected: number, forwarded?: string) => {
      if (expected === 200) model.next(events(answer("hi")));
      const headers = forwarded === undefined ? {} : { "x-forwarded-for": forwarded };
      assert.equal(await newVisitorAsks(url, { from, headers }), expected, `${from} ${forwarded}`);
    };
    await ask("127.0.0.2", one.url, 200);
    await ask("127.0.0.2", two.url, 200, "203.0.113.1");
    await ask("127.0.0.2", one.url, 429);
    await ask("127.0.0.2", two.url, 429, "203.0.113.2");
    await ask("127.0.0.3", one.url, 200, "127.0.0.2");
  });
});

test("S25 behind a trusted proxy no spelling of an address is a way around the limit", async () => {
  await serving(1, { LIMIT_RUNS_PER_10_MIN: "1", TRUSTED_PROXY: "1" }, async ({ url }) => {
    const rows: [forwarded: string, status: number][] = [
      ["203.0.113.9:4711", 200],
      ['"203.0.113.9:4712"', 429],
      ["[::ffff:203.0.113.9]:80", 429],
      ["64:ff9b::cb00:7109", 429],
      ["203.0.113.9,", 429],
      ["64:ff9b::cb00:710a", 200],
      ["_a", 200],
      ["_b", 429],
      ["unknown", 429],
    ];
    for (const [forwarded, status] of rows) {
      if (status === 200) model.next(events(answer("hi")));
      const headers = { "x-forwarded-for": forwarded };
      assert.equal(await newVisitorAsks(url, { headers }), status, forwarded);
    }
  });
});

test("S25 a refused question is none: what was wrong with it does not count", async () => {
  await serving(1, { LIMIT_RUNS_PER_10_MIN: "2" }, async (app) => {
    const client = await apiClient(app.url);
    const { conversationId } = await answered(client);
    for (let count = 0; count < 4; count += 1) {
      const body = { runId: randomUUID(), message: { text: "x" }, parentMessageId: randomUUID() };
      const response = await client.post(`/api/conversations/${conversationId}/runs`, body);
      assert.equal(response.status, 409);
    }
    await answered(client);
    await refused(client, "rate_limited");
  });
});

test("S25 neither one run id in many requests at once nor one that was used before makes room", async () => {
  await serving(1, { LIMIT_RUNS_PER_10_MIN: "4" }, async (app) => {
    const client = await apiClient(app.url);
    const { runId, conversationId } = await answered(client);
    const shared = randomUUID();
    model.script(events(answer("hi")));
    const all = await Promise.all(
      ["a", "b", "c"].map((text) =>
        client.post(`/api/conversations/${randomUUID()}/runs`, { runId: shared, message: { text } }),
      ),
    );
    await Promise.all(all.map((each) => each.text()));
    assert.deepEqual(
      all.map(({ status }) => status).toSorted((a, b) => a - b),
      [200, 409, 409],
    );
    // One of them is a start; the others are none, or count as one each.
    let more = 0;
    for (let left = 10; left > 0; left -= 1) {
      const body = { runId: randomUUID(), message: { text: "more" } };
      const response = await client.post(`/api/conversations/${randomUUID()}/runs`, body);
      await response.text();
      if (response.status === 429) break;
      more += 1;
    }
    assert.ok(more <= 2, `${2 + more} starts`);
    await client.request(`/api/conversations/${conversationId}`, { method: "DELETE" });
    const again = () =>
      client.post(`/api/conversations/${conversationId}/runs`, { runId, message: { text: "go" } });
    await waitUntil("it is purged", async () => (await again()).status !== 410, 30_000);
    assert.equal((await again()).status, 429);
  });
});

test("S25 behind a trusted proxy an address is counted, whoever asks; what stands before it in the header is not believed", async () => {
  await serving(1, { LIMIT_RUNS_PER_10_MIN: "2", TRUSTED_PROXY: "1" }, async (app) => {
    const ask = async (forwarded: string, expected = 200) => {
      if (expected === 200) model.next(events(answer("hi")));
      const client = await apiClient(app.url);
      const body = { runId: randomUUID(), message: { text: "go" } };
      const response = await client.post(`/api/conversations/${randomUUID()}/runs`, body, {
        "x-forwarded-for": forwarded,
      });
      await response.text();
      assert.equal(response.status, expected, forwarded);
    };
    await ask("203.0.113.9");
    await ask("198.51.100.1, 203.0.113.9");
    await ask("198.51.100.2, 203.0.113.9", 429);
    await ask("2001:db8:1:2::1");
    await ask("2001:db8:1:2:ffff::7");
    await ask("2001:db8:1:2::3", 429);
    await ask("2001:db8:1:3::1");
  });
});

test("S25 only so many answers are written at once, in all processes; one that ends makes room", async () => {
  await serving(2, { LIMIT_LIVE_RUNS: "2" }, async (one, two) => {
    const client = await apiClient(one.url);
    const elsewhere = await apiClient(two.url, client.cookie);
    const over = gate();
    const runs: StartedStream[] = [];
    const asked = model.requests.length + 2;
    for (const each of [client, elsewhere]) {
      model.next({
        steps: [{ write: sse(textChunks("a")) }, { until: over.promise }, { write: sse(finish()) + done }],
      });
      runs.push(await each.ask("long"));
    }
    await waitUntil("both are being written", () => model.requests.length === asked);
    assert.ok((await refused(client, "too_many_live")) > 0);
    await refused(elsewhere, "too_many_live");
    over.open();
    for (const { response } of runs) await foldOf(response);
    await answered(client);
  });
});

test("S25 what one process takes on for everybody is bounded, and refused in words by whatever part of it counts", async () => {
  await serving(1, { LIMIT_SERVER_RUNS: "1", LIMIT_SERVER_STREAMS: "2" }, async (app) => {
    const [one, two] = [await apiClient(app.url), await apiClient(app.url)];
    const hold = gate();
    model.next({ steps: [{ until: hold.promise }, { write: done }] });
    const live = await one.ask("go");
    assert.equal(live.response.status, 200);
    const question = { runId: randomUUID(), message: { text: "more" } };
    const busy: [client: ApiClient, path: string, body?: object][] = [
      [two, `/api/conversations/${randomUUID()}/runs`, question],
      [one, `/api/runs/${live.runId}/events?after=0`],
    ];
    for (const [client, path, body] of busy) {
      const response = await (body ? client.post(path, body) : client.request(path));
      const { code, retryAfter } = await response.json();
      assert.deepEqual([response.status, code, retryAfter], [503, "server_busy", 5], path);
    }
    model.next({ steps: [{ until: hold.promise }, { write: done }] });
    const tests = [one.post("/api/models/test", {}), one.post("/api/models/test", {})];
    const early = await Promise.race(tests);
    assert.deepEqual([early.status, (await early.json()).code], [429, "rate_limited"]);
    hold.open();
    await Promise.all([...tests, live.response.text()]);
    assert.doesNotMatch(app.output(), /ProblemError/);
  });
});

test("S26 the day's tokens of the server's key are counted across processes; the demo model still answers", async () => {
  await serving(2, { LIMIT_TOKENS_PER_DAY: "100" }, async (one, two) => {
    const spend = async (app: AppServer, tokens: number) => {
      model.next(events(sse(textChunks("hi"), finish(), usage(tokens, 0)) + done));
      const { response } = await (await apiClient(app.url)).ask("go");
      assert.equal(response.status, 200);
      await foldOf(response);
    };
    await spend(one, 60);
    await spend(two, 60);
    const client = await apiClient(one.url);
    await waitUntil("the tokens are counted", async () => (await probe(client)) === 429);
    assert.ok((await refused(client, "budget")) <= 86_400);
    const demo = await client.post(`/api/conversations/${randomUUID()}/runs`, {
      runId: randomUUID(),
      message: { text: "Hello" },
      model: "rivulet-demo",
    });
    assert.equal(demo.status, 200);
    await demo.body?.cancel();
  });
});

/** The answer's status; the model has words ready if it is asked. */
async function probe(client: ApiClient): Promise<number> {
  model.next(events(answer("hi")));
  const { response } = await client.ask("go");
  await response.text();
  return response.status;
}
