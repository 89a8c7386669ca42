/**
 * What stands between a server's connections and whatever answers its requests. This file owns when a request
 * is handed on and when a connection ends. It does not own what an answer says (lib/door/door-problem.ts),
 * nor who comes next (lib/door/turns.ts).
 *
 * 1. Refused first: what the head of a request shows to be wrong is answered before a byte of its body.
 * 2. One after another: the next request of a connection is handed on when the answer before it is complete.
 * 3. In turn: a page or a short API request waits until its visitor and its address have room, and until
 *    nobody waits to be connected. A stream, a file and a look at the health wait for their address only, and
 *    are made until their head is sent: a stream is not complete for as long as a run goes on.
 * 4. Everything ends: headers, a body, an answer that nobody reads, a request that goes on after its answer.
 * 5. Nothing is thrown: a socket may be gone at any step.
 * 6. A client that ends what it sends has left, except one that is given a file or a look at the health: it
 *    may have said all that it has to say.
 */
import type { IncomingMessage, RequestListener, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { DoorBounds } from "./door-bounds.ts";
import { type DoorProblem, refuse, tooBusy } from "./door-problem.ts";
import { createPeers, type Peers } from "./peers.ts";
import { createStartGate, type StartGate } from "./start-gate.ts";
import { createTurns, type Requester, type TurnKind, type Turns } from "./turns.ts";
import { createUnreadAnswers, type UnreadAnswers } from "./unread-answers.ts";

export interface GuardOptions {
  bounds: DoorBounds;
  /** Whatever is wrong with the head of a request. */
  problemOf(request: IncomingMessage): DoorProblem | undefined;
  /** By what a connection is counted, of the address at its other end. */
  networkOf(peer: string): string;
  /** Whom a request is counted for. `peer`: the other end of its connection. */
  requesterOf(request: IncomingMessage, peer: string): Omit<Requester, "visitor"> & { visitor?: string };
  /** Answers it. */
  answer: RequestListener;
  log(line: Readonly<Record<string, unknown>>): void;
}

interface Door extends GuardOptions {
  gate: StartGate;
  peers: Peers;
  turns: Turns;
  unread: UnreadAnswers;
}

interface Arrival {
  request: IncomingMessage;
  response: ServerResponse;
  /** It waits for a word before it sends its body. */
  asksFirst: boolean;
}

interface Connection {
  socket: Socket;
  /** A name that no other connection has. */
  name: string;
  peer: string;
  waiting: Arrival[];
  isAnswering: boolean;
  /** 6. */
  isAnsweredAfterEnd: boolean;
  requests: number;
  /** It ends with an answer that is under way: nothing more of it is taken. */
  isEnding: boolean;
  /** Requests that came after that. */
  dropped: number;
}

/** Of one kind, on one answer. */
const maxListeners = 30;

/** Takes over the server's requests and connections. Its own listeners for requests have to be none. */
export function guardServer(server: Server, options: GuardOptions): void {
  const { bounds } = options;
  const gate = createStartGate(bounds);
  const door: Door = {
    ...options,
    gate,
    peers: createPeers(bounds),
    turns: createTurns(bounds, gate.pass),
    unread: createUnreadAnswers(bounds),
  };
  const connections = new WeakMap<Socket, Connection>();
  // 6. Otherwise Node ends the connection itself.
  Reflect.set(server, "httpAllowHalfOpen", true);
  server.headersTimeout = bounds.headersMs;
  server.requestTimeout = bounds.requestMs;
  const timer = setInterval(() => door.unread.check(performance.now()), bounds.checkMs).unref();
  server.on("close", () => clearInterval(timer));
  server.on("connection", (socket: Socket) => {
    const connection = admit(door, socket);
    if (!connection) return;
    connections.set(socket, connection);
    socket.on("end", () => connection.isAnsweredAfterEnd || socket.end());
  });
  const arrive = (asksFirst: boolean) => (request: IncomingMessage, response: ServerResponse) => {
    const connection = connections.get(request.socket);
    if (connection) safely(door, connection, () => queue(door, connection, { request, response, asksFirst }));
  };
  server.on("request", arrive(false));
  server.on("checkContinue", arrive(true));
  // An upgrade that is not taken is a request like any other.
  Reflect.set(server, "shouldUpgradeCallback", () => false);
}

/** Undefined: there are too many; it is told so, and ended. */
function admit({ gate, peers, bounds, networkOf }: Door, socket: Socket): Connection | undefined {
  gate.noteConnection();
  const peer = socket.remoteAddress ?? "";
  const admitted = peers.add(networkOf(peer));
  if (!admitted) {
    const words = "Unavailable: too many connections.\n连接太多，请稍后再试。\n";
    const head = "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nConnection: close\r\n";
    const type = `Content-Type: text/plain; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(words)}`;
    socket.end(`${head}${type}\r\n\r\n${words}`);
    setTimeout(() => socket.destroy(), bounds.lingerMs).unref();
    return undefined;
  }
  socket.on("close", admitted.leave);
  return {
    socket,
    name: admitted.name,
    peer,
    waiting: [],
    isAnswering: false,
    isAnsweredAfterEnd: false,
    requests: 0,
    isEnding: false,
    dropped: 0,
  };
}

function queue(door: Door, connection: Connection, arrival: Arrival): void {
  const { waiting } = connection;
  if (connection.isEnding) return drop(door, connection);
  const isTooMany = waiting.length >= door.bounds.pipelined;
  connection.requests += 1;
  if (isTooMany || connection.requests >= door.bounds.requestsPerConnection) {
    connection.isEnding = true;
    arrival.response.shouldKeepAlive = false;
  }
  if (!isTooMany) {
    waiting.push(arrival);
    return answerNext(door, connection);
  }
  const problem = tooBusy(429, "too many requests on one connection before their answers", "请求太多。");
  refuse(arrival.request.url ?? "", arrival.response, problem);
}

/** Node keeps what was dropped until the answer before it is complete, and a stream may take an hour. */
function drop({ bounds }: Door, connection: Connection): void {
  connection.dropped += 1;
  if (connection.dropped > bounds.pipelined) connection.socket.destroy();
}

function answerNext(door: Door, connection: Connection): void {
  const { socket, waiting } = connection;
  if (socket.destroyed) waiting.length = 0;
  if (connection.isAnswering) return;
  const next = waiting.shift();
  if (!next) return;
  connection.isAnswering = true;
  connection.isAnsweredAfterEnd = isStanding(next.request);
  door.unread.add(socket);
  // Beside ours, Next adds ten to an answer that it makes by two routes: Node would warn of a leak each time.
  next.response.setMaxListeners(maxListeners);
  next.response.on("finish", () => endLater(door, connection, next.request));
  next.response.on("close", () => {
    connection.isAnswering = false;
    connection.isAnsweredAfterEnd = false;
    door.unread.delete(socket);
    safely(door, connection, () => answerNext(door, connection));
  });
  answerInTurn(door, connection, next);
}

function answerInTurn(door: Door, connection: Connection, arrival: Arrival): void {
  const { request, response } = arrival;
  const url = request.url ?? "";
  const problem = door.problemOf(request);
  if (problem) return refuse(url, response, problem);
  const kind = turnOf(request);
  const { address, visitor = connection.name } = door.requesterOf(request, connection.peer);
  const crowded = tooBusy(429, "too many requests at once", "同时的请求太多，请稍后再试。");
  let waits: NodeJS.Timeout | undefined;
  function begin(): void {
    clearTimeout(waits);
    waits = undefined;
    handOn(door, connection, arrival);
  }
  const turn = door.turns.take({ address, visitor }, begin, kind);
  if (!turn) return refuse(url, response, crowded);
  response.on("close", turn.leave);
  if (kind === "light") onHead(response, turn.leave);
  if (turn.hasBegun) return;
  waits = setTimeout(() => {
    turn.leave();
    refuse(url, response, crowded);
  }, door.bounds.waitingMs).unref();
  response.on("close", () => clearTimeout(waits));
}

function handOn(door: Door, connection: Connection, { request, response, asksFirst }: Arrival): void {
  safely(door, connection, () => {
    if (connection.socket.destroyed) return;
    if (asksFirst) response.writeContinue();
    door.answer(request, response);
  });
}

/** An operator who asks whether the server lives, and a page that is there already, wait for no visitor. */
function turnOf(request: IncomingMessage): TurnKind {
  const { method = "", url = "" } = request;
  const isStream =
    (method !== "POST" && /^\/api\/(changes|runs\/[^/]+\/events)(\?|$)/.test(url)) ||
    (method === "POST" && /^\/api\/conversations\/[^/]+\/runs(\?|$)/.test(url));
  return isStream || isStanding(request) ? "light" : "short";
}

/** Files, whether the server lives, and what it has counted: the same for everybody, and soon given. */
const isStanding = ({ url = "" }: IncomingMessage): boolean =>
  /^\/(_next\/static\/|(icon\.svg|manifest\.webmanifest|api\/(health|metrics))(\?|$))/.test(url);

/** Node writes every head by this method, once. */
function onHead(response: ServerResponse, sent: () => void): void {
  const { writeHead } = response;
  Reflect.set(response, "writeHead", (...given: unknown[]): unknown => {
    sent();
    return Reflect.apply(writeHead, response, given);
  });
}

/** Destroyed at once, the connection might lose the answer; what is still received is dropped. */
function endLater({ bounds }: Door, { socket }: Connection, request: IncomingMessage): void {
  if (request.complete) return;
  let left = bounds.lingerBytes;
  request.removeAllListeners("data").removeAllListeners("readable");
  request.on("data", ({ length }: Buffer) => {
    left -= length;
    if (left < 0) request.pause();
  });
  setTimeout(() => request.complete || socket.destroy(), bounds.lingerMs).unref();
}

/** Our own fault costs the connection, and never the process. */
function safely({ log }: Door, { socket }: Connection, step: () => void): void {
  try {
    step();
  } catch (error) {
    log({ level: "error", message: "a connection was ended", error: String(error) });
    socket.destroy();
  }
}
