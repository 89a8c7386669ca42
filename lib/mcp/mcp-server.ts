import type { McpServerState } from "../protocol/mcp-server-state.ts";
import type { ToolContext, ToolEffect } from "../tools/tool.ts";
import type { ConnectOptions, McpCall, McpConnection, McpDefinition, McpResult } from "./connect-server.ts";
import { createConnections } from "./connections.ts";
import { definitionHash } from "./definition-hash.ts";
import type { McpError } from "./mcp-error.ts";
import { mcpFailure } from "./mcp-failure.ts";
import { type McpServerConfig, whereIs } from "./mcp-server-config.ts";
import { toolName } from "./tool-name.ts";

/*
 * One server that the operator named: what it lists, and whether it is there. Nobody waits long for one that
 * is away, and a run is started without its tools.
 */

export interface McpServer {
  readonly config: McpServerConfig;
  /** What can be offered now, not older than `maxAgeMs` if the server can say; none while it is away. */
  list(maxAgeMs?: number): Promise<readonly ListedTool[]>;
  call(call: CallOfPerson): Promise<McpResult>;
  state(): McpServerState;
  close(): Promise<void>;
}

/** A tool that the server lists and that a model can be offered. */
export interface ListedTool {
  /** As a model calls it. */
  name: string;
  definition: McpDefinition;
  hash: string;
  effect: ToolEffect;
}

interface CallOfPerson extends McpCall {
  context: ToolContext;
}

export interface McpServerOptions {
  connect(
    config: McpServerConfig,
    options: Pick<ConnectOptions, "onListChanged" | "onLine">,
  ): Promise<McpConnection>;
  /** Monotonic, ms. */
  now(): number;
  log(line: { level: "info" | "warn"; message: string }): void;
}

/** The list is read again where it is older, ms. */
const rereadMs = 60_000;
/** How long a run that begins waits for a server: for one that was never reached, and for any other. */
const firstListWaitMs = 5000;
const listWaitMs = 1000;
/** One that failed is left alone for so long, ms. */
const restMs = 5000;
const keepMs = 600_000;
const maxConnections = { http: 32, stdio: 8 } as const;
const maxTools = 128;
/** Characters of a schema. */
const maxSchema = 30_000;

interface Known {
  tools: readonly ListedTool[];
  leftOut: number;
  at: number;
}

export function createMcpServer(config: McpServerConfig, { connect, now, log }: McpServerOptions): McpServer {
  let known: Known | undefined;
  let failure: { error: McpError; at: number } | undefined;
  let reading: Promise<void> | undefined;
  const forever = new AbortController().signal;
  const connections = createConnections({
    connect: () =>
      connect(config, {
        onListChanged() {
          if (known) known = { ...known, at: Number.NEGATIVE_INFINITY };
        },
        onLine: (line) => log({ level: "info", message: `${config.name} says: ${line}` }),
      }),
    max: maxConnections[config.reach.type],
    idleMs: keepMs,
  });

  /** Single flight. */
  function read(): Promise<void> {
    const at = now();
    reading ??= connections
      .use(undefined, forever, (connection) => connection.list())
      .then((definitions) => {
        if (failure) log({ level: "info", message: `The MCP server ${config.name} is there again.` });
        known = { ...offerable(config, definitions), at };
        failure = undefined;
      })
      .catch((error: unknown) => noteFailure(mcpFailure(config.name, error)))
      .finally(() => {
        reading = undefined;
      });
    return reading;
  }

  function noteFailure(error: McpError): void {
    if (failure?.error.message !== error.message)
      log({ level: "warn", message: `The MCP server ${error.message}. Its tools are not offered.` });
    failure = { error, at: now() };
  }

  return {
    config,
    async list(maxAgeMs = rereadMs) {
      const isRested = !failure || now() - failure.at > restMs;
      const isOld = !known || failure || now() - known.at > maxAgeMs;
      if (isOld && (isRested || reading))
        await waitBriefly(known || failure ? listWaitMs : firstListWaitMs, read());
      return failure ? [] : (known?.tools ?? []);
    },
    call: ({ context, ...call }) =>
      connections.use(context.userId, context.signal, (connection) => connection.call({ ...call, context })),
    state() {
      const { type } = config.reach;
      const tools = known?.tools.map(({ name, definition, effect }) => ({
        name,
        description: definition.description ?? definition.title ?? "",
        effect,
      }));
      return {
        name: config.name,
        type,
        where: whereIs(config.reach),
        state: failure ? "away" : known ? "ready" : "waiting",
        ...(failure && { failure: failure.error.code }),
        ...(failure?.error.status !== undefined && { status: failure.error.status }),
        tools: tools ?? [],
        leftOut: known?.leftOut ?? 0,
      };
    },
    close: () => connections.close(),
  };
}

/** The tools that the operator wants and a model can be offered, each under a name of its own. */
function offerable(
  { name: server, tools: wanted, effect, effects }: McpServerConfig,
  definitions: readonly McpDefinition[],
): Pick<Known, "tools" | "leftOut"> {
  const asked = definitions.filter(({ name }) => wanted?.includes(name) ?? true);
  const listed = new Map<string, ListedTool>();
  for (const definition of asked) {
    const name = toolName(server, definition.name);
    const isFit = JSON.stringify(definition.inputSchema).length <= maxSchema;
    if (!isFit || listed.has(name) || listed.size >= maxTools) continue;
    const own = Object.hasOwn(effects, definition.name) ? effects[definition.name] : undefined;
    listed.set(name, { name, definition, hash: definitionHash(definition), effect: own ?? effect });
  }
  return { tools: [...listed.values()], leftOut: asked.length - listed.size };
}

async function waitBriefly(ms: number, promise: Promise<void>): Promise<void> {
  const late = Promise.withResolvers<void>();
  const timer = setTimeout(late.resolve, ms);
  await Promise.race([promise, late.promise]);
  clearTimeout(timer);
}
