import type { ToolPart } from "#lib/protocol/message.ts";
import { runAgainTool, waitTool } from "#lib/protocol/workflow-graph.ts";

/** Whether a call is nothing but a question to the person: of the agent, or of a workflow that waits. */
export const isOwnQuestion = ({ toolName, question }: ToolPart): boolean =>
  [askTool, waitTool, runAgainTool].includes(toolName) && question !== undefined;

const askTool = "ask_person";
