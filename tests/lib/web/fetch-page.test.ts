import assert from "node:assert/strict";
import type { IncomingMessage, ServerResponse } from "node:http";
import { after, before, test } from "node:test";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { createPageFetch, type FetchPageOptions } from "#lib/web/fetch-page.ts";
import { startWebHosts, type WebHosts } from "../../support/web-hosts.ts";

type Answer = (response: ServerResponse, request: IncomingMessage) => void;

const html = { "content-type": "text/html; charset=utf-8" };
const megabytes = (count: number, byte = "x") => Buffer.alloc(count * 1024 * 1024, byte);

/** Goes on until its reader has gone. */
function endless(response: ServerResponse, chunk: Buffer | string): void {
  response.write(chunk);
  response.on("drain", () => response.write(chunk));
}

const pages = new Map<string, Answer>([
  ["/short", (response) => response.writeHead(200, html).end("<p>short</p>")],
  ["/two-megabytes", (response) => response.writeHead(200, html).end(megabytes(2))],
  ["/three-megabytes", (response) => response.writeHead(200, html).end(megabytes(3))],
  ["/endless", (response) => endless(response.writeHead(200, html), megabytes(1))],
  ["/dripping", (response) => void response.writeHead(200, html).write("<p>more")],
  ["/no-answer", () => undefined],
  [
    "/zeros",
    (response) =>
      response
        .writeHead(200, { ...html, "content-encoding": "gzip" })
        .end(gzipSync(Buffer.alloc(100 * 1024 * 1024))),
  ],
  [
    "/brotli-zeros",
    (response) =>
      response
        .writeHead(200, { ...html, "content-encoding": "br" })
        .end(brotliCompressSync(Buffer.alloc(20 * 1024 * 1024))),
  ],
  ["/not-gzip", (response) => response.writeHead(200, { ...html, "content-encoding": "gzip" }).end("plain")],
  ["/picture", (response) => response.writeHead(200, { "content-type": "image/png" }).end("x")],
  [
    "/program",
    (response) => response.writeHead(200, { "content-type": "application/octet-stream" }).end("x"),
  ],
  ["/json", (response) => response.writeHead(200, { "content-type": "application/ld+json" }).end("{}")],
  ["/no-type", (response) => response.writeHead(200).end("text")],
  ["/many-headers", (response) => response.writeHead(200, { ...html, x: "y".repeat(40_000) }).end("x")],
  ["/gone", (response) => response.writeHead(410, html).end("<p>gone</p>")],
  ["/nowhere", (response) => response.writeHead(302, html).end()],
  ["/refused", (response) => response.destroy()],
  [
    "/broken-off",
    (response) => {
      response.writeHead(200, { ...html, "content-length": "100" }).write("half of it");
      setImmediate(() => response.destroy());
    },
  ],
]);
let web: WebHosts;

before(async () => {
  web = await startWebHosts((request, response) => pages.get(request.url ?? "")?.(response, request));
});
after(() => web.close());

const fetchFrom = (path: string, options: FetchPageOptions = {}, signal = new AbortController().signal) =>
  createPageFetch({ ...web.options, ...options })(`http://page.example:${web.port}${path}`, signal);

test("a page is its bytes, its type and where it lay", async () => {
  const { bytes, url, ...page } = await fetchFrom("/short");
  assert.equal(Buffer.from(bytes).toString(), "<p>short</p>");
  assert.equal(url.href, `http://page.example:${web.port}/short`);
  assert.deepEqual(page, { contentType: "text/html", charset: "utf-8", isCut: false });
});

const cut: [path: string, isCut: boolean][] = [
  ["/two-megabytes", false],
  ["/three-megabytes", true],
  ["/endless", true],
  ["/zeros", true],
  ["/brotli-zeros", true],
];
for (const [path, isCut] of cut)
  test(`of ${path} the first two megabytes are read, and ${isCut ? "that there is more is" : "no more is"} told`, async () => {
    const page = await fetchFrom(path);
    assert.deepEqual([page.bytes.length, page.isCut], [2 * 1024 * 1024, isCut]);
  });

const slow: [path: string, words: RegExp][] = [
  ["/dripping", /did not come within/],
  ["/no-answer", /did not come within/],
];
for (const [path, words] of slow)
  test(`${path} ends in words when its time is up`, () =>
    assert.rejects(fetchFrom(path, { timeLimitMs: 100 }), words));

const refused: [path: string, words: RegExp][] = [
  ["/picture", /sent image\/png, and only text and PDF are read/],
  ["/program", /sent application\/octet-stream/],
  ["/not-gzip", /not packed as it says/],
  ["/many-headers", /more headers than are read/],
  ["/gone", /answered with status 410/],
  ["/nowhere", /answered with status 302/],
  ["/refused", /ended the connection/],
];
for (const [path, words] of refused)
  test(`${path} is told of in words`, () => assert.rejects(fetchFrom(path), words));

test("a type that is text by its form is read, and so is a page without a type", async () => {
  assert.equal((await fetchFrom("/json")).contentType, "application/ld+json");
  assert.equal((await fetchFrom("/no-type")).contentType, "");
});

test("a page that breaks off is what has come of it", async () => {
  const { bytes, isCut } = await fetchFrom("/broken-off");
  assert.deepEqual([Buffer.from(bytes).toString(), isCut], ["half of it", true]);
});

test("who no longer waits for a page ends its connection, and gets the reason", async () => {
  const stop = new AbortController();
  const page = fetchFrom("/no-answer", {}, stop.signal);
  stop.abort(new Error("stopped"));
  await assert.rejects(page, /^Error: stopped$/);
});

test("a host that takes no connection is told of", async () => {
  const page = createPageFetch(web.options)("http://page.example:2/", new AbortController().signal);
  await assert.rejects(page, /does not take the connection/);
});
