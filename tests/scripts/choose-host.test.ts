import assert from "node:assert/strict";
import { hostname, networkInterfaces } from "node:os";
import { test } from "node:test";
import { chooseHost } from "../../scripts/choose-host.mjs";

const own = Object.values(networkInterfaces())
  .flat()
  .find((address) => address?.family === "IPv4" && !address.internal)?.address;

const used: [string | undefined, string | undefined][] = [
  [undefined, undefined],
  ["", undefined],
  ["127.0.0.1", "127.0.0.1"],
  [" 0.0.0.0 ", "0.0.0.0"],
  ["LocalHost", "localhost"],
  ["::1", "::1"],
  ["[::1]", "::1"],
  ...(own === undefined ? [] : [[own, own] satisfies [string, string]]),
  // For readConfig, which refuses them by name.
  ['"0.0.0.0"', '"0.0.0.0"'],
  ["0.0.0.0\n", "0.0.0.0\n"],
  ["  ", "  "],
];

for (const [asked, host] of used) {
  test(`HOST=${JSON.stringify(asked)}: ${JSON.stringify(host) ?? "nothing"} is used, without a word`, async () => {
    assert.deepEqual(await chooseHost([asked]), { host, notes: [] });
  });
}

const shown = [
  "x86_64-conda-linux-gnu",
  "aarch64-conda-linux-gnu",
  "arm64-apple-darwin20.0.0",
  hostname(),
  "203.0.113.7",
  "2001:db8::7",
];
const hidden = [
  "canary.example.com",
  "sk-proj-canary",
  "canary",
  "http://canary",
  "0.0.0.0:3000 canary",
  "*",
  "127.0.0.1.canary",
  "999.1.1.1",
  "tcp://10.0.0.1:3000",
];

for (const asked of [...shown, ...hidden]) {
  test(`HOST=${asked}: no address of this machine, so it is named and not used`, async () => {
    const { host, notes } = await chooseHost([asked]);
    assert.equal(host, undefined);
    assert.equal(notes.length, 1);
    assert.match(
      notes[0] ?? "",
      /^HOST.* is no address of this machine and is not used\. .*HOST=0\.0\.0\.0$/,
    );
    assert.equal(notes[0]?.includes(asked), shown.includes(asked), notes[0]);
  });
}

test("a shell's HOST does not hide the one that .env.local asks for", async () => {
  const { host, notes } = await chooseHost(["x86_64-conda-linux-gnu", "0.0.0.0", "127.0.0.1"]);
  assert.deepEqual([host, notes.length], ["0.0.0.0", 1]);
});
