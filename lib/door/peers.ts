import type { DoorBounds } from "./door-bounds.ts";

/** The open connections, counted by the address at their other end. */
export interface Peers {
  /** A name for the connection that no other has; undefined: there are too many. */
  add(address: string): string | undefined;
  /** One that was added. */
  delete(address: string): void;
}

export function createPeers({
  connections,
  connectionsPerAddress,
}: Pick<DoorBounds, "connections" | "connectionsPerAddress">): Peers {
  const counts = new Map<string, number>();
  let open = 0;
  let added = 0;
  return {
    add(address) {
      const count = counts.get(address) ?? 0;
      if (open >= connections || count >= connectionsPerAddress) return undefined;
      counts.set(address, count + 1);
      open += 1;
      added += 1;
      return `connection ${added}`;
    },
    delete(address) {
      const count = (counts.get(address) ?? 0) - 1;
      if (count > 0) counts.set(address, count);
      else counts.delete(address);
      open -= 1;
    },
  };
}
