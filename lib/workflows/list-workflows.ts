import type { WorkflowListing } from "../protocol/workflow-listing.ts";
import type { Workflow } from "./define-workflow.ts";
import { drawGraph } from "./draw-graph.ts";
import { toMermaid } from "./to-mermaid.ts";

/** What everybody may know of workflows: what they are called, and how they are drawn. */
export const listWorkflows = (workflows: readonly Workflow[]): WorkflowListing[] =>
  workflows.map(({ name, description, graph, definitionHash }) => ({
    name,
    ...(description !== undefined && { description }),
    ...{ graph, definitionHash, drawing: drawGraph(graph), mermaid: toMermaid(graph) },
  }));
