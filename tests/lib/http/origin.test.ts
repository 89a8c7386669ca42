import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { checkHost, checkOrigin, isSecure } from "#lib/http/origin.ts";
import { createOwnHosts } from "#lib/http/own-hosts.ts";

const loopback = createOwnHosts({ loopbackOnly: true, allowedHosts: [], machineName: "tests" });

const post = (headers: Record<string, string>, method = "POST") =>
  new Request("http://inside/", { method, headers });

describe("a host is of this machine", () => {
  const hosts: [host: string, isOwn: boolean][] = [
    ["localhost", true],
    ["LOCALHOST:3000", true],
    ["127.0.0.1", true],
    ["127.1.2.3:80", true],
    ["[::1]:3000", true],
    ["", false],
    ["localhost.evil.test", false],
    ["evil.test:127", false],
    ["127.0.0.1.evil.test", false],
    ["127.0.0.1:3000:1", false],
    ["[::2]", false],
  ];
  for (const [host, isOwn] of hosts)
    test(`${host || "none"}: ${isOwn}`, () => {
      const check = () => checkHost(post({ host }), loopback);
      if (isOwn) check();
      else assert.throws(check, { status: 403, code: "foreign_host" });
    });
});

describe("a changing request comes from a page of ours", () => {
  const host = "a.example";
  const headers: [title: string, headers: Record<string, string>, isOwn: boolean][] = [
    ["the same origin", { host, origin: "https://a.example" }, true],
    ["another scheme in front of a proxy", { host, origin: "http://a.example" }, true],
    ["another port", { host, origin: "https://a.example:444" }, false],
    ["another site", { host, origin: "https://evil.test" }, false],
    ["a site that begins like ours", { host, origin: "https://a.example.evil.test" }, false],
    ["a sandboxed page", { host, origin: "null" }, false],
    ["no browser: neither header", { host }, true],
    ["no Origin, from our page", { host, "sec-fetch-site": "same-origin" }, true],
    ["no Origin, typed into the address bar", { host, "sec-fetch-site": "none" }, true],
    ["no Origin, from a sibling site", { host, "sec-fetch-site": "same-site" }, false],
    ["no Origin, from another site", { host, "sec-fetch-site": "cross-site" }, false],
  ];
  for (const [title, sent, isOwn] of headers)
    test(title, () => {
      for (const method of ["POST", "PATCH", "DELETE"]) {
        const check = () => checkOrigin(post(sent, method), loopback);
        if (isOwn) check();
        else assert.throws(check, { status: 403, code: "foreign_origin" }, method);
      }
      checkOrigin(post(sent, "GET"), loopback);
      checkOrigin(post(sent, "HEAD"), loopback);
    });
});

test("a request is secure where the outermost proxy says so", () => {
  for (const [proto, secure] of [
    ["https", true],
    ["HTTPS", true],
    ["http", false],
    ["https, http", false],
    ["", false],
  ] as const)
    assert.equal(isSecure(new Headers(proto === "" ? {} : { "x-forwarded-proto": proto })), secure, proto);
});
