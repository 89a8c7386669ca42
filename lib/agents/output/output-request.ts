import type { Model } from "../../models/model.ts";
import type { ModelRequest, ModelTool } from "../../models/model-request.ts";
import type { ObjectOutput } from "./output.ts";

/** The tool that stands for the answer, for a model that takes no form of answer. */
export const answerToolName = "final_answer";

/**
 * How a model is asked for an object: by the form of its answer, where its endpoint takes that; else by a
 * tool that it has to call; else by the words that it is told in any case (`outputPrompt`), since some
 * endpoints take a form and pass it over.
 */
export function outputFields(
  { name, schema }: ObjectOutput,
  model: Model,
  { tools = [], toolChoice }: Pick<ModelRequest, "tools" | "toolChoice">,
): Pick<ModelRequest, "responseFormat" | "tools" | "toolChoice"> {
  const asked = { ...(tools.length > 0 && { tools }), ...(toolChoice !== undefined && { toolChoice }) };
  const refuses = (...fields: string[]) => fields.some((field) => model.refuses?.(field));
  if (!refuses("response_format", "text", "output_config"))
    return { ...asked, responseFormat: { type: "json-schema", name, schema } };
  if (refuses("tools", "tool_choice") || toolChoice === "none") return asked;
  const answerTool: ModelTool = {
    ...{ name: answerToolName, inputSchema: schema },
    description: "Gives your answer. Call it once, with all of it.",
  };
  return {
    tools: [...tools, answerTool],
    toolChoice: tools.length > 0 ? "required" : { toolName: answerToolName },
  };
}

/** Behind an agent's instructions. */
export const outputPrompt = ({ schema }: ObjectOutput): string =>
  `Answer with one JSON object that fits this JSON Schema, and with nothing else:\n${JSON.stringify(schema)}`;
