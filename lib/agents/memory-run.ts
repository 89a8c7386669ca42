import { ModelError } from "../models/model-error.ts";
import type { Message } from "../protocol/message.ts";
import type { EventBody, Usage } from "../protocol/run-event.ts";
import type { RunState } from "../protocol/run-state.ts";
import { createMemoryLog, type MemoryLog } from "./memory-log.ts";
import type { Inbox, InboxItem, Outcome, Producer, ProducerContext } from "./producer.ts";

export interface MemoryRunOptions {
  /** Who writes it. */
  agent: string;
  model: string;
  /** What was said before it; absent: nothing. */
  history?: readonly Message[];
  /** What is asked; or messages that end with a question. */
  input: string | readonly Message[];
  userId: string;
  world: Pick<ProducerContext, "clock" | "newId" | "random">;
  produce: Producer;
  /** Where a run stood that goes on here; absent: a new one. */
  resume?: RunState;
}

/** A run that lives in this process, and is driven from now on. */
export interface MemoryRun {
  readonly log: MemoryLog;
  /** What the answer is written behind: the last is its question. */
  readonly asked: readonly Message[];
  /** Rejects with what made it fail. */
  readonly ended: Promise<RunState>;
  send(item: InboxItem): void;
  /** What was said into it, and is not in its log. */
  unseen(): readonly string[];
  stop(reason?: string): void;
}

/** Drives a producer without a store. */
export function runInMemory(options: MemoryRunOptions): MemoryRun {
  const { world, userId, produce, resume } = options;
  const { clock, newId } = world;
  const log = createMemoryLog(resume?.runId ?? newId(), clock.wall, resume);
  const inbox = createItems();
  const spoken = new Map<string, string>();
  const unseen = (): string[] => {
    const { parts } = log.state;
    const isSeen = (id: string) => parts.some((part) => part.type === "steered" && part.messageId === id);
    return [...spoken].filter(([id]) => !isSeen(id)).map(([, text]) => text);
  };
  const abort = new AbortController();
  let reason: string | undefined;
  const conversationId = newId();
  const asked = askedOf(options, log.state.runId);
  const context: ProducerContext = {
    ...world,
    get state() {
      return log.state;
    },
    ...{ userId, inbox, signal: abort.signal },
    history: async () => asked,
    durable: async () => undefined,
    startEffect: () => () => undefined,
    mayStart: async () => undefined,
  };
  if (!resume)
    log.push({
      ...{
        type: "start",
        v: 1,
        conversationId,
        userMessageId: asked.at(-1)?.id ?? newId(),
        messageId: newId(),
      },
      ...{ agent: options.agent, model: options.model },
    });
  const startedAt = clock.wall();
  const ended = driveInMemory(produce, context, { log, inbox, unseen }).then((outcome) => {
    const timings = { queuedMs: 0, durationMs: clock.wall() - startedAt };
    log.end(
      terminalOf(outcome, { total: log.state.total, timings, reason }),
      "the run ended before this was done",
    );
    if (outcome.type === "failed" && !abort.signal.aborted) throw outcome.failure;
    return log.state;
  });
  // Whoever reads the events need not ask for the result.
  ended.catch(() => undefined);
  return {
    ...{ log, asked, ended, unseen },
    send(item) {
      if (item.type === "steered") spoken.set(item.messageId, item.text);
      inbox.add(item);
    },
    stop(why) {
      reason ??= why;
      abort.abort("stop");
    },
  };
}

/** A text becomes a question behind what was said before it. */
function askedOf(
  { input, history = [], world: { clock, newId } }: MemoryRunOptions,
  runId: string,
): readonly Message[] {
  if (typeof input !== "string") return [...history, ...input];
  const parentId = history.at(-1)?.id ?? null;
  const createdAt = clock.wall();
  return [...history, { id: newId(), parentId, runId, role: "user", createdAt, text: input }];
}

/** One that waits goes on when a person has answered, one that is finished while it takes messages. */
async function driveInMemory(
  produce: Producer,
  context: ProducerContext,
  { log, inbox, unseen }: { log: MemoryLog; inbox: Inbox; unseen(): readonly string[] },
): Promise<Outcome> {
  const { signal } = context;
  try {
    for (;;) {
      const { seq } = log.state;
      const outcome = await drain(produce(context), log, signal);
      if (signal.aborted) return outcome;
      if (outcome.type === "waiting") await inbox.wait(signal);
      else if (outcome.type !== "finished" || unseen().length === 0 || log.state.seq === seq) return outcome;
    }
  } catch (failure) {
    return { type: "failed", failure };
  }
}

async function drain(
  events: AsyncGenerator<EventBody, Outcome>,
  log: MemoryLog,
  signal: AbortSignal,
): Promise<Outcome> {
  const aborted: Outcome = { type: "aborted" };
  try {
    for (;;) {
      const { done, value } = await events.next();
      if (done) return value;
      log.push(value);
      if (signal.aborted) return aborted;
    }
  } finally {
    await events.return(aborted);
  }
}

interface EndFacts {
  total: Usage | undefined;
  timings: { queuedMs: number; durationMs: number };
  reason: string | undefined;
}

function terminalOf(outcome: Outcome, { total, timings, reason }: EndFacts): EventBody {
  const spent = total && { total };
  switch (outcome.type) {
    case "finished":
      return { type: "finish", finishReason: outcome.finishReason, ...spent, timings };
    case "interrupted":
      return { type: "interrupted", reason: outcome.reason, errorText: outcome.errorText };
    case "failed": {
      const { failure } = outcome;
      const isKnown = failure instanceof ModelError;
      const errorText = failure instanceof Error ? failure.message : String(failure);
      const code = isKnown ? failure.code : "unexpected";
      return { type: "error", code, errorText, retryable: isKnown && failure.retryable, ...spent };
    }
    case "aborted":
    case "waiting":
      return { type: "abort", by: "user", ...(reason !== undefined && { reason }), ...spent, timings };
    default:
      return outcome satisfies never;
  }
}

interface Items extends Inbox {
  add(item: InboxItem): void;
}

function createItems(): Items {
  let items: InboxItem[] = [];
  let added = Promise.withResolvers<void>();
  return {
    add(item) {
      items.push(item);
      added.resolve();
      added = Promise.withResolvers();
    },
    take() {
      const taken = items;
      items = [];
      return taken;
    },
    async wait(signal) {
      if (items.length > 0 || signal.aborted) return;
      const aborted = Promise.withResolvers<void>();
      signal.addEventListener("abort", () => aborted.resolve(), { once: true });
      await Promise.race([added.promise, aborted.promise]);
    },
  };
}
