import type { DrawnGraph } from "./drawn-graph.ts";
import type { WorkflowGraph } from "./workflow-graph.ts";

/** `GET /api/runs/:id/graph` (docs/protocol.md 3.13). */
export interface RunDrawing {
  graph: WorkflowGraph;
  definitionHash: string;
  drawing: DrawnGraph;
}
