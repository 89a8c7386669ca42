import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { microseconds } from "./microseconds.ts";
import type { BenchScript } from "./start-provider.ts";

/*
 * The model that every contender asks: a process of its own, so that its work is nobody's figure. The
 * question is the script. Every delta begins with `^`, which means nothing in Markdown and stands nowhere
 * else in any contender's stream.
 */

const frame = (delta: object, finish: string | null): string =>
  `data: ${JSON.stringify({
    id: "chatcmpl-bench",
    object: "chat.completion.chunk",
    created: 1,
    model: "bench",
    choices: [{ index: 0, delta, finish_reason: finish }],
  })}\n\n`;

const [before = "", after = ""] = frame({ content: "@" }, null).split("@");
const deltaFrame = (text: string): string => before + text + after;

const callFrame = (call: object): string => frame({ tool_calls: [{ index: 0, ...call }] }, null);
const [beforeArguments = "", afterArguments = ""] = callFrame({ function: { arguments: "@" } }).split("@");
const argumentsFrame = (text: string): string => beforeArguments + text + afterArguments;
const opensCall = callFrame({
  ...{ id: "call-1", type: "function" },
  function: { name: "write", arguments: '{"text":"' },
});
const endsCall = `${callFrame({ function: { arguments: '"}' } })}${frame({}, "tool_calls")}data: [DONE]\n\n`;

const ending = `${frame({}, "stop")}data: [DONE]\n\n`;
const writeBytes = 64 * 1024;

const flat = new Map<string, Buffer>();

/** Numbered deltas, several hundred a write, as fast as the socket takes them. */
async function flood(response: ServerResponse, { deltas, asArguments = false }: BenchScript): Promise<void> {
  const name = `${deltas} ${asArguments}`;
  const frames = flat.get(name) ?? Buffer.from(framesOf(deltas, asArguments));
  flat.set(name, frames);
  for (let at = 0; at < frames.length && !response.destroyed; at += writeBytes) {
    if (response.write(frames.subarray(at, at + writeBytes))) continue;
    await new Promise<void>((resolve) => {
      const settle = () => {
        response.off("drain", settle).off("close", settle);
        resolve();
      };
      response.once("drain", settle).once("close", settle);
    });
  }
  response.end();
}

function framesOf(deltas: number, asArguments: boolean): string {
  const write = asArguments ? argumentsFrame : deltaFrame;
  const written = Array.from({ length: deltas }, (_, at) => write(`^${at} `)).join("");
  // No answer at all would be asked for once more.
  if (deltas === 0) return deltaFrame("done") + ending;
  return asArguments ? opensCall + written + endsCall : written + ending;
}

/** One delta a write, each with the moment it was written. */
function pace(response: ServerResponse, { deltas, everyMs, hang = false }: BenchScript): void {
  let written = 0;
  const timer = setInterval(() => {
    response.write(deltaFrame(`^${microseconds()} `));
    written += 1;
    if (written < deltas) return;
    clearInterval(timer);
    if (!hang) response.end(ending);
  }, everyMs);
  response.once("close", () => clearInterval(timer));
}

async function scriptOf(request: IncomingMessage): Promise<BenchScript> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const { messages } = JSON.parse(Buffer.concat(chunks).toString());
  const { role, content } = messages.at(-1);
  if (role === "tool") return { deltas: 0, everyMs: 0 };
  return JSON.parse(typeof content === "string" ? content : content[0].text);
}

const closings = new Map<string, PromiseWithResolvers<number>>();

/** When the connection of an answer was closed, by whomever; in the future for one that is open. */
function closing(id: string): PromiseWithResolvers<number> {
  const known = closings.get(id) ?? Promise.withResolvers<number>();
  closings.set(id, known);
  return known;
}

const server = createServer((request, response) => {
  void (async () => {
    const asksFor = /\/closed\/(.+)/.exec(request.url ?? "")?.[1];
    if (asksFor !== undefined) return void response.end(String(await closing(asksFor).promise));
    const script = await scriptOf(request);
    const { id } = script;
    if (id !== undefined) response.once("close", () => closing(id).resolve(microseconds()));
    response.on("error", () => undefined);
    response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8" });
    response.flushHeaders();
    if (script.everyMs === 0) await flood(response, script);
    else pace(response, script);
  })().catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined));
});
server.on("connection", (socket) => void socket.setNoDelay(true));
server.listen(0, "127.0.0.1", () => {
  // A server that listens on TCP has an AddressInfo.
  console.log(`ready ${(server.address() as AddressInfo).port}`);
});
