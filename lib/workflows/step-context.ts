import type { Agent } from "../agents/agent.ts";
import type { ObjectOutput } from "../agents/output/output.ts";
import type { Tool } from "../tools/tool.ts";
import type { EventKind, SentOf, TakenOf, WorkflowEvent } from "./define-event.ts";
import type { StateKey } from "./define-state.ts";

/** How far something is: a few words, and numbers where they are known. */
export interface StepProgress {
  message: string;
  progress?: number;
  total?: number;
}

/** What the answer of an agent is to a step: its text, or its object. */
export type AgentAnswer<A> = A extends { output: ObjectOutput<infer T> } ? T : string;

/**
 * What a step is given of its run. What it sends and stores counts when it returns, all of it at once: an
 * attempt that fails, or whose process ends, has done nothing. Once its instance has ended every method
 * throws.
 */
export interface WorkflowContext<E extends EventKind = EventKind, W extends EventKind = EventKind> {
  /** Aborts when nobody waits for the step any more. */
  readonly signal: AbortSignal;
  readonly userId: string;
  readonly conversationId: string;
  /** `<step>/<n>`: the same for each attempt, a key by which an effect is made once. */
  readonly instance: string;
  /** 1, and one more each time that it is begun again. */
  readonly attempt: number;
  /** Sends more than it returns. */
  send(...events: SentOf<E>[]): void;
  /**
   * Tells readers something at once, whatever becomes of the step: how far it is, or an event of any type (a
   * `data` event of the log).
   */
  emit(news: StepProgress | WorkflowEvent): Promise<void>;
  /**
   * Joins what several instances of this step were given: undefined until there is an event for each of
   * `kinds`; then those, in the order of `kinds`, and of one kind in the order of what they were made of,
   * however they came. Instances collect in the order in which they began.
   */
  collect<const K extends readonly EventKind[]>(
    kinds: K,
  ): Promise<{ -readonly [I in keyof K]: TakenOf<K[I]> } | undefined>;
  collect<K extends EventKind>(kind: K, count: number): Promise<TakenOf<K>[] | undefined>;
  /** How many events earlier instances of this step have left to collect. */
  readonly collectable: number;
  readonly state: {
    get<T>(key: StateKey<T>): T;
    set<T>(key: StateKey<T>, value: T): void;
    /** Of what it is when the step returns, which another instance may have changed. `next` is pure. */
    update<T>(key: StateKey<T>, next: (value: T) => T): void;
  };
  /**
   * Waits for an event from outside, without a process if need be: the step is then run again up to here, and
   * what it has asked before is answered from the log. `message`: what a person is asked, with a form of the
   * event's data where that is flat. `where`: any other is asked for anew. Undefined: declined.
   */
  waitFor<K extends W>(
    kind: K,
    options?: { message?: string; where?(data: TakenOf<K>["data"]): boolean },
  ): Promise<TakenOf<K> | undefined>;
  /**
   * Lets an agent answer a request; resolves with its text, or its object. What was answered before the step
   * was begun again is not asked again. `isShown`: it writes the answer of the run, in its place; else it
   * stands in a card. Throws what made it fail.
   */
  agent<A extends Agent>(agent: A, request: string, options?: { isShown?: boolean }): Promise<AgentAnswer<A>>;
  agent(name: string, request: string, options?: { isShown?: boolean }): Promise<unknown>;
  /** Calls a tool, of its own or a listed one, by the rules of the operator; resolves with its output. */
  call(tool: Tool | string, input: Readonly<Record<string, unknown>>): Promise<unknown>;
  /** Writes text of the answer, as it comes. */
  write(text: string): Promise<void>;
}
