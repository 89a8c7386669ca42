import { type IncomingHttpHeaders, request } from "node:http";
import { connect, type Socket } from "node:net";

export interface Answered {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

export interface Sent {
  method?: string;
  /** As it stands on the wire. */
  path?: string;
  headers?: Record<string, string | string[]>;
  body?: string | Uint8Array;
  /** The address of this machine that it comes from. */
  from?: string;
}

/** One request on a connection of its own, with headers that `fetch` would not send. Nothing is followed. */
export function exchange(
  url: string,
  { method = "GET", path = "/", headers = {}, body, from }: Sent,
): Promise<Answered> {
  const { hostname, port } = new URL(url);
  // Node sends the body of a DELETE without saying how long it is.
  const length = body === undefined ? {} : { "content-length": String(Buffer.byteLength(body)) };
  const options = {
    ...{ hostname, port, method, path, headers: { ...length, ...headers }, agent: false },
    ...(from !== undefined && { localAddress: from }),
  };
  return new Promise((resolve, reject) => {
    const asking = request(options, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        const text = Buffer.concat(chunks).toString();
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
      });
    });
    asking.on("error", reject);
    asking.end(body);
  });
}

/** A connection to the server at `url` on which anything can be written. */
export async function openSocket(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.on("error", () => undefined); // Being cut off is what is looked for.
  await new Promise((resolve, reject) => socket.once("connect", resolve).once("error", reject));
  return socket;
}
