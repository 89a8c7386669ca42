import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { createPageFetch } from "#lib/web/fetch-page.ts";
import { publicAddress, startWebHosts, type WebHosts } from "../support/web-hosts.ts";

/** By path: where a hop leads. */
const hops = new Map<string, string>();
let web: WebHosts;

before(async () => {
  web = await startWebHosts((request, response) => {
    const location = hops.get(request.url ?? "");
    if (location !== undefined) response.writeHead(302, { location });
    else response.writeHead(200, { "content-type": "text/plain" });
    response.end("the page");
  });
});
after(() => web.close());
beforeEach(() => {
  web.requests.length = 0;
  web.names.clear();
  web.lookups.length = 0;
  hops.clear();
});

const signal = new AbortController().signal;
const textOf = async (address: string, ownHosts: readonly string[] = []): Promise<string> => {
  const { bytes } = await createPageFetch({ ...web.options, ownHosts })(address, signal);
  return Buffer.from(bytes).toString();
};
const notOpen = /not on the open internet/;

test("a page of the open internet is read, and its server is sent no more than the request", async () => {
  assert.equal(await textOf(`http://page.example:${web.port}/a?b=c#d`), "the page");
  const [request] = web.requests;
  assert.deepEqual([request?.host, request?.path], [`page.example:${web.port}`, "/a?b=c"]);
  assert.deepEqual(Object.keys(request?.headers ?? {}).sort(), [
    ...["accept", "accept-encoding", "connection", "host", "user-agent"],
  ]);
});

