import type { JsonObject } from "../protocol/run-event.ts";
import { wellFormedValue } from "../protocol/surrogates.ts";
import type { Tool } from "../tools/tool.ts";
import { createArgumentsCheck } from "./check-arguments.ts";
import { McpError } from "./mcp-error.ts";
import { withEllipsis } from "./mcp-failure.ts";
import type { ListedTool, McpServer } from "./mcp-server.ts";
import { errorTextOf, outputOf } from "./tool-output.ts";

/** How long a call may take that tells of its progress, ms; one that says nothing is given up before. */
const toolLimitMs = 1_800_000;
/** Of a description. */
const maxDescription = 4000;
/** How long a step waits to be told what a tool is now, ms; the call itself waits for longer. */
const latestWaitMs = 2000;

/** What is invisible says to a model what no person reads. */
const hiddenCharacters = /[\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\u{e0000}-\u{e007f}]/gu;

/**
 * A server's tool as one of ours, as it was listed: it is never run as anything else. `latest` is what the
 * server says of it now, about which a person is asked.
 */
export function createMcpTool(server: McpServer, listed: ListedTool): Tool {
  const { name, definition, hash, effect } = listed;
  const { $schema: _, ...inputSchema } = definition.inputSchema;
  return {
    name,
    description: descriptionOf(definition, server),
    inputSchema: wellFormedValue(inputSchema),
    effect,
    definitionHash: hash,
    timeLimitMs: toolLimitMs,
    async latest(signal) {
      try {
        const inTime = AbortSignal.any([signal, AbortSignal.timeout(latestWaitMs)]);
        const current = await server.current(name, inTime, true);
        return current.hash === hash ? this : createMcpTool(server, current);
      } catch {
        return this;
      }
    },
    parse: createArgumentsCheck(definition.inputSchema),
    async run(input, context) {
      const current = await server.current(name, context.signal);
      if (current.hash !== hash)
        throw new McpError("refused", `${server.config.name} has changed this tool: call it again`);
      // Cast: `parse` gave it.
      const call = { definition: current.definition, input: input as JsonObject, context };
      try {
        const result = await server.call(call);
        if (result.isError === true) throw new Error(errorTextOf(result, name));
        return outputOf(result);
      } catch (error) {
        // Whatever walks a value that nests too deep ends in a full stack.
        if (!(error instanceof RangeError)) throw error;
        throw new McpError("not-mcp", `${server.config.name} sent a value that nests too deep`, {
          cause: error,
        });
      }
    },
  };
}

const descriptionOf = ({ description, title, name }: ListedTool["definition"], server: McpServer): string => {
  const text = (description ?? title ?? "").replace(hiddenCharacters, "").toWellFormed().trim();
  return withEllipsis(text === "" ? `The tool ${name} of ${server.config.name}.` : text, maxDescription);
};
