import assert from "node:assert/strict";
import { test } from "node:test";
import { endpointAddress } from "#lib/models/endpoint-address.ts";

const basic = (pair: string): string => `Basic ${Buffer.from(pair).toString("base64")}`;

const cases: [what: string, address: string, key: string | undefined, url: string, authorization: string][] =
  [
    ["a key is a bearer's", "https://host/v1", "sk-1", "https://host/v1", "Bearer sk-1"],
    ["no key is a placeholder", "https://host/v1", undefined, "https://host/v1", "Bearer no-key"],
    ["user and password win", "https://ann:b%40d@host/v1", "sk-1", "https://host/v1", basic("ann:b@d")],
    ["a user alone has no password", "http://ann@host:1/v1", undefined, "http://host:1/v1", basic("ann:")],
    ["a password alone has no user", "http://:pw@host:1/v1", undefined, "http://host:1/v1", basic(":pw")],
    [
      "what is asked there is no part of it",
      "https://host/v1/chat/completions/",
      ...(["sk-1", "https://host/v1", "Bearer sk-1"] as const),
    ],
    [
      "on the Responses wire neither",
      "https://host/v1/responses",
      ...(["sk-1", "https://host/v1", "Bearer sk-1"] as const),
    ],
    ["a slash at the end is none", "https://host/v1/", "sk-1", "https://host/v1", "Bearer sk-1"],
  ];
for (const [what, address, key, url, authorization] of cases)
  test(what, () => assert.deepEqual(endpointAddress(address, key), { url, query: "", authorization }));

test("a query stands apart", () => {
  const { url, query } = endpointAddress("https://host/v1?api-version=1&a=b%20c#x", "sk-1");
  assert.deepEqual([url, query], ["https://host/v1", "?api-version=1&a=b%20c"]);
});
