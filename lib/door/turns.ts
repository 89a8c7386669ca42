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

/** `light`: a stream, a file, a look at the health: it leaves its turn once its answer has begun. */
export type TurnKind = "short" | "light";

/**
 * Who is answered next. A visitor has only so many short requests answered at once, an address only so many
 * answers made at once, and what waits at an address is taken from its visitors one by one: a crowd of
 * requests delays its own visitor and nobody else. Addresses take turns too. Places to wait in are shared by
 * the addresses; of what is light as much waits as there are connections.
 */
export interface Turns {
  /** Calls `begin` once it is their turn, perhaps at once. Undefined: too many wait already. */
  take(requester: Requester, begin: () => void, kind?: TurnKind): TakenTurn | undefined;
}

type TurnBounds = Pick<
  DoorBounds,
  "visitorAtOnce" | "visitorMaking" | "visitorWaiting" | "addressAtOnce" | "makingMs" | "waiting"
>;

interface WaitingTurn {
  kind: TurnKind;
  start(): void;
}

interface VisitorQueue {
  /** Short requests that are answered, and those of them that are made. */
  open: number;
  making: number;
  light: { making: number };
  waiting: Set<WaitingTurn>;
  waitingShort: number;
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
    take(requester, begin, kind = "short") {
      const address = addresses.get(requester.address) ?? { making: 0, visitors: new Map() };
      const visitor = address.visitors.get(requester.visitor) ?? newVisitor();
      const isShort = kind === "short";
      if (isShort && visitor.waitingShort >= bounds.visitorWaiting + startable(visitor, bounds))
        return undefined;
      const giveBack = shares.take(requester.address, bounds.waiting - waiting);
      if (!giveBack) return undefined;
      addresses.set(requester.address, address);
      address.visitors.set(requester.visitor, visitor);
      let made: (() => void) | undefined;
      let hasLeft = false;
      function stopWaiting(): boolean {
        if (!visitor.waiting.delete(turn)) return false;
        if (isShort) visitor.waitingShort -= 1;
        waiting -= 1;
        giveBack?.();
        return true;
      }
      function start() {
        stopWaiting();
        if (isShort) visitor.open += 1;
        const ofVisitor = isShort ? visitor : visitor.light;
        made = countMaking([all, address, ofVisitor], bounds.makingMs, serve);
        begin();
      }
      const turn = { kind, start };
      visitor.waiting.add(turn);
      if (isShort) visitor.waitingShort += 1;
      waiting += 1;
      serve();
      return {
        get hasBegun() {
          return !visitor.waiting.has(turn);
        },
        leave() {
          if (hasLeft) return;
          hasLeft = true;
          if (!stopWaiting() && isShort) visitor.open -= 1;
          made?.();
          if (isIdle(visitor)) deleteOwn(address.visitors, requester.visitor, visitor);
          if (address.visitors.size === 0) deleteOwn(addresses, requester.address, address);
          serve();
        },
      };
    },
  };
}

const newVisitor = (): VisitorQueue => ({
  open: 0,
  making: 0,
  light: { making: 0 },
  waiting: new Set(),
  waitingShort: 0,
});

const isIdle = ({ open, light, waiting }: VisitorQueue): boolean =>
  open === 0 && light.making === 0 && waiting.size === 0;

/** Whose turn it is: of the addresses that may begin one, the one that waits longest. It comes last now. */
function nextOf(addresses: Map<string, AddressQueue>, bounds: TurnBounds): (() => void) | undefined {
  for (const [name, address] of addresses) {
    const next = address.making < bounds.addressAtOnce && nextVisitor(address, bounds);
    if (!next) continue;
    const { key, visitor, turn } = next;
    moveLast(addresses, name, address);
    moveLast(address.visitors, key, visitor);
    return turn.start;
  }
  return undefined;
}

/** How many of the short requests that wait may begin now. */
const startable = ({ open, making }: VisitorQueue, { visitorAtOnce, visitorMaking }: TurnBounds): number =>
  Math.max(0, Math.min(visitorAtOnce - open, visitorMaking - making));

interface NextTurn {
  key: string;
  visitor: VisitorQueue;
  turn: WaitingTurn;
}

/** Who has the minOpen answers open, of those the one whose turn was longest ago. */
function nextVisitor({ visitors }: AddressQueue, bounds: TurnBounds): NextTurn | undefined {
  let next: NextTurn | undefined;
  let minOpen = Number.POSITIVE_INFINITY;
  for (const [key, visitor] of visitors) {
    const open = visitor.open + visitor.light.making;
    const turn = open < minOpen ? firstTurn(visitor, bounds) : undefined;
    if (!turn) continue;
    next = { key, visitor, turn };
    minOpen = open;
  }
  return next;
}

/** The first that may begin: what is light passes by short requests that have to wait. */
function firstTurn(visitor: VisitorQueue, bounds: TurnBounds): WaitingTurn | undefined {
  const isOpen = startable(visitor, bounds) > 0;
  for (const turn of visitor.waiting) if (isOpen || turn.kind === "light") return turn;
  return undefined;
}

/** What came in its place since then stays. */
function deleteOwn<T>(queue: Map<string, T>, key: string, value: T): void {
  if (queue.get(key) === value) queue.delete(key);
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
