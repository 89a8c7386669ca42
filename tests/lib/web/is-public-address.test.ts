import assert from "node:assert/strict";
import { test } from "node:test";
import { isPublicAddress } from "#lib/web/is-public-address.ts";

/** By what they are: S50. */
const others: Readonly<Record<string, readonly string[]>> = {
  "this machine": ["127.0.0.1", "127.255.255.254", "0.0.0.0", "0.1.2.3", "::1", "::"],
  "private networks": ["10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.0.1", "fc00::1", "fd12::1"],
  "shared and link-local": ["100.64.0.1", "100.127.255.255", "169.254.169.254", "fe80::1", "fec0::1"],
  "set aside": ["192.0.0.1", "192.0.2.1", "198.18.0.1", "198.19.255.255", "240.0.0.1", "255.255.255.255"],
  "several receivers": ["224.0.0.1", "239.1.2.3", "ff02::1", "ff0e::1"],
  "IPv4 in IPv6": ["::ffff:127.0.0.1", "::ffff:7f00:1", "::ffff:8.8.8.8", "::7f00:1", "::ffff:0:7f00:1"],
  "translated and tunnelled": ["64:ff9b::7f00:1", "64:ff9b:1::1", "2002:7f00:1::", "2001::1", "2001:0:1::"],
  "documentation and benchmarks": ["2001:db8::1", "3fff::1", "2001:2::1", "5f00::1", "100::1"],
  "no address": ["", "localhost", "127.1x", "1.2.3", "::g", "[::1]"],
};
for (const [what, addresses] of Object.entries(others))
  for (const address of addresses)
    test(`S50 ${what}: ${address} is not public`, () => assert.equal(isPublicAddress(address), false));

const open = ["8.8.8.8", "93.184.216.34", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "2a00:1450::1"];
for (const address of open) test(`${address} is public`, () => assert.equal(isPublicAddress(address), true));
