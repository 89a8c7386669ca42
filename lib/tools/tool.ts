import type { JsonSchema } from "../models/model-request.ts";
import type { Message } from "../protocol/message.ts";
import type { JsonObject, PersonQuestion } from "../protocol/run-event.ts";
import type { RunState } from "../protocol/run-state.ts";

/**
 * What a call may do beyond giving an answer. `read`: nothing, so that it may be run again. `write`: it
 * changes something. `network`: it tells somebody outside what it is given. `code`: it runs what it is given.
 */
export type ToolEffect = "read" | "write" | "network" | "code";

/** What a model may call. It knows no run: what it needs of one is its `ToolContext`. */
export interface Tool {
  readonly name: string;
  readonly description: string;
  /** Of the arguments, as a model is offered them: a schema of type "object". */
  readonly inputSchema: JsonSchema;
  readonly effect: ToolEffect;
  /** Code that reaches nothing but tools, each of which asks for itself: it needs no word of its own. */
  readonly isConfined?: boolean;
  /** It reads what is the person's own, such as notes and conversations. */
  readonly isPrivate?: boolean;
  /** The operator has turned it on: agents with `tools: "read"` offer it too, whatever its effect. */
  readonly isTurnedOn?: boolean;
  /**
   * Where a call goes, if its arguments may name any place: whoever is there is told what the address holds.
   * `input`: as `parse` gave it.
   */
  goesTo?(input: unknown): string;
  /** Its output is the answer: the model is not asked to put it into words. */
  readonly returnDirect?: boolean;
  /** How long a call may take, ms, what a person is waited for apart; absent: a minute. */
  readonly timeLimitMs?: number;
  /**
   * How often a call of a tool that only reads is tried where it throws or takes too long, a moment apart;
   * absent: once.
   */
  readonly attempts?: number;
  /**
   * Of a tool that another program describes: changes where that says something else of it. What a person
   * has allowed was the tool as it was described then.
   */
  readonly definitionHash?: string;
  /**
   * The tool as it is described now, where another program describes it: itself where nothing has changed, or
   * where that cannot be said in a moment. Never rejects.
   */
  latest?(signal: AbortSignal): Promise<Tool>;
  /** Strict. The value that `run` is given, or what is wrong, in words for the model. */
  parse(input: unknown): ParsedInput;
  /**
   * A value, a promise of one, or an async generator: what that yields are preliminary outputs, and what it
   * returns (where it returns nothing: what it yielded last) is the output. What it throws is told the model.
   */
  run(input: unknown, context: ToolContext): unknown;
}

export type ParsedInput = { type: "ok"; input: unknown } | { type: "invalid"; errorText: string };

/** One call, as its tool sees it. */
export interface ToolContext {
  /** Aborts when nobody waits for the output any more; what comes later is dropped. */
  readonly signal: AbortSignal;
  /** The same for each attempt: a key by which an effect is made once. */
  readonly toolCallId: string;
  readonly userId: string;
  readonly conversationId: string;
  progress(progress: number, total?: number, message?: string): void;
  /**
   * Names a page that the output is from, for the person and the model: resolves with its number in the
   * conversation, by which an answer cites it. The same page has the same number. Rejects once the call has
   * ended.
   */
  cite(page: CitedPage): Promise<number>;
  /**
   * Asks the person while the call lives: a flat form; resolves with what was answered. The run may wait for
   * it without a process: the call of a `read` tool is then run again, and asks nothing twice that was
   * answered before.
   */
  ask(question: PersonQuestion): Promise<PersonAnswer>;
}

/** Where something was read. */
export interface CitedPage {
  url: string;
  title?: string;
}

/** `decline`: the person would rather not say; `cancel`: the question was withdrawn. */
export type PersonAnswer =
  | { type: "accept"; content: JsonObject }
  | { type: "decline"; reason?: string }
  | { type: "cancel" };

/** A call whose arguments are complete and valid. */
export interface ToolCall {
  toolCallId: string;
  toolName: string;
  input: unknown;
}

/**
 * Whether a call runs at once, waits for a person, or is denied. Pure: any process comes to the same by the
 * same log.
 */
export type ApprovalPolicy = (
  call: ToolCall,
  tool: Tool,
  context: {
    state: RunState;
    /** What led to the answer. */
    history: readonly Message[];
    /** All that the agent has, by their names. */
    tools: ReadonlyMap<string, Tool>;
  },
) => "run" | "ask" | "deny";
