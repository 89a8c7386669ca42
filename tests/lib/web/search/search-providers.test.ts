import assert from "node:assert/strict";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, test } from "node:test";
import { createBrave } from "#lib/web/search/brave.ts";
import type { SearchProvider } from "#lib/web/search/search-provider.ts";
import { createSearxng } from "#lib/web/search/searxng.ts";
import { createTavily } from "#lib/web/search/tavily.ts";

interface Received {
  method: string;
  path: string;
  headers: IncomingMessage["headers"];
  body: string;
}

let server: Server;
let url = "";
let received: Received[] = [];
let answer: (response: ServerResponse) => void;

before(async () => {
  server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => {
      body += String(chunk);
    });
    request.on("end", () => {
      const { method = "", url: path = "", headers } = request;
      received.push({ method, path, headers, body });
      answer(response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // Cast: it listens on a port.
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
after(() => {
  server.closeAllConnections();
  server.close();
});

const signal = new AbortController().signal;
const search = { query: "猫 & dogs", limit: 2 };
const key = "key-0123456789abcdef";

async function searched(provider: SearchProvider, value: unknown) {
  received = [];
  answer = (response) =>
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(value));
  const results = await provider.search(search, signal);
  return { results, request: received[0] ?? assert.fail() };
}

const page = (at: number) => ({ url: `https://${at}.example/`, title: `Title <b>${at}</b> &amp; more` });
const found = (at: number, excerpt: string) => ({
  url: `https://${at}.example/`,
  title: `Title ${at} & more`,
  excerpt,
});

test("SearXNG is asked for JSON, and its results are read", async () => {
  const { results, request } = await searched(createSearxng(`${url}/searx/`), {
    query: "q",
    results: [
      { ...page(1), content: "One", engine: "x", publishedDate: "2026-01-02T00:00:00" },
      { ...page(1), content: "The same page again" },
      { ...page(2), content: "Two" },
      { ...page(3), content: "Three" },
    ],
  });
  assert.deepEqual(results, [{ ...found(1, "One"), published: "2026-01-02T00:00:00" }, found(2, "Two")]);
  assert.equal(`${request.method} ${request.path}`, "GET /searx/search?q=%E7%8C%AB+%26+dogs&format=json");
});

test("Brave is asked with its key, and its results are read without their marks", async () => {
  const { results, request } = await searched(createBrave(key, url), {
    type: "search",
    web: {
      results: [{ ...page(1), description: "a <strong>cat</strong>", page_age: "2025-05-05T10:00:00" }],
    },
  });
  assert.deepEqual(results, [{ ...found(1, "a cat"), published: "2025-05-05T10:00:00" }]);
  assert.equal(request.path, "/res/v1/web/search?q=%E7%8C%AB+%26+dogs&count=2");
  assert.equal(request.headers["x-subscription-token"], key);
});

test("Tavily is asked with its key, and its results are read", async () => {
  const { results, request } = await searched(createTavily(key, url), {
    answer: null,
    results: [{ ...page(1), content: "One", score: 0.9, raw_content: null }],
  });
  assert.deepEqual(results, [found(1, "One")]);
  assert.deepEqual([request.method, request.headers.authorization], ["POST", `Bearer ${key}`]);
  assert.deepEqual(JSON.parse(request.body), { query: "猫 & dogs", max_results: 2 });
});

test("nothing found is no result, and what has no address of a page is none", async () => {
  assert.deepEqual((await searched(createBrave(key, url), { type: "search" })).results, []);
  const odd = [
    null,
    1,
    {},
    { url: "javascript:1" },
    { url: 5 },
    { url: "//x" },
    { url: "https://4.example/" },
  ];
  assert.deepEqual((await searched(createSearxng(url), { results: odd })).results, [
    { url: "https://4.example/", title: "4.example", excerpt: "" },
  ]);
});

const failures: [what: string, answer: (response: ServerResponse) => void, words: RegExp][] = [
  ["a wrong key", (response) => response.writeHead(401).end(key), /^Brave does not take the search/],
  ["too many searches", (response) => response.writeHead(429).end(), /^Brave wants fewer searches/],
  ["a failure of its own", (response) => response.writeHead(503).end(), /^Brave answered with status 503/],
  [
    "a redirect, which the key does not follow",
    (response) => response.writeHead(302, { location: `${url}/x` }).end(),
    /status 302/,
  ],
  ["no JSON", (response) => response.writeHead(200).end("<html>"), /no list of results/],
  ["no list", (response) => response.writeHead(200).end('{"web":{"results":5}}'), /no list of results/],
  ["no connection", (response) => response.destroy(), /could not be reached/],
];
for (const [what, reply, words] of failures)
  test(`${what} is told of in words that hold no key`, async () => {
    received = [];
    answer = reply;
    await assert.rejects(createBrave(key, url).search(search, signal), ({ message }: Error) => {
      assert.match(message, words);
      return !message.includes(key);
    });
    assert.equal(received.length, 1);
  });

test("who no longer waits gets the reason", async () => {
  const stop = new AbortController();
  answer = () => stop.abort(new Error("stopped"));
  await assert.rejects(createTavily(key, url).search(search, stop.signal), /^Error: stopped$/);
});
