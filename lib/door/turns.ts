import type { DoorBounds } from "./door-bounds.ts";

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
 * own visitor and nobody else.
 */
export interface Turns {
  /** Calls `begin` once it is their turn, perhaps at once. Undefined: too many wait already. */
  take(requester: Requester, begin: () => void): TakenTurn | undefined;
}

type TurnBounds = Pick<
  DoorBounds,
  "visitorAtOnce" | "visitorWaiting" | "addressAtOnce" | "makingMs" | "waiting"
>;

interface VisitorQueue {
  open: number;
  waiting: Set<() => void>;
}

interface AddressQueue {
  making: number;
  /** Whoever was answered last comes last. */
  visitors: Map<string, VisitorQueue>;
}

export function createTurns(bounds: TurnBounds): Turns {
  const addresses = new Map<string, AddressQueue>();
  let waiting = 0;

  /** Begins what may begin at the address. */
  function serve(name: string, address: AddressQueue): void {
    while (address.making < bounds.addressAtOnce) {
      const next = nextVisitor(address, bounds.visitorAtOnce);
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
      const visitor = address.visitors.get(requester.visitor) ?? { open: 0, waiting: new Set() };
      if (visitor.waiting.size >= bounds.visitorWaiting || waiting >= bounds.waiting) return undefined;
      addresses.set(requester.address, address);
      address.visitors.set(requester.visitor, visitor);
      const serveNext = () => serve(requester.address, address);
      let made: (() => void) | undefined;
      function start() {
        visitor.waiting.delete(start);
        waiting -= 1;
        visitor.open += 1;
        made = countMaking(address, bounds.makingMs, serveNext);
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
          if (visitor.waiting.delete(start)) waiting -= 1;
          else if (made) {
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
function nextVisitor({ visitors }: AddressQueue, atOnce: number): [string, VisitorQueue] | undefined {
  let next: [string, VisitorQueue] | undefined;
  for (const each of visitors) {
    const [, { open, waiting }] = each;
    if (waiting.size > 0 && open < (next?.[1].open ?? atOnce)) next = each;
  }
  return next;
}

/** Counts one that is made until the returned function is called, or for `makingMs`. */
function countMaking(address: AddressQueue, makingMs: number, onMade: () => void): () => void {
  address.making += 1;
  let isMaking = true;
  const done = () => {
    if (isMaking) address.making -= 1;
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
