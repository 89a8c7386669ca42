import { fold } from "#lib/protocol/fold.ts";
import type { EventBody, RunEvent } from "#lib/protocol/run-event.ts";
import { emptyRun, type RunState } from "#lib/protocol/run-state.ts";
import { mergeDeltas } from "#lib/runs/merge-deltas.ts";

/**
 * The log of a run that is run again, and the order in which things happen: whatever the run waits for comes
 * when it came, by the number of its event.
 */
export interface RerunLog {
  readonly events: readonly RunEvent[];
  /** With what was pushed and is not in its place yet. */
  readonly pushed: readonly RunEvent[];
  /** The fold of all that was pushed. */
  readonly state: RunState;
  /**
   * What only chance and clocks know is as it was recorded: times, waits, and which of two that are side by
   * side is first.
   */
  push(body: EventBody): void;
  /** Resolves when all that was pushed is there. */
  settled(): Promise<void>;
  /**
   * Resolves when everything before event `seq` is there, when nothing else goes on, or when the signal
   * aborts.
   */
  until(seq: number, signal?: AbortSignal): Promise<void>;
  /** The same for what people do, which nobody hurries. */
  untilDecided(seq: number): Promise<void>;
  /** Resolves when an event that says this is next; or when nothing at all goes on any more. */
  turn(body: EventBody): Promise<void>;
  /** Whether it is next now. */
  isNext(body: EventBody): boolean;
  /** A wait ends when nothing else goes on, the shortest first; or when the signal aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** A wait by the clock of this machine: until it ends, something goes on. */
  pause(ms: number): Promise<void>;
  /** The wall time of what comes next. */
  wall(): number;
  close(): void;
}

/** Turns of the event loop in which nothing happens, until what waits goes on all the same. */
const idleTurns = 8;
/** No event has such a number. */
const behindAll = 1e9;
/** Longer than any sleep: of what is ready itself, and has to wait for others. */
const behindSleeps = 1e15;

