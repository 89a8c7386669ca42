import { randomBytes } from "node:crypto";
import http from "node:http";
import routerState from "next/dist/server/app-render/parse-and-validate-flight-router-state.js";

/** More than any browser and proxy send together. */
const maxHeaders = 100;
const methods = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);
/** For the rest of a request that was answered before it was complete. */
const lingerMs = 2000;

/**
 * Makes every HTTP server of this process refuse with a reason what Next would answer with its own 500, or
 * keep open for ever: an address that is no percent-encoded UTF-8, a router state that is none, a crowd of
 * headers, a body that goes on after its answer, an upgrade. It also says who is at the other end of the
 * connection, which Next does not tell a route (lib/http/peer-address.ts), in a header that no client can
 * write: its name is drawn by lot.
 */
export function guardServers() {
  const peerHeader = `x-peer-${randomBytes(16).toString("hex")}`;
  Reflect.set(globalThis, Symbol.for("rivulet.peer-header"), peerHeader);
  const createServer = http.createServer;
  http.createServer = (...given) => {
    const listener = given.pop();
    const server = createServer(...given, (request, response) => {
      response.on("finish", () => hangUpLater(request));
      const refusal = refusalOf(request);
      if (refusal) refuse(request, response, refusal);
      else {
        const { remoteAddress } = request.socket;
        if (remoteAddress !== undefined) request.headers[peerHeader] = remoteAddress;
        listener(request, response);
      }
    });
    // An upgrade that is not taken is a request like any other.
    server.shouldUpgradeCallback = () => false;
    return server;
  };
}

function refusalOf({ method, url, rawHeaders, headers }) {
  if (!methods.has(method))
    return {
      status: 405,
      title: "Method not allowed",
      detail: "there is no such method here",
      zh: "不支持这种请求。",
    };
  // A whole address, as a proxy is asked, and "*": we are neither.
  if (!url.startsWith("/"))
    return {
      status: 400,
      title: "Bad request",
      detail: "an address begins with /",
      zh: "地址必须以 / 开头。",
    };
  if (!url.startsWith("/api/") && method !== "GET" && method !== "HEAD")
    return {
      status: 405,
      title: "Method not allowed",
      detail: "pages are only read",
      zh: "页面只能读取。",
      headers: { allow: "GET, HEAD" },
    };
  if (rawHeaders.length > 2 * maxHeaders)
    return {
      status: 431,
      title: "Too many headers",
      detail: `more than ${maxHeaders} headers`,
      zh: "请求头太多。",
    };
  try {
    decodeURIComponent(url.split("?", 1)[0]);
  } catch {
    return {
      status: 400,
      title: "Bad request",
      detail: "this address cannot be read",
      zh: "无法读取这个地址。",
    };
  }
  return routerStateRefusal(headers["next-router-state-tree"]);
}

/** What Next would throw while it renders, as a stack in the log and a 500: its own check, made before. */
function routerStateRefusal(state) {
  try {
    routerState.parseAndValidateFlightRouterState(state);
    return undefined;
  } catch ({ message }) {
    // Three sentences of Next, without a word of the request.
    const time = new Date().toISOString();
    console.error(JSON.stringify({ time, level: "warn", message: "a request was refused", reason: message }));
    return {
      status: 400,
      title: "Bad request",
      detail: "next-router-state-tree cannot be read",
      zh: "无法读取 next-router-state-tree。",
    };
  }
}

function refuse({ url }, response, { status, title, detail, zh, headers }) {
  const isApi = url.startsWith("/api/");
  const problem = { type: "about:blank", title, status, detail, code: "bad_field" };
  response.writeHead(status, {
    "content-type": isApi ? "application/problem+json" : "text/plain; charset=utf-8",
    "cache-control": "private, no-store",
    "x-content-type-options": "nosniff",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    ...headers,
  });
  response.end(isApi ? JSON.stringify(problem) : `${title}: ${detail}.\n${zh}\n`);
}

/** Destroyed at once, the connection might lose the answer; what is still received is dropped. */
function hangUpLater(request) {
  if (request.complete) return;
  const { socket } = request;
  request.removeAllListeners("data").removeAllListeners("readable").resume();
  setTimeout(() => request.complete || socket.destroy(), lingerMs).unref();
}
