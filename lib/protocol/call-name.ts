import { isRecord } from "./is-record.ts";
import { runAgainTool, waitTool } from "./workflow-graph.ts";

/**
 * What a call is named to people: its tool, and of the questions of a workflow what they are about: the event
 * that is waited for, or the step that may be run again.
 */
export function callName({ toolName, input }: { toolName: string; input?: unknown }): string {
  if (!isRecord(input)) return toolName;
  const about = toolName === waitTool ? input["event"] : toolName === runAgainTool && input["step"];
  return typeof about === "string" && about !== "" ? about : toolName;
}
