import assert from "node:assert/strict";
import { test } from "node:test";
import { embeddedIPv4 } from "#lib/http/embedded-ipv4.ts";

const groups = (text: string): number[] => text.split(" ").map((group) => Number.parseInt(group, 16));

const cases: [title: string, address: string, ipv4: string | undefined][] = [
  ["a mapped address", "0 0 0 0 0 ffff c000 0201", "192.0.2.1"],
  ["a translated address", "0 0 0 0 ffff 0 c000 0201", "192.0.2.1"],
  ["a compatible address", "0 0 0 0 0 0 c000 0201", "192.0.2.1"],
  ["NAT64", "64 ff9b 0 0 0 0 c000 0201", "192.0.2.1"],
  ["NAT64 for local use, /96", "64 ff9b 1 0 0 0 c000 0201", "192.0.2.1"],
  ["NAT64 for local use, /48", "64 ff9b 1 c000 2 100 0 0", "192.0.2.1"],
  ["6to4", "2002 c000 0201 7 0 0 0 1", "192.0.2.1"],
  ["Teredo", "2001 0 4136 e378 8000 63bf 3fff fdfe", "192.0.2.1"],
  ["the unspecified address", "0 0 0 0 0 0 0 0", undefined],
  ["the loopback address", "0 0 0 0 0 0 0 1", undefined],
  ["a neighbour of NAT64", "64 ff9b 2 0 0 0 c000 0201", undefined],
  ["any other", "2001 db8 0 0 0 ffff c000 0201", undefined],
];
for (const [title, address, ipv4] of cases)
  test(`${title} ${ipv4 === undefined ? "stands for no IPv4 address" : "is its IPv4 address"}`, () =>
    assert.equal(embeddedIPv4(groups(address)), ipv4));
