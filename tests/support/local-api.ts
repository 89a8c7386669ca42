import { agents } from "#lib/agents/agents.ts";
import { sentInput } from "#lib/agents/sent-input.ts";
import type { ApiServer } from "#lib/http/api-server.ts";
import { createHeldAnswers } from "#lib/http/held-answers.ts";
import { createListWatch } from "#lib/http/list-watch.ts";
import { createOwnHosts } from "#lib/http/own-hosts.ts";
import type { RouteParams } from "#lib/http/route.ts";
import { routes } from "#lib/http/routes.ts";
import { createServerBounds } from "#lib/http/server-bounds.ts";
import { createTestBounds } from "#lib/http/test-bounds.ts";
import type { RunContext } from "#lib/runs/run-context.ts";
import { hashSecret, sessionCookieName, sign } from "#lib/sessions/session.ts";
import { createSessionWatch } from "#lib/sessions/session-watch.ts";
import { drawGraph } from "#lib/workflows/draw-graph.ts";

const secrets = ["s".repeat(32)];
const sid = "A".repeat(43);
const cookieOf = (session: string): string => `${sessionCookieName(false)}=${sign(session, secrets)}`;

/** The user of `localApi`: a visitor of whose session nothing is stored. */
export const localUserId = hashSecret(sid);

/** The cookie of that user, for requests that bring further ones. */
export const localCookie = cookieOf(sid);

/** The cookie of another visitor. */
export const otherCookie = cookieOf("B".repeat(42).concat("A"));

const open = new AbortController().signal;

/**
 * The routes of the API over a run context in this process, without a socket: `fetch` for a client under
 * test. `settings` replace parts of the server that they are given.
 */
export function localApi(
  context: RunContext,
  settings: Partial<ApiServer> = {},
): (url: string, init?: RequestInit) => Promise<Response> {
  return async (url, init = {}) => {
    const { signal, ...rest } = init;
    const request = new Request(new URL(url, "http://local"), rest);
    if (!request.headers.has("cookie")) request.headers.set("cookie", cookieOf(sid));
    const { handlers, params } = routeOf(new URL(request.url).pathname);
    // As Next answers it.
    const handler = handlers[request.method === "HEAD" ? "GET" : request.method];
    if (!handler) return new Response(null, { status: 405 });
    return handler(request, params, { ...localServer(context, signal ?? open), ...settings });
  };
}

const hosts = createOwnHosts({ loopbackOnly: true, allowedHosts: ["local"], machineName: "tests" });

/** A server over the context, whose streams end with `signal`. */
function localServer(context: RunContext, signal: AbortSignal): ApiServer {
  const { storage, log } = context;
  return {
    context,
    access: { secrets, sessions: storage.sessions, hosts, log },
    models: {
      list: async () => [],
      keyTargetOf: async () => undefined,
      test: async () => ({ isGood: true, totalMs: 0, usage: false, reasoning: false }),
    },
    agents: [],
    workflows: [],
    drawGraph,
    sentInput: (fixture, seq) => sentInput(fixture, seq, agents),
    mcpServers: { states: async () => [] },
    schedules: { list: async () => [] },
    testBounds: createTestBounds(() => 0),
    config: { trustedProxies: 0, maxMessageLength: 2000 },
    version: "0.0.0",
    closing: open,
    sessionWatch: createSessionWatch(storage.sessions),
    bounds: createServerBounds({}),
    waitBounds: createServerBounds({}),
    listWatch: createListWatch(storage.conversations, 5),
    held: createHeldAnswers(),
    endOf: () => () => signal,
    waitUntil: () => undefined,
  };
}

type Handlers = Readonly<
  Record<string, (request: Request, params: RouteParams<string>, server: ApiServer) => Promise<Response>>
>;

/**
 * Matches as Next does: a bracketed segment is one segment of the path, the catch-all is whatever is left.
 */
function routeOf(pathname: string): { handlers: Handlers; params: RouteParams<string> } {
  for (const [address, handlers] of Object.entries(routes)) {
    const pattern = address.replace(/\[\.\.\.(\w+)\]/, "(?<$1>.+)").replace(/\[(\w+)\]/g, "(?<$1>[^/]+)");
    const match = new RegExp(`^${pattern}$`).exec(pathname);
    if (match) return { handlers, params: match.groups ?? {} };
  }
  throw new Error(`not of the API: ${pathname}`);
}
