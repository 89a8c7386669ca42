import type { InboxItem, Outcome, Producer, ProducerContext } from "#lib/agents/producer.ts";
import { fold } from "#lib/protocol/fold.ts";
import type { Message, UserMessage } from "#lib/protocol/message.ts";
import type { EventBody, RunEvent } from "#lib/protocol/run-event.ts";
import { emptyRun } from "#lib/protocol/run-state.ts";
import { createInbox, type RunInbox } from "#lib/runs/inbox.ts";
import type { LeaseReply } from "#lib/storage/run-store.ts";
import { firstTs, ids, numbered, start } from "./event-builders.ts";

export interface ProducerOptions {
  /** What the log holds already; absent: `start` alone. */
  log?: readonly RunEvent[];
  history?: readonly Message[] | undefined;
  inbox?: readonly InboxItem[];
  /** Called with each event, as it is yielded. */
  onEvent?(event: EventBody, abort: AbortController, inbox: RunInbox): void;
  mayStart?(abort: AbortController): void;
  /** Called with what was yielded, when it is to be durable; throws: the lease is lost. */
  durable?(events: readonly EventBody[], abort: AbortController): void;
  /** From its beginning. */
  isAborted?: boolean;
  /** Wall time, ms. */
  now?: number;
}

export interface Production {
  events: EventBody[];
  outcome: Outcome;
  /** Every wait, ms. */
  waits: number[];
  /** How many events had been yielded at each `durable`. */
  durableAt: number[];
}

/** The question that a producer answers. */
export const asked: UserMessage = {
  id: ids.userMessage,
  parentId: null,
  runId: ids.run,
  role: "user",
  createdAt: firstTs,
  text: "2+3?",
};

/**
 * Lets a producer write on from a log, without a store: what it yields is folded when it asks for durability.
 */
export async function produce(producer: Producer, options: ProducerOptions = {}): Promise<Production> {
  const { log = numbered([start()]), now = firstTs, onEvent } = options;
  const history = "history" in options ? options.history : [asked];
  let state = log.reduce(fold, emptyRun(ids.run));
  const events: EventBody[] = [];
  const waits: number[] = [];
  const durableAt: number[] = [];
  const abort = new AbortController();
  if (options.isAborted) abort.abort("stop");
  const inbox = createInbox();
  inbox.receive(replyOf(options.inbox ?? []));
  let folded = 0;
  // No step is named like one that is there.
  let newIds = log.filter(({ type }) => type === "start-step").length;

  const context: ProducerContext = {
    get state() {
      return state;
    },
    userId: "user-1",
    history: async () => history,
    signal: abort.signal,
    inbox,
    async durable() {
      durableAt.push(events.length);
      options.durable?.(events, abort);
      state = numbered(events.slice(folded), { startAt: state.seq + 1, ts: now }).reduce(fold, state);
      folded = events.length;
    },
    async mayStart() {
      options.mayStart?.(abort);
    },
    startEffect: () => () => undefined,
    clock: { wall: () => now, sleep: async (ms) => void waits.push(ms) },
    newId: () => `step-id-${(newIds += 1)}`,
    random: () => 0.5,
  };
  const generator = producer(context);
  for (;;) {
    const { done, value } = await generator.next();
    if (done) return { events, outcome: value, waits, durableAt };
    events.push(value);
    onEvent?.(value, abort, inbox);
  }
}

/** What a store tells with its next reply. */
const replyOf = (items: readonly InboxItem[]): LeaseReply => ({
  head: 0,
  decisions: items.filter((item) => item.type === "tool-approval-response"),
  messages: items.filter((item) => item.type === "steered"),
});
