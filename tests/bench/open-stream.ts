import { type IncomingMessage, request } from "node:http";

export interface Ask {
  url: string;
  method: "GET" | "POST";
  headers: Record<string, string>;
  body?: string;
}

export interface OpenStream {
  /** Resolves with the status when the stream has ended, or when `close` was called. */
  ended: Promise<number>;
  close(): void;
}

/**
 * Asks on a connection of its own and hands on the body's bytes as they come: the client must not be what is
 * measured.
 */
export function openStream(ask: Ask, onChunk: (chunk: Buffer) => void): OpenStream {
  let closed = false;
  const sent = request(ask.url, { method: ask.method, headers: ask.headers, agent: false });
  const ended = new Promise<number>((resolve, reject) => {
    const fail = (error: Error) => (closed ? resolve(0) : reject(error));
    sent.on("error", fail);
    sent.on("close", () => closed && resolve(0));
    sent.on("response", (response: IncomingMessage) => {
      response.on("data", onChunk);
      response.on("error", fail);
      response.on("end", () => resolve(response.statusCode ?? 0));
    });
  });
  sent.setNoDelay(true);
  sent.end(ask.body);
  return {
    ended,
    close() {
      closed = true;
      sent.destroy();
    },
  };
}
