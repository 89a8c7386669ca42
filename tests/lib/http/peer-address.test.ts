import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { peerAddress } from "#lib/http/peer-address.ts";

const key = Symbol.for("rivulet.peer-header");
afterEach(() => void Reflect.deleteProperty(globalThis, key));

test("is what stands in the header that the door has named", () => {
  Reflect.set(globalThis, key, "x-peer-7");
  assert.equal(peerAddress(new Headers({ "x-peer-7": "192.0.2.1" })), "192.0.2.1");
  assert.equal(peerAddress(new Headers({ "x-peer-8": "192.0.2.1" })), undefined);
});

test("is unknown without the door, whatever a client writes", () => {
  assert.equal(peerAddress(new Headers({ "x-peer": "192.0.2.1", "x-real-ip": "192.0.2.1" })), undefined);
});
