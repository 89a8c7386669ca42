import { setTimeout as sleep } from "node:timers/promises";
import {
  acceptedContent,
  inputRequired,
  type McpRequestContext,
  McpServer,
} from "@modelcontextprotocol/server";
import { z } from "zod";

/** What a test changes of a server while it runs, and sees of it. */
export interface McpWorld {
  /** Of the tool `echo`. */
  description: string;
  /** What was called, and what became of it. */
  calls: string[];
  /** What the tool `slow` waits for behind its first step. */
  hold?: Promise<unknown>;
  /** How the server ends in the tool `die`. */
  die(): void;
  /** Gives `echo` another description, and tells those who listen. */
  describe(description: string): void;
  /** What a server that lives on has to be told then. */
  readonly listeners: Set<(description: string) => void>;
}

export function newMcpWorld(die: () => void = () => undefined): McpWorld {
  const listeners: McpWorld["listeners"] = new Set();
  return {
    description: "Says it again.",
    calls: [],
    die,
    listeners,
    describe(description) {
      this.description = description;
      for (const listener of listeners) listener(description);
    },
  };
}

const text = (spoken: string) => ({ content: [{ type: "text" as const, text: spoken }] });

/** A pixel. */
export const picture =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGBgAAAABQABh6FO1AAAAABJRU5ErkJggg==";

const form = z.object({ city: z.string(), nights: z.number().default(2) });

/**
 * A server of the protocol's own SDK, with a tool for each thing that a server does. `isKept`: it lives for
 * longer than a request.
 */
export function createMcpTools(
  world: McpWorld,
  { era }: Pick<McpRequestContext, "era">,
  isKept: boolean,
): McpServer {
  const server = new McpServer({ name: "tested", version: "1.0.0" });
  const echo = server.registerTool(
    "echo",
    { description: world.description, inputSchema: z.object({ text: z.string() }) },
    ({ text: spoken }) => {
      world.calls.push(`echo ${spoken}`);
      return text(spoken);
    },
  );
  if (isKept)
    world.listeners.add((description) => {
      echo.update({ description });
    });
  server.registerTool(
    "change",
    { description: "Changes what echo says.", inputSchema: z.object({ description: z.string() }) },
    ({ description }) => {
      world.describe(description);
      return text("changed");
    },
  );
  server.registerTool(
    "add",
    {
      description: "Adds.",
      inputSchema: z.strictObject({ a: z.number(), b: z.int() }),
      outputSchema: z.object({ sum: z.number() }),
    },
    ({ a, b }) => ({ ...text(String(a + b)), structuredContent: { sum: a + b } }),
  );
  server.registerTool("picture", { description: "Draws." }, () => ({
    content: [
      { type: "text", text: "a pixel" },
      { type: "image", data: picture, mimeType: "image/png" },
    ],
  }));
  server.registerTool("fail", { description: "Fails." }, () => ({ ...text("no such city"), isError: true }));
  server.registerTool(
    "big",
    { description: "Sends much.", inputSchema: z.object({ megabytes: z.number() }) },
    ({ megabytes }) => text("x".repeat(megabytes * 1024 * 1024)),
  );
  server.registerTool(
    "slow",
    {
      description: "Takes its time.",
      inputSchema: z.object({ ms: z.number(), steps: z.number().default(0) }),
    },
    async ({ ms, steps }, { mcpReq }) => {
      world.calls.push("slow began");
      const { signal, _meta } = mcpReq;
      try {
        for (let step = 1; step <= steps; step += 1) {
          await sleep(ms / steps, undefined, { signal });
          const progressToken = _meta?.progressToken;
          if (progressToken !== undefined)
            await mcpReq.notify({
              method: "notifications/progress",
              params: { progressToken, progress: step, total: steps, message: `step ${step}` },
            });
          if (step === 1) await world.hold;
        }
        if (steps === 0) await sleep(ms, undefined, { signal });
      } catch (error) {
        world.calls.push("slow was cancelled");
        throw error;
      }
      return text("done");
    },
  );
  server.registerTool("die", { description: "Ends the server." }, async () => {
    world.die();
    await sleep(60_000, undefined, { ref: false });
    return text("alive");
  });
  server.registerTool("ask", { description: "Asks the person." }, async ({ mcpReq }) => {
    const message = "Where to?";
    if (era === "legacy") {
      const answer = await mcpReq.elicitInput({
        message,
        requestedSchema: {
          type: "object",
          properties: { city: { type: "string" }, nights: { type: "number", default: 2 } },
          required: ["city"],
        },
      });
      return text(`${answer.action} ${JSON.stringify(answer.content ?? {})}`);
    }
    const response = mcpReq.inputResponses?.trip;
    if (response === undefined)
      return inputRequired({
        inputRequests: { trip: inputRequired.elicit({ message, requestedSchema: form }) },
      });
    const content = acceptedContent(mcpReq.inputResponses, "trip", form);
    return text(content ? `accept ${JSON.stringify(content)}` : "not accepted {}");
  });
  return server;
}
