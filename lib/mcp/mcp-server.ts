import { unlessAborted } from "../async/unless-aborted.ts";
import { valueFault } from "../protocol/json-bounds.ts";
import type { McpServerState } from "../protocol/mcp-server-state.ts";
import type { ToolContext, ToolEffect } from "../tools/tool.ts";
import type {
  ConnectOptions,
  McpCall,
  McpConnection,
  McpDefinition,
  McpListing,
  McpResult,
} from "./connect-server.ts";
import { type Connections, createConnections } from "./connections.ts";
import { definitionHash } from "./definition-hash.ts";
import { createHideSecrets, type HideSecrets } from "./hide-secrets.ts";
import { McpError } from "./mcp-error.ts";
import { mcpFailure } from "./mcp-failure.ts";
import { type McpServerConfig, whereIs } from "./mcp-server-config.ts";
import { toolName } from "./tool-name.ts";

/*
 * One server that the operator named: what it lists, and whether it is there. Nobody waits long for one that
 * is away, and a run is started without its tools.
 */

export interface McpServer {
  readonly config: McpServerConfig;
  /**
   * What can be offered now; none while it is away. Whoever starts a run is not kept waiting for long.
   * `goesOn`: for a run that was begun with the tools elsewhere, while this process may have just started.
   * The first reading is waited for to its end, and of a server that is away one more, for a moment.
   */
  list(goesOn?: boolean): Promise<readonly ListedTool[]>;
  /**
   * The tool as the server describes it now, for a call: never an older description because the server was
   * slow to say. `isPlanned`: before anybody decides about the call; one that tells of no change is asked
   * then, whatever it said a moment ago. Throws `McpError`; once the signal has aborted, its reason.
   */
  current(name: string, signal: AbortSignal, isPlanned?: boolean): Promise<ListedTool>;
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
  /** Aborts when this process is told to end. What runs beside it may be told the same, at the same time. */
  closing?: AbortSignal;
  /** Monotonic, ms. */
  now(): number;
  log(line: { level: "info" | "warn"; message: string }): void;
}

/** The list is read again where it is older, ms. */
const rereadMs = 60_000;
/** How long runs that begin wait for a reading: of one that was never reached, and of any other. */
const firstListWaitMs = 5000;
const listWaitMs = 1000;
/** A list this old may be told to nobody who calls, ms: the server may have changed it and said nothing. */
const maxCallAgeMs = 10_000;
/** Where a program ends in a call, how long it may take until this process learns that it ends too, ms. */
const closingWaitMs = 250;
/** A call gives up where the list changed in as many readings. */
const maxReadings = 3;
/** How long a reading may take, with its connection, ms. */
const maxReadingMs = 45_000;
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
  /** When its reading began, and how many changes had been told until then. */
  at: number;
  changes: number;
  /** Whether its changes are told of: over the connection that it was read by, while that is open. */
  isTold(): boolean;
}

