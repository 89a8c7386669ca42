import type { ModelDescription } from "../protocol/model-listing.ts";
import type { FinishReason, ProviderMetadata, Usage } from "../protocol/run-event.ts";
import type { ModelRequest } from "./model-request.ts";
import type { Prices } from "./prices.ts";

/**
 * What a model says, in the order it says it. Deltas of one text that arrive within `coalesceMs` are one
 * part, since every part is stored and shown by itself, and none is cut inside a surrogate pair: a model that
 * may cut there passes its texts through a `createSurrogateBuffer`. `index` numbers the tool calls of one
 * answer. `model` is the name that the provider itself gives to what answers. `usage` may come more than
 * once: the last report counts, reports are never added up. `finish` comes last, and only if the provider
 * gave a finish reason: a stream that ends without it was cut off. `fault`: the reply is no answer in the
 * form that was asked for, in words for the model, which is asked once more with them.
 *
 * A text or a thought ends with its `…-end`, or where another begins: a wire sends an end where two of a kind
 * follow one another, or where it has to give something back with it. The end of one that was never begun is
 * an empty one. What is given back comes at the end; a thought that is known by it from its beginning has a
 * `reasoning-start`.
 *
 * `hosted-call-…`: the provider calls a tool of its own, such as its web search, by itself: it begins, is
 * given its input once that is known, and ends with what is told of its output. `source`: a page that the
 * text before it is from; it does not end that text.
 *
 * `response`: the provider keeps the answer under that id, and `ModelRequest.resume` asks for its rest. From
 * then on every text has a `cursor`: what came before it and it itself are read as far as that.
 */
export type ModelPart =
  | ({ type: "text" | "reasoning" | "refusal"; delta: string } & ReadTo)
  | { type: "reasoning-start"; providerMetadata: ProviderMetadata }
  | ({ type: "text-end" | "reasoning-end"; providerMetadata?: ProviderMetadata } & ReadTo)
  | { type: "tool-call-start"; index: number; toolCallId: string; toolName: string }
  | { type: "tool-call-delta"; index: number; delta: string }
  | { type: "tool-call-end"; index: number; providerMetadata?: ProviderMetadata }
  | { type: "hosted-call-start"; callId: string; toolName: string }
  | { type: "hosted-call-input"; callId: string; input: unknown }
  | { type: "hosted-call-end"; callId: string; output?: unknown; errorText?: string }
  | { type: "source"; url: string; title?: string }
  | { type: "response"; responseId: string }
  | { type: "model"; name: string }
  | { type: "usage"; usage: Usage }
  | { type: "finish"; reason: FinishReason; fault?: string };

interface ReadTo {
  /** A number of the provider's, that only it understands. */
  cursor?: number;
}

/** What the model itself has written. */
export type ModelContent = Exclude<ModelPart, { type: "model" | "response" | "usage" | "finish" }>;

/** Whether the model has begun with it: what else there is, a provider also says of one that still waits. */
export const isContent = (part: ModelPart): part is ModelContent =>
  part.type !== "model" && part.type !== "response" && part.type !== "usage" && part.type !== "finish";

/**
 * Why nobody goes on with an answer, as the `reason` of the signal of its request: `stop`: it is not wanted;
 * `unstorable`: it cannot be stored. A provider that goes on with it by itself is told to end it.
 */
export type GivenUpReason = "stop" | "unstorable";

const givenUpReasons: ReadonlySet<unknown> = new Set<GivenUpReason>(["stop", "unstorable"]);

/** Not so where another process takes the run over. */
export const isGivenUp = ({ aborted, reason }: AbortSignal): boolean => aborted && givenUpReasons.has(reason);

export interface Model {
  /** The name that requests have and people are shown. */
  readonly id: string;
  /** The name that its endpoint is asked for; absent: `id`. */
  readonly askedName?: string;
  /** True for the scripted model, which is labelled wherever it answers. */
  readonly demo: boolean;
  /** Absent: what it costs is unknown. */
  readonly prices?: Prices;
  /** Tokens of a request with its answer, and of an answer alone. Absent: unknown. */
  readonly limits?: ModelDescription["limits"];
  /** Whether its endpoint was found not to take a field of a request, such as `tools`. */
  refuses?(field: string): boolean;
  /**
   * What it is told in place of these fields of a request; absent, or undefined: it is sent them as they are.
   */
  inWords?(beside: Pick<ModelRequest, "tools" | "toolChoice" | "responseFormat">): string | undefined;
  /** Of one that may be offered tools in words: the same without that. */
  readonly native?: Model;
  /** Asked with a key of the browser's: nobody else can go on with it. */
  readonly usesOwnKey?: true;
  /** Of `usesOwnKey`: the server has no key for its endpoint, which may answer whatever key it is given. */
  readonly isCounted?: true;
  /**
   * Given an answer of its own as the last message it goes on with that, in mid-word; absent: it has to be
   * told.
   */
  readonly prefills?: boolean;
  /**
   * One model request. Aborting `signal` closes the provider's connection and ends the iteration without an
   * error; leaving the loop closes it too. Throws `ModelError`.
   */
  stream(request: ModelRequest, signal: AbortSignal): AsyncIterable<ModelPart>;
}