/** `driverBegins`: the first event that its driver wrote, and no agent. */
export function createRerunLog(recorded: readonly RunEvent[], driverBegins: number): RerunLog {
  const runId = recorded[0]?.runId ?? "";
  const events: RunEvent[] = [];
  let state = emptyRun(runId);
  /** `rank`: in which order they go on where nothing else does. */
  let waiting: { seq: number; rank: number; resolve: () => void }[] = [];
  /** What came before its turn, in the order in which it came. */
  let early: EventBody[] = [];
  let isClosed = false;
  let isWatching = false;
  let pauses = 0;

  function release(): void {
    const due = waiting.filter(({ seq }) => seq <= events.length + 1);
    waiting = waiting.filter((each) => !due.includes(each));
    for (const { resolve } of due) resolve();
  }

  /** What was recorded otherwise never comes: then the next one is let through. */
  async function watch(): Promise<void> {
    isWatching = true;
    for (let turns = 0, seen = events.length; waiting.length + early.length > 0 && !isClosed; turns += 1) {
      await new Promise<void>((resolve) => setImmediate(resolve));
      if (events.length !== seen || pauses > 0) [turns, seen] = [0, events.length];
      if (turns < idleTurns) continue;
      turns = 0;
      if (early.length > 0) {
        append(early.splice(Math.max(0, early.findIndex(isAlike)), 1)[0]);
        appendDue();
        continue;
      }
      const next = waiting.toSorted((one, other) => one.rank - other.rank)[0];
      waiting = waiting.filter((each) => each !== next);
      next?.resolve();
    }
    isWatching = false;
  }

  function append(body: EventBody | undefined): void {
    if (!body) return;
    const event = numbered(body);
    events.push(event);
    state = fold(state, event);
    release();
  }

  function numbered(body: EventBody): RunEvent {
    const seq = events.length + 1;
    const like = recorded[seq - 1];
    const { epoch, ts } = like ?? recorded.at(-1) ?? { epoch: 1, ts: 0 };
    return { runId, epoch, seq, ts, ...withChance(body, like) };
  }

  /** Behind those that are there. */
  const placed = (body: EventBody, at: number): RunEvent => ({
    ...numbered(body),
    seq: events.length + 1 + at,
  });

  /** All whose turn it is. */
  function appendDue(): void {
    const isNext = (body: EventBody) =>
      JSON.stringify(numbered(body)) === JSON.stringify(recorded[events.length]);
    for (let at = early.findIndex(isNext); at >= 0; at = early.findIndex(isNext))
      append(early.splice(at, 1)[0]);
  }

  /** What one writer joined to one event may come in pieces. */
  function isBeginning(merged: EventBody): boolean {
    const like = recorded.slice(events.length).find((event) => mergeDeltas(event, merged) !== undefined);
    return like !== undefined && deltaIn(like).startsWith(deltaIn(merged));
  }

  /** It is in the place of what is next, but says something else. */
  function isAlike(body: EventBody): boolean {
    const next = recorded[events.length];
    return next?.type === body.type && stepIn(next) === stepIn(body);
  }

  /** The next of the recorded ones that says this, or is about the same; behind all: there is none. */
  function turnOf(body: EventBody): number {
    const next = recorded.slice(events.length, driverBegins - 1);
    const own = saying(body);
    const same = next.findIndex((event) => saying(event) === own);
    const at = same >= 0 ? same : next.findIndex((event) => subjectOf(event) === subjectOf(body));
    return at < 0 ? behindAll : events.length + at + 1;
  }

  function until(seq: number, signal?: AbortSignal, rank = seq): Promise<void> {
    if (seq <= events.length + 1 || isClosed || signal?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const waiter = { seq, rank, resolve };
      waiting.push(waiter);
      signal?.addEventListener("abort", () => {
        waiting = waiting.filter((each) => each !== waiter);
        resolve();
      });
      if (!isWatching) void watch();
    });
  }

  return {
    events,
    get pushed() {
      return [...events, ...early.map(placed)];
    },
    get state() {
      return early.map(placed).reduce(fold, state);
    },
    push(body) {
      const last = early.at(-1);
      const merged = last && mergeDeltas(last, body);
      if (merged && isBeginning(merged)) early[early.length - 1] = merged;
      else early.push(body);
      appendDue();
      if (early.length > 0 && !isWatching) void watch();
    },
    async settled() {
      while (early.length > 0 && !isClosed) await new Promise<void>((resolve) => setImmediate(resolve));
    },
    until,
    untilDecided: (seq) => until(seq, undefined, Infinity),
    turn(body) {
      const seq = turnOf(body);
      return until(seq, undefined, behindSleeps + seq);
    },
    isNext: (body) => turnOf(body) <= events.length + 1,
    sleep: (ms, signal) => until(behindAll + ms, signal),
    async pause(ms) {
      pauses += 1;
      await new Promise<void>((resolve) => setTimeout(resolve, ms));
      pauses -= 1;
    },
    wall: () => (recorded[events.length] ?? recorded.at(-1))?.ts ?? 0,
    close() {
      isClosed = true;
      for (const body of early) append(body);
      early = [];
      for (const { resolve } of waiting) resolve();
      waiting = [];
    },
  };
}

const deltaIn = (event: EventBody): string =>
  event.type === "tool-input-delta" ? event.inputTextDelta : "delta" in event ? event.delta : "";

/** What an event says, whoever numbers it. */
function saying(event: EventBody | RunEvent): string {
  const { runId: _r, epoch: _e, seq: _s, ts: _t, ...body } = event as RunEvent;
  // Chance, and what is numbered when it is passed on.
  if (body.type === "workflow-event") return JSON.stringify({ ...body, id: "" });
  return JSON.stringify(body.type === "workflow-step" ? { ...body, inMs: 0 } : body);
}

/** Of which type it is, and of which step, part, call or instance. */
const subjectOf = (event: EventBody | RunEvent): string =>
  JSON.stringify([
    event.type,
    ...["stepId", "instance", "toolCallId", "id", "from"].map((key) =>
      // An event of a workflow is numbered when it is passed on.
      key === "id" && event.type === "workflow-event" ? "" : Reflect.get(event, key),
    ),
  ]);

const stepIn = (body: EventBody): unknown => ("stepId" in body ? body.stepId : undefined);

function withChance(body: EventBody, like: RunEvent | undefined): EventBody {
  if (body.type === "retry" && like?.type === "retry") return { ...body, inMs: like.inMs };
  if (body.type === "workflow-step" && like?.type === "workflow-step" && body.inMs !== undefined)
    return like.inMs === undefined ? body : { ...body, inMs: like.inMs };
  if ("afterMs" in body && like?.type === body.type && "afterMs" in like && like.afterMs !== undefined)
    return { ...body, afterMs: like.afterMs };
  if (body.type === "finish" && like?.type === "finish") return { ...body, timings: like.timings };
  if (body.type === "abort" && like?.type === "abort") return { ...body, timings: like.timings };
  return body;
}
