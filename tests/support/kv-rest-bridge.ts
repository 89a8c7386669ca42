import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { connectRedis } from "#lib/storage/redis.ts";
import { listen } from "./listen.ts";

/** The REST interface of Upstash (and so of Vercel KV) before a Redis, with faults that a test can inject. */
export interface KvRestBridge {
  url: string;
  token: string;
  /** Commands executed so far, doubled ones included. */
  readonly count: number;
  close(): Promise<void>;
}

/**
 * `drop`: executed, and the answer is lost. `double`: executed twice. `limit`: refused with 429, as Upstash
 * does for a while. A number: answered that many ms later.
 */
export type Fault = "drop" | "double" | "limit" | number | undefined;

export interface KvRestBridgeOptions {
  redisUrl: string;
  /** The fault of the n-th request, from 1. */
  fault?(request: number): Fault;
  /** Bytes of a request; a larger one is refused as Upstash does. */
  maxRequestBytes?: number;
}

/** Starts the bridge on a free port of this machine. */
export async function startKvRestBridge({
  redisUrl,
  fault,
  maxRequestBytes = Infinity,
}: KvRestBridgeOptions): Promise<KvRestBridge> {
  const redis = connectRedis({ url: redisUrl });
  const token = crypto.randomUUID();
  let requests = 0;
  let count = 0;

  async function run(command: unknown): Promise<{ result: unknown } | { error: string }> {
    count += 1;
    try {
      return { result: await redis.send(Array.isArray(command) ? command.map(String) : []) };
    } catch (error) {
      return { error: error instanceof Error ? error.message : String(error) };
    }
  }

  async function runAll(path: string, body: unknown): Promise<object> {
    if (path !== "/pipeline" && path !== "/multi-exec") return run(body);
    const answers = [];
    for (const command of Array.isArray(body) ? body : []) answers.push(await run(command));
    return answers;
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? "/";
    if (request.headers.authorization !== `Bearer ${token}`) {
      return send(response, 401, { error: "WRONGPASS invalid or missing auth token" });
    }
    if (path.startsWith("/subscribe/")) return subscribe(decodeURIComponent(path.slice(11)), response);
    const text = await textOf(request);
    const size = Buffer.byteLength(text);
    if (size > maxRequestBytes) {
      const words = `Limit: ${maxRequestBytes} bytes, Actual: ${size} bytes`;
      return send(response, 400, { error: `ERR max request size exceeded. ${words}` });
    }
    const body: unknown = JSON.parse(text);
    const broken = fault?.((requests += 1));
    if (broken === "limit")
      return send(response, 429, { error: "ERR max requests limit exceeded. Limit: 1" });
    let answers = await runAll(path, body);
    if (broken === "double") answers = await runAll(path, body);
    if (broken === "drop") return void response.destroy();
    if (typeof broken === "number") await delay(broken);
    const encoded = request.headers["upstash-encoding"] === "base64" ? encodeAll(answers) : answers;
    send(response, "error" in answers ? 400 : 200, encoded);
  }

  function subscribe(channel: string, response: ServerResponse): void {
    response.writeHead(200, { "content-type": "text/event-stream" });
    const end = redis.subscribe(channel, (notice) => {
      response.write(
        `data: ${notice === undefined ? `subscribe,${channel},1` : `message,${channel},${notice}`}\n\n`,
      );
    });
    response.on("close", end);
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => send(response, 500, { error: String(error) }));
  });
  const port = await listen(server);
  return {
    url: `http://127.0.0.1:${port}`,
    token,
    get count() {
      return count;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await redis.close();
    },
  };
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

function encodeAll(answers: object): object {
  if (Array.isArray(answers)) return answers.map(encodeAll);
  if (!("result" in answers)) return answers;
  // A status, which only single commands give, travels as it is.
  return { result: answers.result === "OK" ? "OK" : encode(answers.result) };
}

function encode(value: unknown): unknown {
  if (typeof value === "string") return Buffer.from(value).toString("base64");
  return Array.isArray(value) ? value.map(encode) : value;
}
