import type { DoorBounds } from "./door-bounds.ts";
import { createShares } from "./shares.ts";
import type { StartGate } from "./start-gate.ts";

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
 * own visitor and nobody else. Addresses take turns too. Places to wait in are shared by the addresses.
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

/** `pass` calls what it is given once the next one may begin (lib/door/start-gate.ts). */
export function createTurns(bounds: TurnBounds, pass: StartGate["pass"]): Turns {
  /** Whichever was answered last comes last. */
  const addresses = new Map<string, AddressQueue>();
  const shares = createShares();
  const all = { making: 0 };
  let waiting = 0;
  let isPassing = false;

  /** Begins what may begin, one by one. */
  function serve(): void {
    if (isPassing || waiting === 0) return;
    isPassing = true;
    pass(
      () => {
        isPassing = false;
        const begin = nextOf(addresses, bounds);
        begin?.();
        if (begin) serve();
      },
      () => all.making,
    );
  }

  return {
    take(requester, begin) {
      const address = addresses.get(requester.address) ?? { making: 0, visitors: new Map() };
      const visitor = address.visitors.get(requester.visitor) ?? {
        ...{ open: 0, making: 0, waiting: new Set() },
      };
      if (visitor.waiting.size >= bounds.visitorWaiting + startable(visitor, bounds)) return undefined;
      const giveBack = shares.take(requester.address, bounds.waiting - waiting);
      if (!giveBack) return undefined;
      addresses.set(requester.address, address);
      address.visitors.set(requester.visitor, visitor);
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
        made = countMaking([all, address, visitor], bounds.makingMs, serve);
        begin();
      }
      visitor.waiting.add(start);
      waiting += 1;
      serve();
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
          if (visitor.open === 0 && visitor.waiting.size === 0) address.visitors.delete(requester.visitor);
          if (address.visitors.size === 0) addresses.delete(requester.address);
          serve();
        },
      };
    },
  };
}

/** Whose turn it is: of the addresses that may begin one, the one that waits longest. It comes last now. */
function nextOf(addresses: Map<string, AddressQueue>, bounds: TurnBounds): (() => void) | undefined {
  for (const [name, address] of addresses) {
    const next = address.making < bounds.addressAtOnce && nextVisitor(address, bounds);
    if (!next) continue;
    const [key, visitor] = next;
    moveLast(addresses, name, address);
    moveLast(address.visitors, key, visitor);
    const [begin] = visitor.waiting;
    return begin;
  }
  return undefined;
}

/** How many of those that wait may begin now. */
const startable = ({ open, making }: VisitorQueue, { visitorAtOnce, visitorMaking }: TurnBounds): number =>
  Math.max(0, Math.min(visitorAtOnce - open, visitorMaking - making));

/** Who has the fewest answers open, of those the one whose turn was longest ago. */
function nextVisitor({ visitors }: AddressQueue, bounds: TurnBounds): [string, VisitorQueue] | undefined {
  let next: [string, VisitorQueue] | undefined;
  for (const each of visitors) {
    const [, visitor] = each;
    const mayBegin = visitor.waiting.size > 0 && startable(visitor, bounds) > 0;
    if (mayBegin && visitor.open < (next?.[1].open ?? bounds.visitorAtOnce)) next = each;
  }
  return next;
}

function moveLast<T>(queue: Map<string, T>, key: string, value: T): void {
  queue.delete(key);
  queue.set(key, value);
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
