import type { Tool, ToolContext } from "#lib/tools/tool.ts";

/** What the tools of a test are told of a call. Who asks a person is told that nobody is there. */
const toolContext = (given: Partial<ToolContext> = {}): ToolContext => ({
  signal: new AbortController().signal,
  toolCallId: "call-1",
  userId: "user-1",
  conversationId: "conversation-1",
  progress: () => undefined,
  cite: async () => 1,
  ask: async () => ({ type: "cancel" }),
  ...given,
});

/** Calls a tool as the agent does: with arguments that it has parsed. Rejects with what it says of others. */
export async function callTool(
  tool: Tool,
  input: unknown,
  given: Partial<ToolContext> = {},
): Promise<unknown> {
  const parsed = tool.parse(input);
  if (parsed.type === "invalid") throw new TypeError(parsed.errorText);
  return tool.run(parsed.input, toolContext(given));
}
