import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import { listen } from "./listen.ts";

/**
 * What a proxy does to the event streams that pass it. `whole`: nothing of them passes before they end, not
 * even their heads. `body`: their heads do. `blocks`: they pass in blocks of 4 kB. `pings`: nothing passes
 * but pings of the proxy's own. `cut`: nothing passes, and after a while the connection is cut. `gateway`:
 * nothing passes, and after a while the proxy answers 504 in their place.
 */
export const holdings = ["whole", "body", "blocks", "pings", "cut", "gateway"] as const;
export type Holding = (typeof holdings)[number];

export interface HoldingProxy {
  port: number;
  url: string;
  /** Streams that were asked for, and other requests. */
  readonly counts: { streams: number; others: number };
  close(): Promise<void>;
}

/** Streams of which methods are held. */
export type Held = readonly ("GET" | "POST")[];

const blockBytes = 4096;
const pingMs = 500;
const giveUpMs = 1500;

/** Listens on loopback and passes every request on to `target`, in HTTP: short answers at once. */
export async function startHoldingProxy(
  target: { port: number },
  { how, held }: { how: Holding; held: Held },
): Promise<HoldingProxy> {
  const counts = { streams: 0, others: 0 };
  const server = createServer((asked, response) => {
    const { method = "GET", url, headers } = asked;
    const isHeld = held.some((each) => each === method);
    const upstream = request({
      host: "127.0.0.1",
      port: target.port,
      method,
      path: url,
      headers,
      agent: false,
    });
    upstream.on("response", (answer) => {
      const isStream = answer.headers["content-type"]?.startsWith("text/event-stream") === true;
      counts[isStream ? "streams" : "others"] += 1;
      if (isStream && isHeld) return hold(answer, response, how);
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    upstream.on("error", () => response.destroy());
    response.on("close", () => upstream.destroy());
    asked.pipe(upstream);
  });
  const port = await listen(server);
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    counts,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function hold(answer: IncomingMessage, response: ServerResponse, how: Holding): void {
  const kept: Buffer[] = [];
  const begin = () => response.headersSent || response.writeHead(answer.statusCode ?? 502, answer.headers);
  const pass = () => {
    begin();
    response.write(Buffer.concat(kept.splice(0)));
  };
  if (how === "body" || how === "pings") {
    begin();
    response.flushHeaders();
  }
  const timer =
    how === "pings" ? setInterval(() => response.write(": ping\n\n"), pingMs) : giveUp(response, how);
  response.on("close", () => clearInterval(timer));
  answer.on("data", (chunk: Buffer) => {
    kept.push(chunk);
    if (how === "blocks" && Buffer.concat(kept).length >= blockBytes) pass();
  });
  answer.on("end", () => {
    if (response.destroyed || response.writableEnded) return;
    pass();
    response.end();
  });
  answer.on("error", () => response.destroy());
}

function giveUp(response: ServerResponse, how: Holding): NodeJS.Timeout | undefined {
  if (how === "cut") return setTimeout(() => response.destroy(), giveUpMs);
  if (how !== "gateway") return undefined;
  return setTimeout(() => {
    if (response.headersSent) return;
    response.writeHead(504, { "content-type": "text/html" });
    response.end("<html>504 Gateway Time-out</html>");
  }, giveUpMs);
}
