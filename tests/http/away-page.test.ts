import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type ApiClient, apiClient } from "../support/api-client.ts";
import { type AppServer, startAppServer } from "../support/app-server.ts";
import { type RedisServer, redisMissing, startRedisServer } from "../support/redis-server.ts";
import { waitUntil } from "../support/wait-until.ts";

const skip = redisMissing;
let redis: RedisServer;
let app: AppServer;
let client: ApiClient;
let conversationId: string;
before(async () => {
  if (skip !== false) return;
  redis = await startRedisServer();
  app = await startAppServer({ env: { REDIS_URL: redis.url, SESSION_SECRET: "s".repeat(32) } });
  client = await apiClient(app.url);
  const asked = await client.ask("one");
  await asked.response.text();
  conversationId = asked.conversationId;
});
after(async () => {
  if (skip !== false) return;
  await app.kill();
  await redis.close();
});

const languages = [
  ["en", "Your conversations cannot be reached just now", /Nothing was deleted/],
  ["zh", "暂时读不到你的对话", /什么都没有删除/],
] as const;

/** What is read by whoever runs no script. */
const wordsOf = (html: string): string =>
  html
    .replace(/<(script|style|title)\b[^]*?<\/\1>/g, "")
    .replace(/<[^>]*>/g, " ")
    .replace(/\s+/g, " ");

async function page(path: string, language: string, cookie?: string) {
  const headers = { "accept-language": language, ...(cookie !== undefined && { cookie }) };
  const response = await fetch(app.url + path, { headers });
  return { response, html: await response.text() };
}

test("while the store is away every page has words without script, in both languages, status 503 and when to ask again", {
  skip,
}, async () => {
  await redis.stop();
  const paths = ["/", `/c/${conversationId}`, "/settings", "/settings/data", `/join/${"a".repeat(32)}`];
  for (const path of paths)
    await Promise.all(
      languages.flatMap((language) =>
        [client.cookie, undefined].map((cookie) => proveWords(path, language, cookie)),
      ),
    );
  const head = await fetch(app.url, { method: "HEAD", headers: { cookie: client.cookie } });
  assert.equal(head.status, 503);
});

async function proveWords(
  path: string,
  [language, title, text]: (typeof languages)[number],
  cookie?: string,
): Promise<void> {
  const { response, html } = await page(path, language, cookie);
  const [words, where] = [wordsOf(html), `${path} in ${language}, ${cookie ? "known" : "new"}`];
  assert.equal(response.status, 503, where);
  assert.equal(response.headers.get("retry-after"), "10", where);
  assert.ok(response.headers.has("content-security-policy"), where);
  assert.ok(words.includes(title), `${where}: ${words.slice(0, 200)}`);
  assert.match(words, text, where);
  assert.match(html, language === "zh" ? /<html lang="zh-CN"/ : /<html lang="en"/, where);
  assert.match(html, /<meta http-equiv="refresh" content="10"/, where);
  assert.match(html, /<a href=""/, "a link that asks again");
}

test("a store that fails while a page is rendered: the same words, 503 and when to ask again, and no line of a crash", {
  skip,
}, async () => {
  await redis.start();
  await waitUntil(
    "the page is there",
    async () => (await page("/", "en", client.cookie)).response.status === 200,
  );
  // Who asks is known, and nothing else can be read.
  await redis.command("ACL SETUSER default resetkeys ~rivulet:sessions ~rivulet:moves");
  const before = app.output().length;
  for (const path of [
    "/",
    `/c/${conversationId}`,
    "/settings",
    "/settings/data",
    `/join/${"a".repeat(32)}`,
  ]) {
    const { response, html } = await page(path, "en", client.cookie);
    assert.equal(response.status, 503, path);
    assert.equal(response.headers.get("retry-after"), "10", path);
    assert.match(wordsOf(html), /cannot be reached just now/, path);
  }
  assert.doesNotMatch(app.output().slice(before), /\n\s+at /);
  await redis.command("ACL SETUSER default ~*");
  const { response } = await page(`/c/${conversationId}`, "en", client.cookie);
  assert.equal(response.status, 200);
  await redis.stop();
});

test("what needs no store is shown as ever meanwhile", { skip }, async () => {
  const { response, html } = await page("/ended/logged-out", "en", client.cookie);
  assert.equal(response.status, 200);
  assert.doesNotMatch(wordsOf(html), /cannot be reached/);
});

test("with the store back the same cookie sees its conversation again", { skip }, async () => {
  await redis.start();
  await waitUntil("the page is there", async () => {
    const { response, html } = await page(`/c/${conversationId}`, "en", client.cookie);
    return response.status === 200 && !wordsOf(html).includes("cannot be reached");
  });
  assert.equal((await client.request("/api/conversations")).status, 200);
});
