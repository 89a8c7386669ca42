import type { DrawnGraph } from "./drawn-graph.ts";
import type { WorkflowGraph } from "./workflow-graph.ts";

/** A workflow that a request may name, as `agent` (docs/protocol.md 3.7). */
export interface WorkflowListing {
  name: string;
  description?: string;
  graph: WorkflowGraph;
  /** Of the graph. */
  definitionHash: string;
  drawing: DrawnGraph;
  /** The graph as a Mermaid flowchart. */
  mermaid: string;
}

/** One workflow, and the newest run of it that a user has. */
export interface WorkflowView {
  workflow: WorkflowListing;
  latest?: LatestRun;
}

export interface LatestRun {
  conversationId: string;
  runId: string;
}
