import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import {
  createMcpHandler,
  isInitializeRequest,
  WebStandardStreamableHTTPServerTransport,
} from "@modelcontextprotocol/server";
import { listen } from "./listen.ts";
import { createMcpTools, type McpWorld, newMcpWorld } from "./mcp-tools.ts";

export interface McpHttpServer {
  url: string;
  world: McpWorld;
  /** As after a restart. */
  forgetSessions(): void;
  /** The headers of each request, in order. */
  requests: IncomingMessage["headers"][];
  /** Closes every connection at once; a new server can listen there. */
  close(): Promise<void>;
}

/** `legacy`: with sessions, as servers of 2025 are; `modern`: without. */
export type Era = "legacy" | "modern";

/** The server of the SDK over Streamable HTTP. `answer` stands before it: true, if it has answered. */
export async function startMcpServer(
  era: Era,
  {
    port,
    answer,
  }: { port?: number; answer?(request: IncomingMessage, response: ServerResponse): boolean } = {},
): Promise<McpHttpServer> {
  const requests: IncomingMessage["headers"][] = [];
  const world = newMcpWorld(() => http.closeAllConnections());
  const sessions: Sessions = new Map();
  const handle = era === "modern" ? modernHandler(world) : legacyHandler(world, sessions);
  const http = createServer((request, response) => {
    requests.push(request.headers);
    if (answer?.(request, response)) return;
    respond(request, response, handle).catch(() => response.destroy());
  });
  const at = await listen(http, port);
  return {
    url: `http://127.0.0.1:${at}/mcp`,
    world,
    requests,
    forgetSessions: () => sessions.clear(),
    close() {
      const closed = new Promise<void>((resolve) => http.close(() => resolve()));
      http.closeAllConnections();
      return closed;
    },
  };
}

type Sessions = Map<string, WebStandardStreamableHTTPServerTransport>;

type Handler = (request: Request) => Promise<Response>;

function modernHandler(world: McpWorld): Handler {
  const handler = createMcpHandler((context) => createMcpTools(world, context, false), { legacy: "reject" });
  world.listeners.add(() => handler.notify.toolsChanged());
  return (request) => handler.fetch(request);
}

/** A server and a transport a session, as the protocol of 2025 wants it. */
function legacyHandler(world: McpWorld, sessions: Sessions): Handler {
  return async (request) => {
    const id = request.headers.get("mcp-session-id");
    const known = id === null ? undefined : sessions.get(id);
    if (known) return known.handleRequest(request);
    if (id !== null) return new Response("no such session", { status: 404 });
    const parsed: unknown = await request
      .clone()
      .json()
      .catch(() => undefined);
    if (!isInitializeRequest(parsed)) return new Response("expected initialize", { status: 400 });
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: (session) => void sessions.set(session, transport),
    });
    await createMcpTools(world, { era: "legacy" }, true).connect(transport);
    return transport.handleRequest(request);
  };
}

async function respond(incoming: IncomingMessage, outgoing: ServerResponse, handle: Handler): Promise<void> {
  const gone = new AbortController();
  outgoing.once("close", () => gone.abort());
  const { method = "GET", headers, url = "/" } = incoming;
  const body = method === "POST" ? await text(incoming) : undefined;
  const response = await handle(
    new Request(`http://127.0.0.1${url}`, {
      method,
      headers: Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)]),
      signal: gone.signal,
      ...(body !== undefined && { body }),
    }),
  );
  outgoing.writeHead(response.status, Object.fromEntries(response.headers));
  outgoing.flushHeaders();
  for await (const chunk of response.body ?? []) outgoing.write(chunk);
  outgoing.end();
}