/** S50: what is written in the URL. */
const written = [
  ...["127.0.0.1", "127.1", "127.0.1", "0", "0.0.0.0", "2130706433", "0x7f000001", "0x7f.0x0.0x0.0x1"],
  ...["0177.0.0.1", "017700000001", "127.0.0.1.", "①②⑦.⓪.⓪.①", "１２７.0.0.1", "%31%32%37.0.0.1"],
  ...["10.0.0.1", "100.64.0.1", "169.254.169.254", "172.16.0.1", "172.31.9.9", "192.168.1.1", "192.0.0.1"],
  ...["198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "0.0.0.1"],
  ...["[::]", "[::1]", "[fc00::1]", "[fd00:ec2::254]", "[fe80::1]", "[ff02::1]", "[::ffff:127.0.0.1]"],
  ...[
    "[::ffff:7f00:1]",
    "[0:0:0:0:0:ffff:7f00:0001]",
    "[::127.0.0.1]",
    "[64:ff9b::7f00:1]",
    "[2002:7f00:1::]",
  ],
  ...["[2001:0:7f00:1::]", "[::ffff:8.8.8.8]", "[::ffff:0:127.0.0.1]", "[64:ff9b:1::7f00:1]"],
  ...["[64:ff9b::169.254.169.254]", "[2002:a9fe:a9fe::]", "[fec0::1]", "[100::1]", "[5f00::1]", "0.0.0.0."],
  ...["127。0。0。1", "0177.0x0.0.1", "100.100.100.200", "168.63.129.16", "192.0.2.1", "192.88.99.1"],
];
for (const host of written)
  test(`S50 ${host} in an address is refused before anything is connected`, async () => {
    await assert.rejects(textOf(`http://${host}:${web.port}/`), notOpen);
    assert.deepEqual([web.requests, web.lookups], [[], []]);
  });

/** S50: what a name stands for. */
const resolved = [
  ...["127.0.0.1", "0.0.0.0", "10.1.2.3", "100.64.0.1", "169.254.169.254", "172.20.0.1", "192.168.0.1"],
  ...["192.0.0.8", "198.19.0.1", "224.0.0.251", "240.1.1.1", "::1", "::", "fc00::1", "fe80::1", "ff02::1"],
  ...["::ffff:127.0.0.1", "::ffff:7f00:1", "64:ff9b::a00:1", "2002:a00:1::", "2001::1"],
];
for (const address of resolved)
  test(`S50 a name that stands for ${address} is refused when it is connected`, async () => {
    for (const name of ["inside.example", "localhost", "localhost."]) {
      web.names.set(name, [[address]]);
      await assert.rejects(textOf(`http://${name}:${web.port}/`), notOpen);
    }
    assert.deepEqual(web.requests, []);
  });

test("S50 a name that is written in other letters is looked up as the one that it is", async () => {
  web.names.set("localhost", [["127.0.0.1"]]);
  for (const host of ["ⓛⓞⓒⓐⓛⓗⓞⓢⓣ", "LOCALHOST", "localhost\u00ad", "%6c%6f%63alhost"])
    await assert.rejects(textOf(`http://${host}:${web.port}/`), notOpen);
  assert.deepEqual([web.requests, new Set(web.lookups)], [[], new Set(["localhost"])]);
});

test("S50 an address that this machine has itself is not reached, public as it is", async () => {
  const own = createPageFetch({ ...web.options, ownAddresses: () => [publicAddress, "2606:4700::1"] });
  web.names.set("six.example", [["2606:4700:0:0::1"]]);
  for (const host of [publicAddress, "page.example", "[2606:4700:0::1]", "six.example"])
    await assert.rejects(own(`http://${host}:${web.port}/`, signal), notOpen);
  assert.deepEqual(web.requests, []);
});

test("S50 no port of another protocol is connected to, unless the operator names it", async () => {
  for (const port of [0, 22, 25, 6667])
    await assert.rejects(textOf(`http://page.example:${port}/`), /no page is read at port/);
  hops.set("/mail", "http://page.example:25/");
  await assert.rejects(textOf(`http://page.example:${web.port}/mail`), /no page is read at port 25/);
  assert.deepEqual(web.lookups, ["page.example"]);
  await assert.rejects(textOf("http://page.example:6667/", ["page.example:6667"]), /does not take/);
});

test("S50 a name of which one address is not public is reached by none of them", async () => {
  for (const addresses of [
    [publicAddress, "127.0.0.1"],
    ["::1", publicAddress],
  ]) {
    web.names.set("both.example", [addresses]);
    await assert.rejects(textOf(`http://both.example:${web.port}/`), notOpen);
  }
  assert.deepEqual(web.requests, []);
});

test("S50 a name without an address is told of", async () => {
  web.names.set("none.example", [[]]);
  await assert.rejects(textOf(`http://none.example:${web.port}/`), /has no address/);
});

test("S53 a name that is public at first and then of this machine is judged by each of its look-ups", async () => {
  web.names.set("rebind.example", [[publicAddress], ["127.0.0.1"]]);
  hops.set("/first", `http://rebind.example:${web.port}/second`);
  await assert.rejects(textOf(`http://rebind.example:${web.port}/first`), notOpen);
  assert.deepEqual(
    web.requests.map(({ path }) => path),
    ["/first"],
  );
  // Nothing looks it up before it is connected: there is no earlier answer to rely on.
  assert.deepEqual(web.lookups, ["rebind.example", "rebind.example"]);
  web.requests.length = 0;
  web.names.set("once.example", [["127.0.0.1"], [publicAddress]]);
  await assert.rejects(textOf(`http://once.example:${web.port}/`), notOpen);
  assert.deepEqual(web.requests, []);
});

/** S51: where a page leads. */
const leads: [what: string, location: () => string, words: RegExp][] = [
  ["cloud metadata", () => "http://169.254.169.254/latest/meta-data/", notOpen],
  ["this machine", () => `http://127.0.0.1:${web.port}/x`, notOpen],
  ["this machine, without a scheme", () => `//127.0.0.1:${web.port}/x`, notOpen],
  ["this machine in IPv6", () => `http://[::1]:${web.port}/x`, notOpen],
  ["this machine, with the slashes of another system", () => `\\\\127.0.0.1:${web.port}/x`, notOpen],
  ["this machine over https", () => `https://[::ffff:127.0.0.1]:${web.port}/x`, notOpen],
  ["this machine in one number", () => `http://2130706433:${web.port}/x`, notOpen],
  ["a name of this machine", () => `http://inside.example:${web.port}/x`, notOpen],
  ["a file", () => "file:///etc/passwd", /only http and https/],
  ["another scheme", () => "gopher://127.0.0.1:6379/_FLUSHALL", /only http and https/],
  ["what it holds itself", () => "data:text/html,hello", /only http and https/],
  ["a socket of this machine", () => "unix:/var/run/docker.sock", /only http and https/],
  ["a script", () => "javascript:alert(1)", /only http and https/],
  ["a user and a password", () => `http://a:b@page.example:${web.port}/`, /user or a password/],
  ["itself", () => `http://page.example:${web.port}/start`, /leads on more than 5 times/],
];
for (const [what, location, words] of leads)
  test(`S51 a page that leads to ${what} is not followed`, async () => {
    web.names.set("inside.example", [["192.168.0.7"]]);
    hops.set("/start", location());
    await assert.rejects(textOf(`http://page.example:${web.port}/start`), words);
    assert.ok(web.requests.every(({ path }) => path === "/start"));
  });

test("S51 five hops are followed, each by its own look-up, and a sixth is not", async () => {
  for (let at = 0; at < 6; at += 1) hops.set(`/${at}`, `//hop-${at}.example:${web.port}/${at + 1}`);
  assert.equal(await textOf(`http://page.example:${web.port}/1`), "the page");
  assert.equal(new Set(web.lookups).size, 6);
  await assert.rejects(textOf(`http://page.example:${web.port}/0`), /more than 5 times/);
});

test("S52 the address that was judged is the one that is fetched", async () => {
  const reach: [string, string][] = [
    [`http://page.example:${web.port}\\@127.0.0.1/`, "/@127.0.0.1/"],
    [`http://page.example:${web.port}#@127.0.0.1/`, "/"],
    [`http://page.exa\tmple:${web.port}/\n`, "/"],
    [`http:/\\page.example:${web.port}/`, "/"],
    [`  http://page.example:${web.port}/  `, "/"],
  ];
  for (const [address, path] of reach) {
    web.requests.length = 0;
    assert.equal(await textOf(address), "the page", address);
    assert.deepEqual(
      web.requests.map((each) => [each.host, each.path]),
      [[`page.example:${web.port}`, path]],
    );
  }
  for (const address of [
    `http://page.example@127.0.0.1:${web.port}/`,
    `http://127.0.0.1:x@page.example:${web.port}/`,
  ])
    await assert.rejects(textOf(address), /user or a password/);
});

test("what the operator names by host and port may be anywhere, and nothing beside it", async () => {
  const own = [`127.0.0.1:${web.port}`, "wiki.internal:80", `[::1]:${web.port}`];
  assert.equal(await textOf(`http://127.0.0.1:${web.port}/`, own), "the page");
  assert.equal(await textOf(`http://2130706433:${web.port}/`, own), "the page");
  await assert.rejects(textOf("http://127.0.0.1:2/", own), notOpen);
  web.names.set("other.internal", [["127.0.0.1"]]);
  await assert.rejects(textOf(`http://other.internal:${web.port}/`, own), notOpen);
  hops.set("/out", `http://127.0.0.2:${web.port}/`);
  await assert.rejects(textOf(`http://127.0.0.1:${web.port}/out`, own), notOpen);
});
