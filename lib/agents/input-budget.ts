import { textTokens } from "../history/message-tokens.ts";
import type { TrimBudget } from "../history/trim.ts";
import type { Model } from "../models/model.ts";
import type { JsonSchema, ModelRequest, ModelTool } from "../models/model-request.ts";

/** Of an answer whose length nobody limits, tokens. */
const usualAnswer = 8192;

/**
 * How much of a conversation a request may hold: what its model takes in, without the answer and what is sent
 * beside the messages. `contextTokens`: of a model whose limits nobody knows; absent: any length.
 */
export function inputBudget(
  model: Model,
  beside: Pick<ModelRequest, "tools" | "responseFormat">,
  contextTokens = Infinity,
): TrimBudget {
  const { limits } = model;
  const context = limits?.context ?? contextTokens;
  if (context === Infinity) return {};
  const answer =
    limits?.output === undefined ? Math.min(usualAnswer, context / 4) : Math.min(limits.output, context / 2);
  return { tokens: Math.max(0, Math.floor(context - answer - tokensBeside(model, beside))) };
}

/** About what is sent beside the messages: as fields of the request, or in words. */
export function tokensBeside(model: Model, beside: Pick<ModelRequest, "tools" | "responseFormat">): number {
  const words = model.inWords?.(beside);
  if (words !== undefined) return textTokens(words);
  const { tools = [], responseFormat } = beside;
  const form = responseFormat?.type === "json-schema" ? schemaTokens(responseFormat.schema) : 0;
  return tools.reduce((sum, tool) => sum + toolTokens(tool), form);
}

const toolTokens = ({ name, description = "", inputSchema }: ModelTool): number =>
  textTokens(name) + textTokens(description) + schemaTokens(inputSchema);

/** Printed once: the tools of most requests are those of the one before. */
const knownTokens = new WeakMap<JsonSchema, number>();

function schemaTokens(schema: JsonSchema): number {
  const tokens = knownTokens.get(schema) ?? textTokens(JSON.stringify(schema));
  knownTokens.set(schema, tokens);
  return tokens;
}
