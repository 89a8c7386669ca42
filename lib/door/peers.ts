import type { DoorBounds } from "./door-bounds.ts";
import { createShares } from "./shares.ts";

/** The open connections, each a place in a share of the address at its other end. */
export interface Peers {
  /** Undefined: there are too many, in all or of that address. */
  add(address: string): Peer | undefined;
}

interface Peer {
  /** No other connection has it. */
  name: string;
  /** The connection is closed. */
  leave(): void;
}

export function createPeers({ connections }: Pick<DoorBounds, "connections">): Peers {
  const shares = createShares();
  let open = 0;
  let added = 0;
  return {
    add(address) {
      const giveBack = shares.take(address, connections - open);
      if (!giveBack) return undefined;
      open += 1;
      added += 1;
      return {
        name: `connection ${added}`,
        leave() {
          open -= 1;
          giveBack();
        },
      };
    },
  };
}
