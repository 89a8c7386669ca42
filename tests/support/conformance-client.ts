import { createMcpServers } from "#lib/mcp/mcp-servers.ts";
import type { Tool } from "#lib/tools/tool.ts";

/*
 * What the conformance suite runs as the client: lib/mcp as the product has it. The last argument is the
 * address of the suite's server. Every tool that it lists is called once, with the arguments that the
 * scenario names, or with what its schema asks for; what the server asks is accepted as it stands.
 */

const { MCP_CONFORMANCE_CONTEXT: context = "{}" } = process.env;
const { toolCalls = [] }: { toolCalls?: { name: string; arguments: object }[] } = JSON.parse(context);

const servers = createMcpServers(
  [
    {
      name: "suite",
      reach: { type: "http", url: process.argv.at(-1) ?? "", headers: {} },
      effect: "read",
      effects: {},
      idleTimeoutMs: 20_000,
    },
  ],
  { version: "0.0.0", now: () => performance.now(), log: ({ message }) => console.error(message) },
);

// A run is not kept waiting for a server that is slow; the suite is.
while ((await servers.states()).some(({ state }) => state === "waiting"));
const tools = await servers.tools();
const called = toolCalls.map(({ name, arguments: input }) => ({ name: `suite__${name}`, input }));
for (const tool of tools)
  if (!called.some(({ name }) => name === tool.name)) called.push({ name: tool.name, input: sample(tool) });
for (const { name, input } of called) await call(name, input);
await servers.close();

async function call(name: string, input: object): Promise<void> {
  const tool = tools.find((each) => each.name === name);
  if (!tool) return console.error(`${name} is not offered`);
  try {
    const output: unknown = await tool.run(input, {
      signal: new AbortController().signal,
      toolCallId: "call",
      userId: "user",
      conversationId: "conversation",
      progress: () => undefined,
      cite: async () => 1,
      ask: () => Promise.resolve({ type: "accept", content: {} }),
    });
    console.error(`${name}: ${JSON.stringify(output)?.slice(0, 200)}`);
  } catch (error) {
    console.error(`${name}: ${String(error)}`);
  }
}

/** Any arguments of the right types. */
function sample({ inputSchema: { properties } }: Tool): object {
  if (typeof properties !== "object" || properties === null) return {};
  const values: Record<string, unknown> = {
    string: "a",
    number: 1,
    integer: 1,
    boolean: true,
    array: [],
    object: {},
  };
  return Object.fromEntries(
    Object.entries(properties).map(([name, schema]: [string, { type?: string }]) => [
      name,
      values[schema.type ?? "string"],
    ]),
  );
}
