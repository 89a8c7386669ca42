import { AsyncLocalStorage } from "node:async_hooks";
import { randomBytes } from "node:crypto";
import http from "node:http";
import routerState from "next/dist/server/app-render/parse-and-validate-flight-router-state.js";
import { doorBounds } from "../lib/door/door-bounds.ts";
import { guardServer } from "../lib/door/guard-server.ts";
import { requestProblem } from "../lib/door/request-problem.ts";
import { clientAddress } from "../lib/http/client-address.ts";

/**
 * Makes every HTTP server of this process keep to the bounds of lib/door, and refuse with a reason what Next
 * would answer with its own 500: an address that is no percent-encoded UTF-8, a router state that is none. It
 * also says who is at the other end of the connection, which Next does not tell a route
 * (lib/http/peer-address.ts), in a header that no client can write: its name is drawn by lot; and which
 * answer a page is rendered for (lib/http/page-status.ts).
 */
export function guardServers({ trustedProxies, maxMessageLength }) {
  const peerHeader = `x-peer-${randomBytes(16).toString("hex")}`;
  Reflect.set(globalThis, Symbol.for("rivulet.peer-header"), peerHeader);
  const answers = new AsyncLocalStorage();
  Reflect.set(globalThis, Symbol.for("rivulet.answer"), () => answers.getStore());
  const addressOf = (peer, forwarded, proxies) =>
    clientAddress(new Headers({ "x-forwarded-for": forwarded, [peerHeader]: peer }), proxies) ?? "";
  const createServer = http.createServer;
  http.createServer = (...given) => {
    const answer = given.pop();
    const server = createServer({ ...given[0], connectionsCheckingInterval: doorBounds.checkMs });
    guardServer(server, {
      bounds: doorBounds,
      problemOf: (request) =>
        requestProblem(request, maxMessageLength) ?? routerStateProblem(request.headers),
      networkOf: (peer) => addressOf(peer, "", 0),
      requesterOf({ headers }, peer) {
        const address = addressOf(peer, headers["x-forwarded-for"] ?? "", trustedProxies);
        return { address, visitor: sessionOf(headers) };
      },
      answer(request, response) {
        const { remoteAddress } = request.socket;
        if (remoteAddress !== undefined) request.headers[peerHeader] = remoteAddress;
        // Next would ask itself over the network for what is not found, and fail at some headers.
        if (isInternal(request.url)) request.url = "/404";
        answers.run(response, () => answer(request, response));
      },
      log,
    });
    return server;
  };
}

/** Pages that Next makes for itself (proxy.ts). */
const isInternal = (url) => /^\/_(global-error|not-found)(\?|$)/.test(url);

/** The cookie as it was sent: whether somebody has signed it is asked later. */
const sessionOf = ({ cookie = "" }) => /(?:^|;\s*)((?:__Host-)?rivulet-sid=[^;]+)/.exec(cookie)?.[1];

/** What Next would throw while it renders, as a stack in the log and a 500: its own check, made before. */
function routerStateProblem(headers) {
  try {
    routerState.parseAndValidateFlightRouterState(headers["next-router-state-tree"]);
    return undefined;
  } catch ({ message }) {
    // Three sentences of Next, without a word of the request.
    log({ level: "warn", message: "a request was refused", reason: message });
    return {
      status: 400,
      title: "Bad request",
      detail: "next-router-state-tree cannot be read",
      zh: "无法读取 next-router-state-tree。",
    };
  }
}

const log = (line) => console.error(JSON.stringify({ time: new Date().toISOString(), ...line }));
