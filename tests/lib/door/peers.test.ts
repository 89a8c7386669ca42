import assert from "node:assert/strict";
import { test } from "node:test";
import { createPeers } from "#lib/door/peers.ts";

test("connections are bounded by address and in all; one that closes makes room", () => {
  const peers = createPeers({ connections: 5, connectionsPerAddress: 3 });
  const names = ["a", "a", "a", "a", "b", "b", "b"].map((address) => peers.add(address));
  assert.deepEqual(
    names.map((name) => name !== undefined),
    [true, true, true, false, true, true, false],
  );
  assert.equal(new Set(names).size, 6);
  peers.delete("b");
  assert.equal(peers.add("a"), undefined);
  assert.notEqual(peers.add("c"), undefined);
});
