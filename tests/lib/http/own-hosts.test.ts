import assert from "node:assert/strict";
import { test } from "node:test";
import { readConfig } from "#lib/config.ts";
import { checkOrigin } from "#lib/http/origin.ts";
import { createOwnHosts } from "#lib/http/own-hosts.ts";

const secret = { SESSION_SECRET: "s".repeat(32) };

/** The names of a server that is started with these settings, on a machine called `Nas`. */
function hostsOf(env: Record<string, string>) {
  const { host, publicUrl, allowedHosts } = readConfig({ ...secret, ...env });
  const loopbackOnly = host === "127.0.0.1";
  return createOwnHosts({ loopbackOnly, ...(publicUrl && { publicUrl }), allowedHosts, machineName: "Nas" });
}

const loopback = [
  "localhost",
  "LOCALHOST:3000",
  "127.0.0.1",
  "127.0.0.2:80",
  "[::1]",
  "[::1]:3000",
  "localhost.",
];
const odd = [
  "",
  "evil.test",
  "127.0.0.1.evil.test",
  "localhost.evil.test",
  "evil.test.",
  "localhost@evil.test",
  "evil.test/localhost",
  "evil.test#localhost",
  "evil.test, localhost",
  "localhost:evil",
  "localhost:3000:3000",
  "2130706433",
  "0x7f.1",
  "[::1].evil.test",
  "[::1",
  "chat.example.com.evil.test",
  "evilchat.example.com",
];

const settings: { env: Record<string, string>; yes: string[]; no: string[] }[] = [
  { env: {}, yes: [], no: ["0.0.0.0", "[::]", "192.168.0.2", "nas", "nas.local", "chat.example.com"] },
  {
    env: { HOST: "0.0.0.0" },
    yes: ["192.168.0.2:3000", "10.1.2.3", "[fd00::1]:3000", "[2001:DB8::1]", "nas:3000", "NAS.local"],
    no: ["chat.example.com", "nas.evil.test", "999.1.1.1", "[::g]", "1.2.3.4.5"],
  },
  {
    env: { HOST: "::", ALLOWED_HOSTS: "chat.example.com" },
    yes: [
      "chat.example.com",
      "CHAT.Example.COM:443",
      "chat.example.com.",
      "chat.example.com:8080",
      "10.1.2.3",
    ],
    no: ["a.chat.example.com", "example.com"],
  },
  {
    env: { PUBLIC_URL: "https://Chat.Example.com" },
    yes: ["chat.example.com", "Chat.example.com:443", "chat.example.com:8443"],
    no: ["a.chat.example.com", "10.1.2.3"],
  },
  {
    env: { PUBLIC_URL: "https://chat.example.com." },
    yes: ["chat.example.com", "chat.example.com.", "chat.example.com:443"],
    no: ["a.chat.example.com"],
  },
  {
    env: { PUBLIC_URL: "http://chat.example.com:8080/" },
    yes: ["chat.example.com", "chat.example.com:8080"],
    no: [],
  },
  {
    env: { ALLOWED_HOSTS: " Chat.Example.com:443 ,*.example.org,[FD00::1]:3000  10.0.0.7 münchen.example," },
    yes: [
      "chat.example.com",
      "chat.example.com:443",
      "a.example.org",
      "b.a.example.org:9",
      "[fd00::1]:3000",
      "10.0.0.7:3000",
      "xn--mnchen-3ya.example",
    ],
    no: ["chat.example.com:8443", "example.org", "aexample.org", "[fd00::1]:3001", "10.0.0.8"],
  },
];

for (const { env, yes, no } of settings) {
  test(`${JSON.stringify(env)}: answers to its own names and to no other`, () => {
    const hosts = hostsOf(env);
    for (const host of [...loopback, ...yes]) assert.equal(hosts.includes(host), true, host);
    for (const host of [...odd, ...no]) assert.equal(hosts.includes(host), false, host);
    assert.equal(hosts.includes(null), true, "a health check without a Host comes from no browser");
  });
}

test("ALLOWED_HOSTS=* answers to every name that is one", () => {
  assert.equal(hostsOf({ ALLOWED_HOSTS: "*" }).includes("evil.test:1"), true);
  assert.equal(hostsOf({ ALLOWED_HOSTS: "*" }).includes("a/b"), false);
});

