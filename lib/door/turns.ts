import type { DoorBounds } from "./door-bounds.ts";
import { createShares } from "./shares.ts";

/** Whom a request is counted for. */
export interface Requester {
  address: string;
  /** One of the address: a session, or a connection without one. */
  visitor: string;
}

/** A place among those who are answered or wait for it. */
export interface TakenTurn {
  readonly hasBegun: boolean;
  /** The answer is complete, or nobody waits for it any more. */
  leave(): void;
}

/**
 * Who is answered next. A visitor has only so many requests answered at once, an address only so many made
 * at once, and what waits at an address is taken from its visitors one by one: a crowd of requests delays its
 * own visitor and nobody else. Places to wait in are shared by the addresses.
 */
export interface Turns {
  /** Calls `begin` once it is their turn, perhaps at once. Undefined: too many wait already. */
  take(requester: Requester, begin: () => void): TakenTurn | undefined;
}

type TurnBounds = Pick<
  DoorBounds,
  "visitorAtOnce" | "visitorMaking" | "visitorWaiting" | "addressAtOnce" | "makingMs" | "waiting"
>;

interface VisitorQueue {
  open: number;
  making: number;
  waiting: Set<() => void>;
}

interface AddressQueue {
  making: number;
  /** Whoever was answered last comes last. */
  visitors: Map<string, VisitorQueue>;
}

export function createTurns(bounds: TurnBounds): Turns {
  const addresses = new Map<string, AddressQueue>();
  const shares = createShares();
  let waiting = 0;

  /** Begins what may begin at the address. */
  function serve(name: string, address: AddressQueue): void {
    while (address.making < bounds.addressAtOnce) {
      const next = nextVisitor(address, bounds);
      if (!next) break;
      const [key, visitor] = next;
      address.visitors.delete(key);
      address.visitors.set(key, visitor);
      const [begin] = visitor.waiting;
      begin?.();
    }
    for (const [key, { open, waiting: left }] of address.visitors)
      if (open === 0 && left.size === 0) address.visitors.delete(key);
    const isIdle = address.visitors.size === 0 && address.making === 0;
    if (isIdle && addresses.get(name) === address) addresses.delete(name);
  }

  return {
    take(requester, begin) {
      const address = addresses.get(requester.address) ?? { making: 0, visitors: new Map() };
      const visitor = address.visitors.get(requester.visitor) ?? {
        ...{ open: 0, making: 0, waiting: new Set() },
      };
      if (visitor.waiting.size >= bounds.visitorWaiting) return undefined;
      const giveBack = shares.take(requester.address, bounds.waiting - waiting);
      if (!giveBack) return undefined;
      addresses.set(requester.address, address);
      address.visitors.set(requester.visitor, visitor);
      const serveNext = () => serve(requester.address, address);
      let made: (() => void) | undefined;
      function stopWaiting(): boolean {
        if (!visitor.waiting.delete(start)) return false;
        waiting -= 1;
        giveBack?.();
        return true;
      }
      function start() {
        stopWaiting();
        visitor.open += 1;
        made = countMaking([address, visitor], bounds.makingMs, serveNext);
        begin();
      }
      visitor.waiting.add(start);
      waiting += 1;
      serveNext();
      return {
        get hasBegun() {
          return !visitor.waiting.has(start);
        },
        leave() {
          if (!stopWaiting() && made) {
            visitor.open -= 1;
            made();
          }
          made = undefined;
          // Whoever came by another connection meanwhile comes first.
          setImmediate(serveNext);
        },
      };
    },
  };
}

/** Who has the fewest answers open, of those the one whose turn was longest ago. */
function nextVisitor(
  { visitors }: AddressQueue,
  { visitorAtOnce, visitorMaking }: TurnBounds,
): [string, VisitorQueue] | undefined {
  let next: [string, VisitorQueue] | undefined;
  for (const each of visitors) {
    const [, { open, making, waiting }] = each;
    const mayBegin = waiting.size > 0 && making < visitorMaking;
    if (mayBegin && open < (next?.[1].open ?? visitorAtOnce)) next = each;
  }
  return next;
}

/** Counts one that is made until the returned function is called, or for `makingMs`. */
function countMaking(
  counts: readonly { making: number }[],
  makingMs: number,
  onMade: () => void,
): () => void {
  for (const count of counts) count.making += 1;
  let isMaking = true;
  const done = () => {
    if (isMaking) for (const count of counts) count.making -= 1;
    isMaking = false;
  };
  const timer = setTimeout(() => {
    done();
    onMade();
  }, makingMs).unref();
  return () => {
    clearTimeout(timer);
    done();
  };
}
