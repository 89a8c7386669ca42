import type { Tool } from "../../tools/tool.ts";
import { isAgentTool } from "../agent-tool.ts";
import { isCodeTool } from "./code-tool.ts";

/** Its call is made of steps and calls that are in the log: it goes on from them. Each asks for itself. */
export const runsInParts = (tool: Tool): boolean => isAgentTool(tool) || isCodeTool(tool);
