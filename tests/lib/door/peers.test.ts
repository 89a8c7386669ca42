import assert from "node:assert/strict";
import { test } from "node:test";
import { createPeers } from "#lib/door/peers.ts";

const fill = ({ add }: ReturnType<typeof createPeers>, address: string) => {
  const places = [];
  for (let peer = add(address); peer; peer = add(address)) places.push(peer);
  return places;
};

test("an address has half of all connections, and one or two that take all they can leave others theirs", () => {
  const peers = createPeers({ connections: 4000 });
  const places = [fill(peers, "a"), fill(peers, "b")];
  assert.deepEqual(
    places.map(({ length }) => length),
    [2000, 1000],
  );
  for (let visitor = 0; visitor < 100; visitor += 1)
    for (let at = 0; at < 6; at += 1) assert.ok(peers.add(`visitor ${visitor}`), `${visitor}`);
  assert.equal(peers.add("a"), undefined);
});

test("no two connections have a name in common, and one that closes makes room", () => {
  const peers = createPeers({ connections: 5 });
  const places = ["a", "b", "c"].map((address) => peers.add(address));
  assert.equal(new Set(places.map((peer) => peer?.name)).size, 3);
  const [own] = fill(peers, "a");
  assert.equal(peers.add("a"), undefined);
  own?.leave();
  assert.ok(peers.add("a"));
});
