import assert from "node:assert/strict";
import { test } from "node:test";
import { pageUrl } from "#lib/web/page-url.ts";

const read: [text: string, base: string | undefined, href: string][] = [
  ["https://a.example/x?y=1#part", undefined, "https://a.example/x?y=1"],
  // What is read is what is fetched: S52.
  ["http://a.example\\@b.example/", undefined, "http://a.example/@b.example/"],
  ["ht\ttp://a.exa\nmple/", undefined, "http://a.example/"],
  ["http://a.example#@b.example/", undefined, "http://a.example/"],
  ["http://①②⑦.①/", undefined, "http://127.0.0.1/"],
  ["http://0x7f.1/", undefined, "http://127.0.0.1/"],
  ["http://017700000001/", undefined, "http://127.0.0.1/"],
  ["http://2130706433/", undefined, "http://127.0.0.1/"],
  ["//b.example/y", "https://a.example/x", "https://b.example/y"],
  ["../z", "https://a.example/x/y", "https://a.example/z"],
  ["https://例子.example/路", undefined, "https://xn--fsqu00a.example/%E8%B7%AF"],
];
for (const [text, base, href] of read)
  test(`S52 ${JSON.stringify(text)} is ${href}`, () =>
    assert.equal(pageUrl(text, base === undefined ? undefined : new URL(base)).href, href));

const refused: [text: string, base: string | undefined, words: RegExp][] = [
  ["file:///etc/passwd", undefined, /only http and https/],
  ["ftp://a.example/", undefined, /only http and https/],
  ["gopher://a.example/", undefined, /only http and https/],
  ["javascript:1", "https://a.example/", /only http and https/],
  ["data:text/html,x", "https://a.example/", /only http and https/],
  ["http://user@a.example/", undefined, /user or a password/],
  ["http://a.example:x@b.example/", undefined, /user or a password/],
  ["https://bank.example@evil.example/", "https://a.example/", /user or a password/],
  ["no address", undefined, /no address of a page/],
  ["", undefined, /no address of a page/],
  ["http://", undefined, /no address of a page/],
  ["http://a.example/", "https://b.example/", /from https to http/],
  [`https://a.example/${"x".repeat(3000)}`, undefined, /more than 2048/],
];
for (const [text, base, words] of refused)
  test(`S52 ${JSON.stringify(text.slice(0, 60))} is refused`, () =>
    assert.throws(() => pageUrl(text, base === undefined ? undefined : new URL(base)), words));
