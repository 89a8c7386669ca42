import type { Message, Part, TextPart } from "../protocol/message.ts";
import { messageOf } from "../protocol/message-of.ts";
import type { RunEvent, Usage } from "../protocol/run-event.ts";
import type { RunState } from "../protocol/run-state.ts";
import type { JsonValue } from "../structured/json-value.ts";
import type { Agent } from "./agent.ts";
import type { AgentOptions } from "./agent-scope.ts";
import { ownWorld } from "./clock.ts";
import { runInMemory } from "./memory-run.ts";
import { newestOfEach } from "./output/newest-of-each.ts";
import { objectIn } from "./output/object-in.ts";
import { objectPartialsOf } from "./output/object-partials.ts";
import type { ObjectOutput } from "./output/output.ts";
import type { InboxItem, ProducerContext } from "./producer.ts";
import { runAgent } from "./run-agent.ts";
import { textDeltasOf, textSnapshotsOf } from "./streamed-text.ts";

export interface StreamOptions<A extends Agent = Agent> extends AgentOptions {
  agent: A;
  /** What was said before it: `allMessages` of the turn before. Absent: nothing. */
  history?: readonly Message[];
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
  /** What this turn adds to the conversation, so far: its question, if `input` is a text, and the answer. */
  readonly newMessages: readonly Message[];
  /** The whole conversation, so far: `history` of the next turn. */
  readonly allMessages: readonly Message[];
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
  const { world = ownWorld, input, history = [], userId = "", agent, model } = options;
  const { clock, newId } = world;
  const run = runInMemory({
    ...{ agent: agent.name, model: model.id, input, history, userId, world },
    produce: (context) => runAgent(options, context),
  });
  const { log, stop, asked } = run;
  const allMessages = (): readonly Message[] => [...asked, messageOf(log.state)];
  const given = history.length + (typeof input === "string" ? 0 : input.length);
  const ended = run.ended.then(runResult);
  ended.catch(() => undefined);
  return {
    events: log.read,
    textDeltas: () => textDeltasOf(log.read()),
    textSnapshots: () => textSnapshotsOf(log.read()),
    partials: ({ debounceMs = 0 } = {}) =>
      newestOfEach(objectPartialsOf(log.read()), debounceMs, (ms, signal) => clock.sleep(ms, signal)),
    result: ended,
    get object() {
      // Cast: its own output has read it.
      return ended.then(({ state }) => readObject(state, agent.output) as ObjectOf<A>);
    },
    get state() {
      return log.state;
    },
    get newMessages() {
      return allMessages().slice(given);
    },
    get allMessages() {
      return allMessages();
    },
    decide: (decision) => run.send({ type: "tool-approval-response", by: "user", ...decision }),
    say: (text) => run.send({ type: "steered", messageId: newId(), text, by: "user" }),
    get unseen() {
      return run.unseen();
    },
    stop,
    async [Symbol.asyncDispose]() {
      stop();
      await ended.catch(() => undefined);
    },
  };
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
