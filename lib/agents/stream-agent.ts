import { ModelError } from "../models/model-error.ts";
import type { Message, Part, TextPart } from "../protocol/message.ts";
import type { EventBody, RunEvent, Usage } from "../protocol/run-event.ts";
import type { RunState } from "../protocol/run-state.ts";
import type { JsonValue } from "../structured/json-value.ts";
import type { Agent } from "./agent.ts";
import type { AgentOptions } from "./agent-scope.ts";
import { ownWorld } from "./clock.ts";
import { createMemoryLog, type MemoryLog } from "./memory-log.ts";
import { newestOfEach } from "./output/newest-of-each.ts";
import { objectIn } from "./output/object-in.ts";
import { objectPartialsOf } from "./output/object-partials.ts";
import type { ObjectOutput } from "./output/output.ts";
import type { Inbox, InboxItem, Outcome, ProducerContext } from "./producer.ts";
import { runAgent } from "./run-agent.ts";
import { textDeltasOf, textSnapshotsOf } from "./streamed-text.ts";

export interface StreamOptions<A extends Agent = Agent> extends AgentOptions {
  agent: A;
  /** What is asked; or messages that end with a question. */
  input: string | readonly Message[];
  /** Whose notes and conversations its tools read; absent: nobody's. */
  userId?: string;
  /** Absent: the real ones. */
  world?: Pick<ProducerContext, "clock" | "newId" | "random">;
}

export interface RunResult {
  /** All that the agent wrote as its answer. */
  text: string;
  /** Absent: nobody reported it. */
  usage?: Usage;
  /** The whole run: its steps, its parts, how it ended. */
  state: RunState;
}

/** A run without a server, a store or a page: it lives in this process, and ends with it. */
export interface StreamedRun<T = unknown> extends AsyncDisposable {
  /** Every event, from the first one on; any number of readers, each at its own pace. */
  events(): AsyncIterable<RunEvent>;
  /** What is new of the answer's text: together they are `text` of the result. */
  textDeltas(): AsyncIterable<string>;
  /** The whole text of the answer so far, each time that there is more. */
  textSnapshots(): AsyncIterable<string>;
  /** Rejects with what made the run fail; of one that was stopped it is what there is. */
  readonly result: Promise<RunResult>;
  /**
   * Of an agent with an output: the object so far, each time that there is more, and at most once in
   * `debounceMs` (0); the last one is never late. What did not change is `===` what it was before; an attempt
   * that takes the place of another begins anew.
   */
  partials(options?: { debounceMs?: number }): AsyncIterable<JsonValue>;
  /**
   * Of an agent with an output: the object, as its schema reads it. Rejects as `result` does, and with a
   * `TypeError` where there is none.
   */
  readonly object: Promise<T>;
  readonly state: RunState;
  /** Answers a `tool-approval-request`. */
  decide(decision: Omit<Extract<InboxItem, { type: "tool-approval-response" }>, "type" | "by">): void;
  /** Says something into the run: the model sees it with its next step, or it is in `unseen` in the end. */
  say(text: string): void;
  /** What was said into the run and no model was asked with: it has ended, or is at a cap. */
  readonly unseen: readonly string[];
  stop(reason?: string): void;
}

/** What the answer of an agent is. */
type ObjectOf<A extends Agent> = A extends { output: ObjectOutput<infer T> } ? T : never;

/** Runs an agent at once. `await using` stops it where its block ends, and waits until all has ended. */
export function streamAgent<A extends Agent>(options: StreamOptions<A>): StreamedRun<ObjectOf<A>> {
  const { world = ownWorld, input, userId = "" } = options;
  const { clock, newId } = world;
  const log = createMemoryLog(newId(), clock.wall);
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
  const userMessageId = newId();
  const asked: Message = {
    ...{ id: userMessageId, parentId: null, runId: log.state.runId, role: "user", createdAt: clock.wall() },
    text: typeof input === "string" ? input : "",
  };
  const context: ProducerContext = {
    ...world,
    get state() {
      return log.state;
    },
    ...{ userId, inbox, signal: abort.signal },
    history: async () => (typeof input === "string" ? [asked] : input),
    durable: async () => undefined,
    startEffect: () => () => undefined,
    mayStart: async () => undefined,
  };
  log.push({
    ...{ type: "start", v: 1, conversationId, userMessageId, messageId: newId() },
    ...{ agent: options.agent.name, model: options.model.id },
  });
  const startedAt = clock.wall();
  const ended = driveInMemory(options, context, { log, inbox, unseen }).then((outcome) => {
    const timings = { queuedMs: 0, durationMs: clock.wall() - startedAt };
    log.end(
      terminalOf(outcome, { total: log.state.total, timings, reason }),
      "the run ended before this was done",
    );
    if (outcome.type === "failed" && !abort.signal.aborted) throw outcome.failure;
    return runResult(log.state);
  });
  // Whoever reads the events need not ask for the result.
  ended.catch(() => undefined);
  const stop = (why?: string): void => {
    reason ??= why;
    abort.abort("stop");
  };
  return {
    events: log.read,
    textDeltas: () => textDeltasOf(log.read()),
    textSnapshots: () => textSnapshotsOf(log.read()),
    partials: ({ debounceMs = 0 } = {}) =>
      newestOfEach(objectPartialsOf(log.read()), debounceMs, (ms, signal) => clock.sleep(ms, signal)),
    result: ended,
    get object() {
      // Cast: its own output has read it.
      return ended.then(({ state }) => readObject(state, options.agent.output) as ObjectOf<A>);
    },
    get state() {
      return log.state;
    },
    decide: (decision) => inbox.add({ type: "tool-approval-response", by: "user", ...decision }),
    say(text) {
      const messageId = newId();
      spoken.set(messageId, text);
      inbox.add({ type: "steered", messageId, text, by: "user" });
    },
    get unseen() {
      return unseen();
    },
    stop,
    async [Symbol.asyncDispose]() {
      stop();
      await ended.catch(() => undefined);
    },
  };
}

/** One that waits goes on when a person has answered, one that is finished while it takes messages. */
async function driveInMemory(
  options: AgentOptions,
  context: ProducerContext,
  { log, inbox, unseen }: { log: MemoryLog; inbox: Inbox; unseen(): readonly string[] },
): Promise<Outcome> {
  const { signal } = context;
  try {
    for (;;) {
      const { seq } = log.state;
      const outcome = await drain(runAgent(options, context), log, signal);
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

const runResult = (state: RunState): RunResult => ({
  ...{ text: answerTexts(state.parts), state },
  ...(state.total && { usage: state.total }),
});

function readObject(state: RunState, output: ObjectOutput | undefined): unknown {
  const part = objectIn(state);
  const parsed = part && output?.parse(part.value);
  if (parsed?.type !== "ok") throw new TypeError("the answer holds no object that fits");
  return parsed.value;
}

const isOwnText = (part: Part): part is TextPart =>
  part.type === "text" && part.parentToolCallId === undefined && part.text !== "";

/** What stands in several places is several paragraphs. */
const answerTexts = (parts: readonly Part[]): string =>
  parts
    .filter(isOwnText)
    .map(({ text }) => text)
    .join("\n\n");

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
