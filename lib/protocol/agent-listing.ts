/** An agent that a request may name (docs/protocol.md 3.7). */
export interface AgentListing {
  name: string;
  description?: string;
  /** The model that it asks by itself; absent: the one that the request names. */
  model?: string;
  /** Names of what it may call; "read": every listed tool that only reads. */
  tools: "read" | readonly string[];
  /** Names of the agents that it may hand over to. */
  handoffs: readonly string[];
}
