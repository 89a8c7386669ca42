import assert from "node:assert/strict";
import { test } from "node:test";
import { takesOwnKey } from "#lib/models/takes-own-key.ts";

type Endpoint = Parameters<typeof takesOwnKey>[0];
const cases: [what: string, endpoint: Endpoint, takes: boolean][] = [
  ["OpenAI's own takes one", {}, true],
  ["an address takes one", { baseUrl: "https://host/v1?api-version=1" }, true],
  ["a header that says nothing of who asks changes nothing", { headers: { "X-Team": "blue" } }, true],
  ["user and password in the address: none", { baseUrl: "https://ann:pw@host/v1" }, false],
  ["a password alone: none", { baseUrl: "https://:pw@host/v1" }, false],
  ["a key in the address: none", { baseUrl: "https://host/v1?api-key=k" }, false],
  ...["authorization", "Api-Key", "X-API-Key", "Proxy-Authorization", "Cookie", "X-Auth-Token"].map(
    (name): [string, Endpoint, boolean] => [`a header ${name}: none`, { headers: { [name]: "k" } }, false],
  ),
];
for (const [what, endpoint, takes] of cases)
  test(`S55 ${what}`, () => assert.equal(takesOwnKey(endpoint), takes));
