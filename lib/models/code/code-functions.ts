import type { ModelTool } from "../model-request.ts";

/** A tool as code calls it: an async function of one object. */
export interface CodeFunction<T extends ModelTool = ModelTool> {
  /** As JavaScript takes it. */
  name: string;
  tool: T;
}

/** By which code says what the answer is. */
export const finalAnswerName = "final_answer";

/** The tools as functions, each under a name of its own. */
export function codeFunctions<T extends ModelTool>(tools: readonly T[]): readonly CodeFunction<T>[] {
  const taken = new Set([finalAnswerName]);
  return tools.map((tool) => {
    let name = tool.name.replace(/[^\p{ID_Continue}$]/gu, "_").replace(/^(?![\p{ID_Start}$_])/u, "_");
    while (taken.has(name) || reserved.has(name)) name += "_";
    taken.add(name);
    return { name, tool };
  });
}

/** What a function may not be named, and what code is used to find under its name. */
const reserved = new Set(
  (
    "await break case catch class const continue debugger default delete do else enum eval export extends " +
    "false finally for function if implements import in instanceof interface let new null package private " +
    "protected public return static super switch this throw true try typeof var void while with yield " +
    "arguments undefined NaN Infinity globalThis console Object Array String Number Boolean Symbol Math JSON " +
    "Date Promise Map Set RegExp Error Function Proxy Reflect parseInt parseFloat isNaN isFinite setTimeout"
  ).split(" "),
);
