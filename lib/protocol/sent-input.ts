/** What a model was sent in a step of a run (docs/protocol.md 3.13). */
export interface SentInput {
  /** Of the `agent-input` event that says that it was sent. */
  seq: number;
  stepId: string;
  agent: string;
  /**
   * It has the hash that the log has of what was sent; else what the agent is told has changed since, or is
   * not known here.
   */
  isExact: boolean;
  /** How many of the oldest messages it was not sent; absent: none. */
  leftOut?: number;
  /** How many outputs of tools it was sent shortened; absent: none. */
  shortened?: number;
  messages: readonly PromptMessage[];
}

export interface PromptMessage {
  role: "system" | "user" | "assistant" | "tool";
  content: readonly SentContent[];
}

export interface SentContent {
  type: "text" | "reasoning" | "tool-call" | "tool-result";
  /** Of a call its arguments, of a result what the model reads. */
  text: string;
  /** The tool that was called. */
  toolName?: string;
  /** The call gave no result. */
  isError?: true;
}
