import { z } from "zod";
import { defineTool } from "#lib/tools/define-tool.ts";
import type { Tool, ToolContext, ToolEffect } from "#lib/tools/tool.ts";

export interface ScriptedTool extends Tool {
  /** The input of each run, in their order. */
  readonly runs: unknown[];
}

/** A tool that takes any arguments of the given names and does what the test says. */
export function scriptedTool(
  name: string,
  run: (input: Record<string, unknown>, context: ToolContext) => unknown,
  facts: Partial<Tool> & { effect?: ToolEffect } = {},
): ScriptedTool {
  const runs: unknown[] = [];
  const tool = defineTool({
    ...{ name, description: `does ${name}`, effect: "read" },
    input: z.looseObject({}),
    run(input, context) {
      runs.push(input);
      return run(input, context);
    },
  });
  const parse: Tool["parse"] = (input) =>
    z.looseObject({}).safeParse(input).success
      ? { type: "ok", input }
      : { type: "invalid", errorText: "no object" };
  return { ...tool, parse, ...facts, runs };
}
