import assert from "node:assert/strict";
import { afterEach, describe, test } from "node:test";
import { clientAddress } from "#lib/http/client-address.ts";

const key = Symbol.for("rivulet.peer-header");
afterEach(() => void Reflect.deleteProperty(globalThis, key));

/** Of a request that came from `peer`; without one the server cannot know it. */
function addressOf(forwarded: string | undefined, trusted: number, peer?: string): string | undefined {
  if (peer !== undefined) Reflect.set(globalThis, key, "x-peer");
  const headers = new Headers({
    ...(forwarded !== undefined && { "x-forwarded-for": forwarded }),
    ...(peer !== undefined && { "x-peer": peer }),
  });
  return clientAddress(headers, trusted);
}

describe("the address of a client", () => {
  const cases: [title: string, header: string | undefined, trusted: number, address: string | undefined][] = [
    ["without a trusted proxy nobody is believed", "1.2.3.4", 0, undefined],
    ["without the header there is none", undefined, 1, undefined],
    ["without a name in the header there is none", " , ,", 1, undefined],
    ["is what the one proxy saw", "1.2.3.4", 1, "1.2.3.4"],
    ["is not what the client wrote before it", "9.9.9.9, 1.2.3.4", 1, "1.2.3.4"],
    ["is what the outermost of two proxies saw", "9.9.9.9, 1.2.3.4, 10.0.0.1", 2, "1.2.3.4"],
    ["is none where fewer proxies wrote than are trusted", "1.2.3.4", 2, undefined],
    ["of IPv6 is its network", "2001:db8:1:2:3:4:5:6", 1, "2001:db8:1:2"],
    ["of a short IPv6 is its network", "2001:db8::6", 1, "2001:db8:0:0"],
    ["of IPv6 in other letters is the same", "2001:0DB8:0001:0002::6", 1, "2001:db8:1:2"],
    ["of the unspecified IPv6 is its network", "::", 1, "0:0:0:0"],
    ["of IPv6 that ends in zeros is its network", "2001:db8:1:2::", 1, "2001:db8:1:2"],
    ["of an IPv4 address in IPv6 is that", "::ffff:1.2.3.4", 1, "1.2.3.4"],
    ["of an IPv4 address in IPv6, in hexadecimal, is that", "::FFFF:102:304", 1, "1.2.3.4"],
    ["of NAT64 is its IPv4", "64:ff9b::1.2.3.4", 1, "1.2.3.4"],
    ["of NAT64 in hexadecimal is its IPv4", "[64:ff9b::102:304]:80", 1, "1.2.3.4"],
  ];
  for (const [title, header, trusted, address] of cases)
    test(title, () => assert.equal(addressOf(header, trusted), address));
});

describe("an address is the same however a proxy writes it", () => {
  const spellings: [address: string, written: string[]][] = [
    [
      "1.2.3.4",
      ["1.2.3.4:80", "1.2.3.4:_p", '"1.2.3.4"', '"1.2.3.4:80"', "[1.2.3.4]:80", "1.2.3.4,", "1.2.3.4 , ,"],
    ],
    [
      "2001:db8:1:2",
      ["[2001:db8:1:2::3]", "[2001:db8:1:2::3]:80", '"[2001:db8:1:2::3]:80"', "2001:db8:1:2::3,"],
    ],
    ["fe80:0:0:0", ["fe80::1%eth0", "[fe80::1%25eth0]:80"]],
  ];
  for (const [address, written] of spellings)
    for (const text of written)
      for (const before of ["", "9.9.9.9, ", "_x,,"])
        test(before + text, () => assert.equal(addressOf(before + text, 1), address));
});

describe("what nobody can read counts all the same", () => {
  for (const text of [
    "unknown",
    "_hidden",
    "-",
    '""',
    "1.2.3",
    "1.2.3.4.5",
    "01.2.3.4",
    "1.2.3.4:80:80",
    "[",
    "[]:80",
    "for=1.2.3.4",
    "[::1",
    "::1]",
    "1::2::3",
    "host.example",
    "\u00e9",
  ])
    test(text, () => {
      assert.equal(addressOf(text, 1), "unknown");
      assert.equal(addressOf(text, 1, "192.0.2.7"), "192.0.2.7");
    });
});

describe("the other end of the connection counts", () => {
  const cases: [title: string, header: string | undefined, trusted: number, peer: string, address: string][] =
    [
      ["without a proxy", undefined, 0, "192.0.2.7", "192.0.2.7"],
      ["as IPv4 on a socket that takes both", undefined, 0, "::ffff:192.0.2.7", "192.0.2.7"],
      ["as its network if it is IPv6", undefined, 0, "2001:db8:1:2::7", "2001:db8:1:2"],
      ["whatever the client says of itself", "1.2.3.4", 0, "192.0.2.7", "192.0.2.7"],
      ["where a proxy says nothing", undefined, 1, "192.0.2.7", "192.0.2.7"],
      ["where fewer proxies wrote than are trusted", "1.2.3.4", 2, "192.0.2.7", "192.0.2.7"],
    ];
  for (const [title, header, trusted, peer, address] of cases)
    test(title, () => assert.equal(addressOf(header, trusted, peer), address));
});
