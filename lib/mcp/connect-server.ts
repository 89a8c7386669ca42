import {
  type CallToolResult,
  Client,
  type Tool as SdkTool,
  StreamableHTTPClientTransport,
  type Transport,
} from "@modelcontextprotocol/client";
import type { PersonAnswer, ToolContext } from "../tools/tool.ts";
import { elicitedQuestion, resultOf } from "./elicited-question.ts";
import { fitDefinitions } from "./fit-definitions.ts";
import { createIdleLimit } from "./idle-limit.ts";
import { createLimitedFetch } from "./limited-fetch.ts";
import { McpError } from "./mcp-error.ts";
import { mcpFailure } from "./mcp-failure.ts";
import type { HttpReach, McpServerConfig } from "./mcp-server-config.ts";
import { createProgramTransport } from "./program-transport.ts";

/*
 * One connection to an MCP server, by the protocol's own client; both of its eras. It owns what the wire
 * needs: limits, cancelling, and who is asked when the server asks. It knows no pool, no list that is kept
 * and no tool of ours.
 *
 * 1. It serves one call at a time, so that what the server asks meanwhile belongs to that call. What is asked
 *    outside of one is withdrawn.
 * 2. A call ends with its answer, by its signal, by the idle timeout or with the connection. A person's time
 *    does not count as idle.
 * 3. No more than `maxBytes` of one answer are read.
 * 4. A program that was started here ends with its connection, and with this process.
 */

/** A tool as its server describes it. */
export type McpDefinition = SdkTool;
export type McpResult = CallToolResult;

export interface McpCall {
  definition: McpDefinition;
  input: Record<string, unknown>;
  context: Pick<ToolContext, "signal" | "progress" | "ask">;
}

export interface McpListing {
  definitions: readonly McpDefinition[];
  /** How many more there are that cannot be kept. */
  unfit: number;
  /** The server does not tell when its list changes. */
  isSilent?: true;
}

export interface McpConnection {
  /** All pages of its list, as it is now. Throws `McpError`. */
  list(): Promise<McpListing>;
  /** Throws `McpError`; once the signal has aborted, its reason. */
  call(call: McpCall): Promise<McpResult>;
  close(): Promise<void>;
  readonly isClosed: boolean;
}

export interface ConnectOptions {
  /** Told to the server. */
  version: string;
  /** The server says that its list is another one now. */
  onListChanged(): void;
  /** A line that the program wrote to its standard error. */
  onLine(line: string): void;
}

/** How long a server may take to greet, and to list, ms. */
const greetMs = 20_000;
const maxBytes = 16 * 1024 * 1024;
/** The client's own time limits stand aside: ours know when a person is asked. */
const noLimitMs = 2 ** 31 - 1;

/** Throws `McpError`. */
export async function connectServer(
  server: McpServerConfig,
  options: ConnectOptions,
): Promise<McpConnection> {
  try {
    return await open(server, options);
  } catch (error) {
    // Programs of 2025 may end at a question that they do not know.
    const isOfBefore = server.reach.type === "stdio" && error instanceof McpError && error.code === "ended";
    if (!isOfBefore) throw error;
    return open(server, options, { prior: { kind: "legacy" } });
  }
}

async function open(
  server: McpServerConfig,
  options: ConnectOptions,
  era: Pick<NonNullable<Parameters<Client["connect"]>[1]>, "prior"> = {},
): Promise<McpConnection> {
  const { name, reach } = server;
  const ending = new AbortController();
  const fail = (code: McpError["code"], words: string): McpError => {
    const error = new McpError(code, `${name} ${words}`);
    ending.abort(error);
    return error;
  };
  const onTooLarge = () => fail("too-large", `sent more than ${maxBytes / 1024 / 1024} MB in one answer`);
  const onLost = () => void fail("ended", "ended its connection before it answered");
  const transport =
    reach.type === "http"
      ? httpTransport(reach, onTooLarge)
      : createProgramTransport(reach, { ...options, maxBytes, onTooLarge });
  const client = createClient(options);
  transport.onclose = onLost;
  const close = async () => {
    fail("ended", "was closed");
    await client.close().catch(() => undefined);
    await transport.close().catch(() => undefined);
  };
  try {
    await client.connect(transport, { timeout: greetMs, ...era });
  } catch (error) {
    const failure = mcpFailure(name, error);
    // Of a program that ended while it was greeted the client only says that nothing came of it.
    const hasEnded = reach.type === "stdio" && failure.code === "not-mcp" && ending.signal.aborted;
    const { reason } = ending.signal;
    await close();
    throw hasEnded ? reason : failure;
  }
  if (transport instanceof StreamableHTTPClientTransport) watchStreams(transport, onLost);
  const unfit = leaveOutUnfit(transport);
  return {
    list: () => listTools(client, name, unfit, ending.signal),
    call: createCalls(client, server, ending.signal),
    close,
    get isClosed() {
      return ending.signal.aborted;
    },
  };
}