test("PUBLIC_URL and ALLOWED_HOSTS: what is no origin, and what is no name, is refused by name", () => {
  for (const wrong of [
    "chat.example.com",
    "ftp://h",
    "https://h/chat",
    "https://h?x",
    "https://h#x",
    "https://u:p@h",
  ])
    assert.throws(
      () => readConfig({ PUBLIC_URL: wrong }),
      /^ConfigError: PUBLIC_URL: .*chat\.example\.com$/,
      wrong,
    );
  for (const wrong of [
    "https://chat.example.com",
    "a/b",
    "a..b",
    "*.",
    "*.*",
    "a.*",
    "a:b",
    "u@h",
    "chat.example.com/",
  ])
    assert.throws(() => readConfig({ ALLOWED_HOSTS: wrong }), /^ConfigError: ALLOWED_HOSTS: /, wrong);
});

interface ChangingRequest {
  origin?: string;
  host?: string;
  site?: string;
  env?: Record<string, string>;
}

const proxied = { PUBLIC_URL: "https://chat.example.com" };
const pages: { what: string; asked: ChangingRequest; own: boolean }[] = [
  { what: "the same host", asked: { origin: "http://h:3000", host: "h:3000" }, own: true },
  { what: "the same host in another case", asked: { origin: "http://h", host: "H" }, own: true },
  { what: "https' own port in one of the two", asked: { origin: "https://h", host: "h:443" }, own: true },
  { what: "http's own port in one of the two", asked: { origin: "http://h", host: "h:80" }, own: true },
  { what: "the port of another scheme", asked: { origin: "http://h", host: "h:443" }, own: false },
  { what: "another port", asked: { origin: "https://h:8443", host: "h" }, own: false },
  { what: "another port of the same host", asked: { origin: "http://h:3001", host: "h:3000" }, own: false },
  { what: "an IPv6 address", asked: { origin: "http://[::1]:3000", host: "[::1]:3000" }, own: true },
  { what: "a name with its last dot", asked: { origin: "https://h.", host: "h." }, own: true },
  { what: "another site", asked: { origin: "https://evil.test", host: "h" }, own: false },
  { what: "no origin that can be read", asked: { origin: "null", host: "h" }, own: false },
  { what: "an empty origin", asked: { origin: "", host: "h" }, own: false },
  { what: "another scheme", asked: { origin: "ftp://h", host: "h" }, own: false },
  { what: "a name before the host", asked: { origin: "https://h", host: "h@evil.test" }, own: false },
  { what: "nothing at all: no browser", asked: { host: "h" }, own: true },
  {
    what: "a proxy that replaced Host, and the browser knows",
    asked: { origin: "https://chat.example.com", host: "127.0.0.1:3000", site: "same-origin" },
    own: true,
  },
  {
    what: "a proxy that replaced Host, and PUBLIC_URL names it",
    asked: { origin: "https://chat.example.com", host: "127.0.0.1:3000", env: proxied },
    own: true,
  },
  {
    what: "another site before such a proxy",
    asked: { origin: "https://evil.test", host: "127.0.0.1:3000", env: proxied },
    own: false,
  },
  {
    what: "the other scheme of PUBLIC_URL",
    asked: { origin: "http://chat.example.com", host: "127.0.0.1:3000", env: proxied },
    own: false,
  },
  {
    what: "another application on the same host, whose port a proxy took off",
    asked: { origin: "http://h", host: "h", site: "same-site" },
    own: false,
  },
  { what: "another site that says so", asked: { host: "h", site: "cross-site" }, own: false },
  { what: "a word that no browser sends", asked: { host: "h", site: "own" }, own: false },
  { what: "an address that somebody typed", asked: { host: "h", site: "none" }, own: true },
];

for (const { what, asked, own } of pages) {
  test(`a changing request, ${what}: ${own ? "ours" : "refused"}`, () => {
    const { origin, host, site, env = {} } = asked;
    const headers = new Headers();
    for (const [name, value] of Object.entries({ origin, host, "sec-fetch-site": site }))
      if (value !== undefined) headers.set(name, value);
    const check = () => checkOrigin(new Request("http://inside", { method: "POST", headers }), hostsOf(env));
    if (own) check();
    else assert.throws(check, { code: "foreign_origin" });
  });
}
