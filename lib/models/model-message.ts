import type { ProviderMetadata } from "../protocol/run-event.ts";

/*
 * A conversation as a model is sent it, whatever wire carries it. Roles and part types are those of the AI
 * SDK's prompt. Every list of parts is in the order in which the model, or the person, wrote them.
 */

export interface TextContent {
  type: "text";
  text: string;
  providerMetadata?: ProviderMetadata;
}

/** A thought that its provider wants back; wires that know nothing of that leave it out. */
export interface ReasoningContent {
  type: "reasoning";
  text: string;
  providerMetadata: ProviderMetadata;
}

export interface ToolCallContent {
  type: "tool-call";
  toolCallId: string;
  toolName: string;
  /**
   * The arguments as the model wrote them, byte for byte: printing them anew would miss the provider's cache.
   */
  input: string;
  providerMetadata?: ProviderMetadata;
}

export interface ToolResultContent {
  type: "tool-result";
  toolCallId: string;
  toolName: string;
  /** What the model reads. */
  output: string;
  /** The call failed, was denied or never ended; `output` says so in words. */
  isError?: boolean;
}

/** What a person's message is made of; images and files join here. */
export type ContentPart = TextContent;

/**
 * One turn. The server builds all of them from the history that it owns (`modelInput`). `isWithinTurn`: it
 * asks nothing anew, but was said into an answer, or by us; no provider is sent that.
 */
export type ModelMessage =
  | { role: "system"; content: string }
  | { role: "user"; content: readonly ContentPart[]; isWithinTurn?: true }
  | { role: "assistant"; content: readonly (TextContent | ReasoningContent | ToolCallContent)[] }
  | { role: "tool"; content: readonly ToolResultContent[] };
