import { z } from "zod";
import { type CodeFunction, codeFunctions } from "../../models/code/code-functions.ts";
import { codeToolName } from "../../protocol/code-call.ts";
import { defineTool } from "../../tools/define-tool.ts";
import type { Tool } from "../../tools/tool.ts";

/** The tool of an agent that writes code: what that calls runs inside the call. */
export interface CodeTool extends Tool {
  readonly functions: readonly CodeFunction<Tool>[];
}

/** Code of a model, which finds these tools as functions. What they do, each of them asks for itself. */
export function codeTool(tools: readonly Tool[]): CodeTool {
  const run = (): never => {
    throw new TypeError("code runs in a sandbox, not as a function");
  };
  const facts = {
    name: codeToolName,
    description: "Runs JavaScript in a sandbox without network and files.",
    effect: "code",
    input: z.object({ code: z.string() }),
  } as const;
  return { ...defineTool({ ...facts, run }), isConfined: true, functions: codeFunctions(tools) };
}

export const isCodeTool = (tool: Tool): tool is CodeTool => "functions" in tool;
