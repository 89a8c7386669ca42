import type { Tool } from "./tool.ts";

/** Whether a tool is described otherwise than the one of its name among those that a model was offered. */
export const isChangedTool = (
  { name, definitionHash }: Tool,
  offered: ReadonlyMap<string, Pick<Tool, "definitionHash">>,
): boolean => offered.has(name) && offered.get(name)?.definitionHash !== definitionHash;