const createClient = ({ version, onListChanged }: ConnectOptions): Client =>
  new Client(
    { name: "rivulet", version },
    {
      capabilities: { elicitation: { form: { applyDefaults: true } } },
      versionNegotiation: { mode: "auto", probe: { timeoutMs: greetMs / 4 } },
      // At once: the next call may be on its way.
      listChanged: { tools: { autoRefresh: false, debounceMs: 0, onChanged: () => onListChanged() } },
    },
  );

function httpTransport({ url, headers }: HttpReach, onTooLarge: () => Error): StreamableHTTPClientTransport {
  return new StreamableHTTPClientTransport(new URL(url), {
    requestInit: { headers, redirect: "manual" },
    fetch: createLimitedFetch(maxBytes, onTooLarge),
    onInsufficientScope: "throw",
  });
}

/** Calls, one at a time; what the server asks meanwhile is asked in the call that goes on. */
function createCalls(client: Client, server: McpServerConfig, ending: AbortSignal): McpConnection["call"] {
  let ask: ToolContext["ask"] | undefined;
  client.setRequestHandler("elicitation/create", async ({ params }) => {
    const question = ask && elicitedQuestion(server.name, params);
    return resultOf(question && ask ? await ask(question) : { type: "cancel" });
  });
  return async ({ definition: { name, inputSchema }, input, context }) => {
    const call = beginCall(server, context, ending);
    ask = call.ask;
    try {
      return await client.callTool(
        { name, arguments: input },
        {
          signal: call.signal,
          timeout: noLimitMs,
          onprogress: call.onProgress,
          // Without the schema of its output: what does not keep to it is still what it answered.
          toolDefinition: { name, inputSchema },
        },
      );
    } catch (error) {
      throw call.signal.aborted ? call.signal.reason : mcpFailure(server.name, error);
    } finally {
      ask = undefined;
      call.end();
    }
  };
}

async function listTools(
  client: Client,
  name: string,
  unfit: UnfitCount,
  ending: AbortSignal,
): Promise<McpListing> {
  try {
    const options = { cacheMode: "refresh", timeout: greetMs, signal: ending } as const;
    unfit.count = 0;
    const { tools } = await client.listTools(undefined, options);
    const isSilent = client.getServerCapabilities()?.tools?.listChanged !== true;
    return { definitions: tools, unfit: unfit.count, ...(isSilent && { isSilent }) };
  } catch (error) {
    throw ending.aborted ? ending.reason : mcpFailure(name, error);
  }
}

interface UnfitCount {
  count: number;
}

/** Before the client looks at a list: it would refuse all of it for one tool. */
function leaveOutUnfit(transport: Transport): UnfitCount {
  const unfit = { count: 0 };
  const { onmessage } = transport;
  transport.onmessage = (message, extra) => {
    const tools = "result" in message ? message.result["tools"] : undefined;
    if (!("result" in message) || !Array.isArray(tools)) return onmessage?.(message, extra);
    const fit = fitDefinitions(tools);
    unfit.count += tools.length - fit.length;
    onmessage?.({ ...message, result: { ...message.result, tools: fit } }, extra);
  };
  return unfit;
}

/** Progress that comes faster than this, ms, is passed over. */
const progressMs = 100;

function beginCall(
  { name, idleTimeoutMs }: McpServerConfig,
  { signal, progress, ask }: McpCall["context"],
  ending: AbortSignal,
) {
  const idle = new AbortController();
  const limit = createIdleLimit(idleTimeoutMs, () =>
    idle.abort(new McpError("timeout", `${name} did not answer within ${idleTimeoutMs / 1000} seconds`)),
  );
  let shownAt = Number.NEGATIVE_INFINITY;
  return {
    signal: AbortSignal.any([signal, idle.signal, ending]),
    onProgress(told: { progress: number; total?: number | undefined; message?: string | undefined }) {
      limit.rearm();
      const now = performance.now();
      if (now - shownAt < progressMs && told.progress !== told.total) return;
      shownAt = now;
      progress(told.progress, told.total, told.message?.slice(0, 500));
    },
    ask: (...question: Parameters<ToolContext["ask"]>): Promise<PersonAnswer> =>
      limit.whileAsked(ask(...question)),
    end: limit.end,
  };
}

/**
 * The client waits on where the stream of an answer ended before the answer, and cannot be taken up
 * again: nobody will send it. That of a call that was cancelled may well end so.
 */
function watchStreams(transport: StreamableHTTPClientTransport, onLost: () => void): void {
  const open = new Set<unknown>();
  const { onmessage } = transport;
  transport.onmessage = (message) => {
    if ("id" in message && !("method" in message)) open.delete(message.id);
    onmessage?.(message);
  };
  const send = transport.send.bind(transport);
  transport.send = async (message, options) => {
    const [first] = Array.isArray(message) ? message : [message];
    const id = first && "id" in first && "method" in first ? first.id : undefined;
    if (id !== undefined) open.add(id);
    else if (first && "method" in first && first.method === "notifications/cancelled")
      open.delete(first.params?.requestId);
    const onRequestStreamEnd = () => {
      options?.onRequestStreamEnd?.();
      if (open.delete(id)) onLost();
    };
    try {
      await send(message, { ...options, onRequestStreamEnd });
    } catch (error) {
      open.delete(id);
      throw error;
    }
  };
}
