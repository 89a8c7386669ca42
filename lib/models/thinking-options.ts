/** How much a model is to think before it answers: each wire asks for it in its own form. */
export interface ThinkingOptions {
  /** Absent: as much as the model does by itself. */
  reasoningEffort?: ReasoningEffort;
  /** Tokens of thought, for models of the Messages wire that are given a number; absent: by the effort. */
  thinkingTokens?: number;
}

/** In the words of the wires; which of them a model takes is its own matter. */
export type ReasoningEffort = "none" | "minimal" | "low" | "medium" | "high" | "xhigh" | "max";
