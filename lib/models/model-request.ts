import type { ModelMessage } from "./model-message.ts";

/** A JSON Schema, as it is sent to the provider. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** A tool as a model is offered it; who runs it is no matter of the model's. */
export interface ModelTool {
  name: string;
  description?: string;
  /** Of the arguments: a schema of type "object". */
  inputSchema: JsonSchema;
}

/** Whether the model may, must not or must call a tool, or the one that it must call. Absent: it may. */
export type ToolChoice = "auto" | "none" | "required" | { toolName: string };

/** The form of the answer's text. Absent: any text. */
export type ResponseFormat =
  | { type: "json-object" }
  | { type: "json-schema"; name: string; schema: JsonSchema; strict?: boolean };

/** One request to a model. What is absent is not sent: the provider's default holds. */
export interface ModelRequest {
  messages: readonly ModelMessage[];
  tools?: readonly ModelTool[];
  toolChoice?: ToolChoice;
  /** Texts before which the model ends its answer. */
  stop?: readonly string[];
  responseFormat?: ResponseFormat;
  temperature?: number;
  topP?: number;
  maxOutputTokens?: number;
  seed?: number;
  /**
   * Asks for the rest of an answer that the provider keeps, in place of a new one; `messages` are the same.
   * Begins behind `cursor`, or where it is absent, at the beginning. A call that was open there is said once
   * more, under its id and from its first character; `index` counts anew. Where the provider has forgotten
   * the answer, or cannot give its rest, `ModelError` "cut-off" with the reason "forgotten".
   */
  resume?: { responseId: string; cursor?: number };
  /** How long neighbouring deltas may be coalesced into one part, ms; absent: 25. */
  coalesceMs?: number;
}
