import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { answer } from "./chat-chunks.ts";
import { listen } from "./listen.ts";

/**
 * What a scripted answer does next. After the last step the answer ends, unless that was `hang` or `reset`.
 */
export type Step =
  | { write: string | Uint8Array }
  | { wait: number }
  | { until: Promise<unknown> }
  | { hang: true }
  | { reset: true };

export interface Script {
  status?: number;
  headers?: Record<string, string>;
  /**
   * Bytes a write, each its own HTTP chunk; "characters": cut inside every character of more than one byte.
   */
  slice?: number | "characters";
  /** False: the first step comes before the headers are sent. */
  headersFirst?: boolean;
  steps: readonly Step[];
}

/** A script for each request, or a function that reads the request. */
export type Scripted = Script | ((request: RecordedRequest) => Script);

export interface RecordedRequest {
  method: string;
  path: string;
  headers: IncomingMessage["headers"];
  /** Parsed; undefined when there was none. */
  body: unknown;
  /** The client's: another one is another connection. */
  port: number | undefined;
  /** Milliseconds of `performance.now()`. */
  receivedAt: number;
  /** When its connection closed, by whomever. */
  closedAt?: number;
  bytesSent: number;
  /** Every step of its script was played. */
  isAnswered: boolean;
}

export interface ScriptedModelServer {
  /** Base URL, with /v1. */
  url: string;
  /** Of chat completions, in order of arrival. */
  requests: RecordedRequest[];
  /** Of `/models`. */
  modelRequests: RecordedRequest[];
  /** Answers every chat completion from now on. */
  script(scripted: Scripted): void;
  /** Answers the next one only; several queue up. */
  next(scripted: Scripted): void;
  /** Answers `/models`. */
  scriptModels(scripted: Scripted): void;
  /** Closes every connection at once. */
  close(): Promise<void>;
}

export const events = (...writes: (string | Uint8Array)[]): Script => ({
  steps: writes.map((write) => ({ write })),
});

export const json = (status: number, body: unknown, headers: Record<string, string> = {}): Script => ({
  status,
  headers: { "content-type": "application/json", ...headers },
  steps: [{ write: typeof body === "string" ? body : JSON.stringify(body) }],
});

/** The body of `/models`. */
export const modelPage = (...ids: string[]): Script =>
  json(200, {
    object: "list",
    data: ids.map((id) => ({ id, object: "model", created: 1, owned_by: "tests" })),
  });

/**
 * An OpenAI-compatible server on loopback that answers any bytes at any pace, and records what it was asked.
 * `at`: its port; 0: any that is free.
 */
export async function startScriptedModelServer(at = 0): Promise<ScriptedModelServer> {
  const requests: RecordedRequest[] = [];
  const modelRequests: RecordedRequest[] = [];
  const queue: Scripted[] = [];
  const closing = new AbortController();
  let chat: Scripted = events(answer("This is a scripted answer."));
  let models: Scripted = modelPage("scripted-model");

  const server = createServer((request, response) => {
    void serve(request, response).catch((error: unknown) =>
      response.destroy(error instanceof Error ? error : undefined),
    );
  });

  // One listener a connection, however many requests it carries.
  const carried = new Map<unknown, RecordedRequest[]>();
  server.on("connection", (socket) => {
    socket.setNoDelay(true);
    carried.set(socket, []);
    socket.once("close", () => {
      for (const request of carried.get(socket) ?? []) request.closedAt = performance.now();
      carried.delete(socket);
    });
  });

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const recorded = await record(request);
    carried.get(request.socket)?.push(recorded);
    const isModels = recorded.path.endsWith("/models");
    (isModels ? modelRequests : requests).push(recorded);
    const scripted = isModels ? models : (queue.shift() ?? chat);
    await play(
      typeof scripted === "function" ? scripted(recorded) : scripted,
      response,
      recorded,
      closing.signal,
    );
  }

  const port = await listen(server, at);
  return {
    url: `http://127.0.0.1:${port}/v1`,
    requests,
    modelRequests,
    script: (scripted) => void (chat = scripted),
    next: (scripted) => void queue.push(scripted),
    scriptModels: (scripted) => void (models = scripted),
    async close() {
      closing.abort();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function record(request: IncomingMessage): Promise<RecordedRequest> {
  const recorded: RecordedRequest = {
    method: request.method ?? "",
    path: request.url ?? "",
    headers: request.headers,
    body: undefined,
    port: request.socket.remotePort,
    receivedAt: performance.now(),
    bytesSent: 0,
    isAnswered: false,
  };
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString();
  recorded.body = text === "" ? undefined : JSON.parse(text);
  return recorded;
}

async function play(
  script: Script,
  response: ServerResponse,
  recorded: RecordedRequest,
  closing: AbortSignal,
): Promise<void> {
  response.on("error", () => undefined); // The client may leave at any time.
  response.writeHead(script.status ?? 200, {
    "content-type": "text/event-stream; charset=utf-8",
    ...script.headers,
  });
  if (script.headersFirst !== false) response.flushHeaders();
  const gone = AbortSignal.any([closing, closeSignal(response)]);
  for (const step of script.steps) {
    if (gone.aborted) return;
    if ("write" in step) await write(step.write, script.slice, response, recorded);
    else if ("reset" in step) return void response.socket?.resetAndDestroy();
    else await stepWait(step, gone);
  }
  recorded.isAnswered = true;
  response.end();
}

function closeSignal(response: ServerResponse): AbortSignal {
  const controller = new AbortController();
  response.once("close", () => controller.abort());
  return controller.signal;
}

async function stepWait(
  step: Exclude<Step, { write: unknown } | { reset: true }>,
  gone: AbortSignal,
): Promise<void> {
  const left = new Promise<void>((resolve) =>
    gone.addEventListener("abort", () => resolve(), { once: true }),
  );
  if ("wait" in step) await sleep(step.wait, undefined, { signal: gone }).catch(() => undefined);
  else await Promise.race("until" in step ? [step.until, left] : [left]);
}

async function write(
  text: string | Uint8Array,
  slice: Script["slice"],
  response: ServerResponse,
  recorded: RecordedRequest,
): Promise<void> {
  const bytes = Buffer.from(text);
  const cuts = slice === undefined ? [bytes.length] : cutsOf(bytes, slice);
  let start = 0;
  for (const end of cuts) {
    const flows = response.write(bytes.subarray(start, end));
    recorded.bytesSent += end - start;
    start = end;
    if (!flows && !response.destroyed) await new Promise<void>((resolve) => whenWritable(response, resolve));
  }
}

function whenWritable(response: ServerResponse, resolve: () => void): void {
  const settle = () => {
    response.off("drain", settle).off("close", settle);
    resolve();
  };
  response.once("drain", settle).once("close", settle);
}

/** Where each piece ends. */
function cutsOf(bytes: Uint8Array, slice: number | "characters"): number[] {
  const last = bytes.length;
  if (slice !== "characters")
    return Array.from({ length: Math.ceil(last / slice) }, (_, piece) => Math.min((piece + 1) * slice, last));
  // After the first byte of every character that has more.
  const inside = [...bytes.keys()].filter((at) => at > 0 && (bytes[at - 1] ?? 0) >= 0xc0);
  return [...inside, last];
}
