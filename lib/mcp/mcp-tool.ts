import type { JsonObject } from "../protocol/run-event.ts";
import type { Tool, ToolContext } from "../tools/tool.ts";
import { createArgumentsCheck } from "./check-arguments.ts";
import { McpError } from "./mcp-error.ts";
import { withEllipsis } from "./mcp-failure.ts";
import type { ListedTool, McpServer } from "./mcp-server.ts";
import { errorTextOf, outputOf } from "./tool-output.ts";

/** How long a call may take that tells of its progress, ms; one that says nothing is given up before. */
const toolLimitMs = 1_800_000;
/** Of a description, for a model; and of a new one, for the person who is asked about it. */
const maxDescription = 4000;
const maxAskedDescription = 600;

/** What is invisible says to a model what no person reads. */
const hiddenCharacters = /[\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\u{e0000}-\u{e007f}]/gu;

/**
 * A server's tool as one of ours, as it was listed when the run began: the run keeps to it. Where the server
 * has changed what it says of the tool since, the person is asked before it is run.
 */
export function createMcpTool(server: McpServer, { name, definition, hash, effect }: ListedTool): Tool {
  const { $schema: _, ...inputSchema } = definition.inputSchema;
  return {
    name,
    description: descriptionOf(definition, server),
    inputSchema,
    effect,
    definitionHash: hash,
    timeLimitMs: toolLimitMs,
    parse: createArgumentsCheck(definition.inputSchema),
    async run(input, context) {
      const current = await server.current(name, context.signal);
      if (current.hash !== hash) await askAnew(current, server, context);
      // Cast: `parse` gave it.
      const call = { definition: current.definition, input: input as JsonObject, context };
      const result = await server.call(call);
      if (result.isError === true) throw new Error(errorTextOf(result, name));
      return outputOf(result);
    },
  };
}

const descriptionOf = ({ description, title, name }: ListedTool["definition"], server: McpServer): string => {
  const text = (description ?? title ?? "").replace(hiddenCharacters, "").trim();
  return withEllipsis(text === "" ? `The tool ${name} of ${server.config.name}.` : text, maxDescription);
};

/** Throws unless the person wants it to run as it is now. */
async function askAnew(current: ListedTool, server: McpServer, { ask }: ToolContext): Promise<void> {
  const text = withEllipsis(descriptionOf(current.definition, server), maxAskedDescription);
  const { name } = server.config;
  const answer = await ask({
    message: `${name} has changed its tool ${current.definition.name} since this answer began. It now says: ${text}`,
    schema: { type: "object", properties: {} },
  });
  if (answer.type !== "accept")
    throw new McpError("refused", `${name} changed this tool meanwhile, and the person did not let it run`);
}
