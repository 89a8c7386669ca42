import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { writtenPdf } from "../../support/written-pdf.ts";

/**
 * A site of bad pages, in a process of its own: what they cost to be made is not measured. One is made when
 * its head is asked for.
 */

const megabyte = 1024 * 1024;
const html = { "content-type": "text/html" };
const paragraph = `<p>${"words of an article ".repeat(12)}</p>`;
const news = `<html lang="zh"><body><article><h1>Z</h1>${"<p>Z</p>".repeat(400)}</article></body></html>`;
/** 今天的新闻：这是第一段，内容不多。 */
const gb18030 = "bdf1ccecb5c4d0c2cec5a3bad5e2cac7b5dad2bbb6cea3acc4dac8ddb2bbb6e0a1a3";

const inChinese = (sentence: Buffer): Buffer =>
  Buffer.concat(news.split(/(Z)/).map((piece) => (piece === "Z" ? sentence : Buffer.from(piece))));

type Page = (response: ServerResponse) => void;
const of = (make: () => string | Buffer, headers: Record<string, string> = html): Page => {
  let body: string | Buffer | undefined;
  return (response) => {
    body ??= make();
    response.writeHead(200, headers).end(body);
  };
};

const pages: Readonly<Record<string, Page>> = {
  "/article": of(() => `<html><body><article>${paragraph.repeat(8000)}`),
  "/nested": of(() => "<div>".repeat(400_000)),
  "/endless": (response) => {
    response.writeHead(200, html);
    const more = () => {
      while (response.write(paragraph.repeat(100)));
      response.once("drain", more);
    };
    more();
  },
  "/drips": (response) => {
    response.writeHead(200, html).write("<p>");
    const timer = setInterval(() => response.write("word "), 100);
    response.once("close", () => clearInterval(timer));
  },
  "/metadata": (response) => response.writeHead(302, { location: "http://169.254.169.254/latest/" }).end(),
  "/itself": (response) => response.writeHead(302, { location: "/itself" }).end(),
  "/zeros": of(() => gzipSync(Buffer.alloc(256 * megabyte)), { ...html, "content-encoding": "gzip" }),
  "/zeros-in-zeros": of(() => gzipSync(gzipSync(Buffer.alloc(256 * megabyte))), {
    ...html,
    "content-encoding": "gzip, gzip",
  }),
  "/bomb.pdf": of(() => writtenPdf({ pages: [Buffer.alloc(100 * megabyte, "(aaaa) Tj ")] }), {
    "content-type": "application/pdf",
  }),
  "/chinese": of(() => inChinese(Buffer.from("今天的新闻：这是第一段，内容不多。"))),
  "/wrong-charset": of(() => inChinese(Buffer.from(gb18030, "hex")), {
    "content-type": "text/html; charset=iso-8859-1",
  }),
  "/picture": of(() => Buffer.alloc(megabyte), { "content-type": "image/png" }),
};

const isEndless: ReadonlySet<string> = new Set(["/endless", "/drips"]);

const server = createServer((request, response) => {
  const page = pages[request.url ?? ""];
  if (!page) response.writeHead(404).end();
  else if (request.method === "HEAD" && isEndless.has(request.url ?? "")) response.end();
  else page(response);
});
server.listen(0, "127.0.0.1", () => {
  // Cast: it listens on a port.
  console.log(`ready ${(server.address() as AddressInfo).port}`);
});
