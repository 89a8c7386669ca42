import { startAppServer } from "../support/app-server.ts";
import { redisMissing, startRedisServer } from "../support/redis-server.ts";
import { gate } from "../support/scripted-model.ts";
import { startServerPair } from "../support/server-pair.ts";
import { chatOf, end, expect, test, watchFaults, word } from "./fixtures.ts";

test.skip(({ isMobile }) => isMobile, "stores and processes know no screen");
test.skip(redisMissing !== false, redisMissing || "");

/** An outage of more than two leases is what 30 s are for a server as it comes. */
const quick = { LEASE_SECONDS: "2", HEARTBEAT_SECONDS: "0.5", SWEEP_SECONDS: "0.5" };

test("Redis is away for 5 s in mid-answer: the page says so, keeps what it shows, and completes it", async ({
  page,
  model,
}) => {
  test.setTimeout(60_000);
  const redis = await startRedisServer();
  const endpoint = { OPENAI_BASE_URL: model.url, OPENAI_MODEL: "scripted" };
  const app = await startAppServer({
    env: { REDIS_URL: redis.url, SESSION_SECRET: "s".repeat(32), ...endpoint },
  });
  try {
    const faults = watchFaults(page);
    const chat = chatOf(page, app.url);
    const more = gate();
    model.next({
      steps: [{ write: word("one ") }, { until: more.promise }, { write: word("two three") + end }],
    });
    const calls = model.requests.length;
    await chat.ask("go");
    await expect(chat.answer).toHaveText("one");
    await redis.stop();
    const stoppedAt = Date.now();
    more.open();
    await expect(chat.turn).toContainText("Saving is delayed", { timeout: 20_000 });
    await expect.poll(() => Date.now() - stoppedAt, { timeout: 20_000 }).toBeGreaterThanOrEqual(5000);
    await expect(chat.answer).toHaveText("one");
    await redis.start();
    await expect(chat.answer).toHaveText("one two three", { timeout: 20_000 });
    await chat.finished();
    await expect(chat.turn).not.toContainText("Saving");
    expect(model.requests.length - calls).toBe(1);
    expect(faults).toEqual([]);
  } finally {
    await app.kill();
    await redis.close();
  }
});

test("Redis is away for more than two leases: the page says that saving has stopped, asks nobody, and goes on without a reload", async ({
  page,
  context,
}) => {
  test.setTimeout(90_000);
  const redis = await startRedisServer();
  const pair = await startServerPair(redis.url, quick);
  const { model } = pair;
  try {
    const faults = watchFaults(page);
    const chat = chatOf(page, pair.a.url);
    let loads = 0;
    page.on("load", () => (loads += 1));
    const more = gate();
    model.next({
      steps: [{ write: word("one ") }, { until: more.promise }, { write: word("two ") }, { hang: true }],
    });
    model.next({ steps: [{ write: word("two three") + end }] });
    await chat.ask("go");
    await expect(chat.answer).toHaveText("one");
    const other = chatOf(await context.newPage(), pair.a.url);
    await other.page.goto(pair.a.url);
    const calls = model.requests.length;

    await redis.stop();
    more.open();
    await expect(chat.turn).toContainText("Saving is delayed", { timeout: 20_000 });
    await expect(chat.turn).toContainText("Saving has stopped", { timeout: 20_000 });
    await other.ask("keep me");
    await expect(other.turn).toContainText("Not sent: the server cannot store anything", { timeout: 20_000 });
    await expect(other.turn).toContainText("keep me");
    expect(model.requests.length).toBe(calls);
    await expect(chat.answer).toHaveText("one");

    await redis.start();
    await expect(chat.answer).toHaveText("one two three", { timeout: 30_000 });
    await chat.finished();
    await expect(chat.turn).not.toContainText("Saving");
    expect(loads).toBe(1);
    expect(model.requests.length).toBe(calls + 1);
    model.next({ steps: [{ write: word("next") + end }] });
    await chat.ask("and then?");
    await expect(chat.answer).toHaveText("next");
    expect(faults).toEqual([]);
  } finally {
    await pair.close();
    await redis.close();
  }
});

test("two servers on one Redis: started on A, shown on B, stopped from B; A dies and B goes on without a reload", async ({
  page,
  context,
}) => {
  test.setTimeout(90_000);
  const redis = await startRedisServer();
  const pair = await startServerPair(redis.url);
  const { model } = pair;
  try {
    const onA = chatOf(page, pair.a.url);
    model.next({ steps: [{ write: word("one ") }, { hang: true }] });
    await onA.ask("go");
    await expect(onA.answer).toHaveText("one");
    // One host, two ports: the cookie is the same, and so is the person.
    const onB = chatOf(await context.newPage(), pair.b.url);
    await onB.page.goto(page.url().replace(pair.a.url, pair.b.url));
    let loads = 0;
    onB.page.on("load", () => (loads += 1));
    await expect(onB.answer).toHaveText("one");
    await onB.stop.click();
    await expect.poll(() => model.requests.at(-1)?.closedAt).toBeDefined();
    for (const chat of [onA, onB]) await expect(chat.turn).toContainText("Stopped");

    model.next({ steps: [{ write: word("one ") }, { write: word("two ") }, { hang: true }] });
    model.next({ steps: [{ write: word("three") + end }] });
    await onA.ask("again");
    // A page that follows nothing learns of it within 10 s.
    await expect(onB.turn).toContainText("again", { timeout: 20_000 });
    await expect(onB.answer).toHaveText("one two");
    await pair.a.kill();
    await expect(onB.answer).toHaveText("one two three", { timeout: 30_000 });
    await onB.finished();
    expect(loads).toBe(0);
    await expect(onB.page.locator("article.turn")).toHaveCount(2);
  } finally {
    await pair.close();
    await redis.close();
  }
});
