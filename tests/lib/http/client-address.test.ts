import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { clientAddress } from "#lib/http/client-address.ts";

describe("the address of a client", () => {
  const cases: [title: string, header: string | undefined, trusted: number, address: string | undefined][] = [
    ["without a trusted proxy nobody is believed", "1.2.3.4", 0, undefined],
    ["without the header there is none", undefined, 1, undefined],
    ["is what the one proxy saw", "1.2.3.4", 1, "1.2.3.4"],
    ["is not what the client wrote before it", "9.9.9.9, 1.2.3.4", 1, "1.2.3.4"],
    ["is what the outermost of two proxies saw", "9.9.9.9, 1.2.3.4, 10.0.0.1", 2, "1.2.3.4"],
    ["is none where fewer proxies wrote than are trusted", "1.2.3.4", 2, undefined],
    ["is none where it is no address", "unknown", 1, undefined],
    ["is none where it has a port", "1.2.3.4:80", 1, undefined],
    ["of IPv6 is its network", "2001:db8:1:2:3:4:5:6", 1, "2001:db8:1:2"],
    ["of a short IPv6 is its network", "2001:db8::6", 1, "2001:db8:0:0"],
    ["of IPv6 in other letters is the same", "2001:0DB8:0001:0002::6", 1, "2001:db8:1:2"],
    ["of the unspecified IPv6 is its network", "::", 1, "0:0:0:0"],
  ];
  for (const [title, header, trusted, address] of cases)
    test(title, () => {
      const headers = new Headers(header === undefined ? {} : { "x-forwarded-for": header });
      assert.equal(clientAddress(headers, trusted), address);
    });
});