export function createMcpServer(config: McpServerConfig, options: McpServerOptions): McpServer {
  const { connect, now, log } = options;
  let known: Known | undefined;
  let failure: { error: McpError; at: number } | undefined;
  let reading: { since: number; done: Promise<void> } | undefined;
  let changes = 0;
  const hide = createHideSecrets(config.reach);
  const connections = createConnections({
    connect: () =>
      connect(config, {
        onListChanged() {
          changes += 1;
        },
        onLine: (line) => log({ level: "info", message: `${config.name} says: ${hide(line)}` }),
      }),
    max: maxConnections[config.reach.type],
    idleMs: keepMs,
  });

  /** Single flight; never rejects. */
  function read(): { since: number; done: Promise<void> } {
    const begun = { at: now(), changes };
    reading ??= {
      since: begun.at,
      done: readList(connections, config.name)
        .then(({ listing, connection }) => {
          if (failure) log({ level: "info", message: `The MCP server ${config.name} is there again.` });
          const isTold = () => !listing.isSilent && !connection.isClosed;
          known = { ...offerable(config, listing), ...begun, isTold };
          failure = undefined;
        })
        .catch((error: unknown) => noteFailure(withHidden(mcpFailure(config.name, error), hide)))
        .finally(() => {
          reading = undefined;
        }),
    };
    return reading;
  }

  function noteFailure(error: McpError): void {
    if (failure?.error.message !== error.message)
      log({ level: "warn", message: `The MCP server ${error.message}. Its tools are not offered.` });
    failure = { error, at: now() };
  }

  /** What is known and was so then; a change that the server told of meanwhile makes it old. */
  const knownSince = (at: number): Known | undefined =>
    !failure && known && known.changes === changes && known.at >= at ? known : undefined;
  const canRead = () => !failure || reading !== undefined || now() - failure.at > restMs;

  return {
    config,
    async list(goesOn = false) {
      if (!knownSince(now() - rereadMs) && (goesOn || canRead())) {
        const { since, done } = read();
        // One that failed, or is slow, has cost somebody that time already.
        const leftMs = (known ? listWaitMs : firstListWaitMs) - (now() - since);
        if (goesOn && (failure || !known)) await waitBriefly(failure ? firstListWaitMs : maxReadingMs, done);
        else if (!failure && leftMs > 0) await waitBriefly(leftMs, done);
      }
      return failure ? [] : (known?.tools ?? []);
    },
    async current(name, signal, isPlanned = false) {
      const notBefore = isPlanned && !known?.isTold() ? now() : now() - maxCallAgeMs;
      for (let readings = 0; ; readings += 1) {
        const fresh = knownSince(notBefore);
        const found = fresh?.tools.find((each) => each.name === name);
        if (found) return found;
        if (fresh) throw new McpError("refused", `${config.name} does not offer ${name} any more`);
        if (failure && !canRead()) throw failure.error;
        if (readings === maxReadings)
          throw new McpError("refused", `${config.name} changes its tools all the time`);
        await unlessAborted(read().done, signal);
        signal.throwIfAborted();
      }
    },
    async call({ context, ...call }) {
      const { userId, signal } = context;
      try {
        const spoken = { ...call, context: hiding(context, hide) };
        return hide(await connections.use(userId, signal, (connection) => connection.call(spoken)));
      } catch (error) {
        if (!(error instanceof McpError)) throw error;
        if (config.reach.type === "stdio" && error.code === "ended") await unlessClosing(options, signal);
        throw withHidden(error, hide);
      }
    },
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

/**
 * A service manager ends the programs that run here along with this process: that is no answer of theirs. The
 * call waits for its signal, and is made anew, or asked about, by the process that goes on with the run.
 */
async function unlessClosing({ closing }: McpServerOptions, signal: AbortSignal): Promise<void> {
  if (!closing) return;
  await waitBriefly(closingWaitMs, untilAborted(AbortSignal.any([closing, signal])));
  if (closing.aborted) await untilAborted(signal);
  signal.throwIfAborted();
}

const untilAborted = (signal: AbortSignal) => unlessAborted(new Promise<never>(() => undefined), signal);

const withHidden = ({ code, message, status }: McpError, hide: HideSecrets): McpError =>
  new McpError(code, hide(message), status === undefined ? {} : { status });

const hiding = ({ signal, progress, ask }: ToolContext, hide: HideSecrets): McpCall["context"] => ({
  signal,
  progress: (done, total, message) => progress(done, total, hide(message)),
  ask: (question) => ask(hide(question)),
});

/** Its list, in a time that ends. What hangs is closed, so that the next reading is not behind it. */
async function readList(
  connections: Connections,
  name: string,
): Promise<{ listing: McpListing; connection: McpConnection }> {
  const late = new AbortController();
  const timer = setTimeout(
    () => late.abort(new McpError("timeout", `${name} did not answer in time`)),
    maxReadingMs,
  );
  timer.unref();
  try {
    return await connections.use(undefined, late.signal, async (connection) => {
      const listing = await unlessAborted(connection.list(), late.signal);
      if (listing) return { listing, connection };
      void connection.close();
      throw late.signal.reason;
    });
  } finally {
    clearTimeout(timer);
  }
}

/** The tools that the operator wants and a model can be offered, each under a name of its own. */
function offerable(
  { name: server, tools: wanted, effect, effects }: McpServerConfig,
  { definitions, unfit }: McpListing,
): Pick<Known, "tools" | "leftOut"> {
  const asked = definitions.filter(({ name }) => wanted?.includes(name) ?? true);
  const listed = new Map<string, ListedTool>();
  for (const definition of asked) {
    const name = toolName(server, definition.name);
    if (!hasFitSchema(definition) || listed.has(name) || listed.size >= maxTools) continue;
    const own = Object.hasOwn(effects, definition.name) ? effects[definition.name] : undefined;
    listed.set(name, { name, definition, hash: definitionHash(definition), effect: own ?? effect });
  }
  return { tools: [...listed.values()], leftOut: asked.length - listed.size + unfit };
}

const hasFitSchema = ({ inputSchema }: McpDefinition): boolean =>
  valueFault(inputSchema) === undefined && JSON.stringify(inputSchema).length <= maxSchema;

async function waitBriefly(ms: number, promise: Promise<unknown>): Promise<void> {
  const late = Promise.withResolvers<void>();
  const timer = setTimeout(late.resolve, ms);
  await Promise.race([promise, late.promise]);
  clearTimeout(timer);
}
