import http, { type IncomingMessage } from "node:http";
import https from "node:https";
import { type Duplex, PassThrough, pipeline, type Readable } from "node:stream";
import zlib from "node:zlib";
import { nodeByteStream } from "./byte-stream.ts";
import { errorResponse, streamedResponse } from "./streamed-response.ts";

/**
 * `fetch` as a model's client needs it, over `node:http`: a delta costs two thirds of what it costs over
 * Node's own. It follows no redirect and asks for no compression. The body of a success is read by `bytesOf`;
 * of any other response, the first 64 kB are there.
 */
export async function httpFetch(
  url: string | URL | Request,
  init: RequestInit,
  headers: Record<string, string>,
): Promise<Response> {
  const message = await send(new URL(url instanceof Request ? url.url : url), init, headers);
  const bytes = nodeByteStream(decoded(message));
  const head = { status: message.statusCode ?? 0, headers: headersOf(message) };
  return head.status >= 200 && head.status < 300 ? streamedResponse(bytes, head) : errorResponse(bytes, head);
}

function send(
  url: URL,
  init: RequestInit,
  headers: Record<string, string>,
  isRepeat = false,
): Promise<IncomingMessage> {
  const { method, body, signal } = init;
  const { request } = url.protocol === "https:" ? https : http;
  const connection = { ...(signal && { signal }), ...(isRepeat && { agent: newAgent(url) }) };
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers, ...connection });
    let isAnswered = false;
    sent.once("response", (message) => {
      isAnswered = true;
      resolve(message);
    });
    // Stays for good: a failure after the response began is emitted here too, and the body reports it.
    sent.on("error", (error: NodeJS.ErrnoException) => {
      // The server closed a kept connection while the request was on its way: it has not been read.
      const isStale = sent.reusedSocket && error.code === "ECONNRESET" && !isAnswered && !isRepeat;
      if (isStale) resolve(send(url, init, headers, true));
      else reject(error);
    });
    // Also after a response that is none, such as 101: no error is emitted for that.
    sent.once("close", () => {
      if (!isAnswered) reject(new Error("the connection was closed without an answer"));
    });
    sent.end(body);
  });
}

/** For a connection of its own, through the proxy that all others go through, if there is one. */
function newAgent({ protocol }: URL): http.Agent {
  const { Agent, globalAgent } = protocol === "https:" ? https : http;
  const options = "options" in globalAgent ? globalAgent.options : undefined;
  return new Agent({ ...(typeof options === "object" && options), keepAlive: false });
}

/** Some gateways compress unasked; of several codings the last was applied last. */
function decoded(message: IncomingMessage): Readable {
  const codings = (message.headers["content-encoding"] ?? "").toLowerCase().split(",");
  return codings.map((coding) => coding.trim()).reduceRight<Readable>(decodedOnce, message);
}

function decodedOnce(body: Readable, coding: string): Readable {
  switch (coding) {
    case "":
    case "identity":
      return body;
    case "br":
      return decodedBy(zlib.createBrotliDecompress(), body);
    case "zstd":
      return decodedBy(zlib.createZstdDecompress(), body);
    case "deflate":
      return inflated(body);
    default:
      return decodedBy(zlib.createUnzip(), body);
  }
}

const decodedBy = (decoder: Duplex, body: Readable): Readable => pipeline(body, decoder, () => {});

/** Some servers leave out the two bytes that should stand before it, which say how it was packed. */
function inflated(body: Readable): Readable {
  const output = new PassThrough();
  const end = () => void output.end();

  function begin(): void {
    const first: Buffer | null = body.read();
    if (first === null) return void body.once("readable", begin);
    body.off("end", end);
    body.unshift(first);
    const hasHead = ((first[0] ?? 0) & 0x0f) === deflateMethod;
    pipeline(body, hasHead ? zlib.createInflate() : zlib.createInflateRaw(), output, () => {});
  }

  body.once("end", end);
  body.once("error", (error) => output.destroy(error));
  body.once("readable", begin);
  return output;
}

/** Of a zlib header (RFC 1950); a block without one does not begin with it. */
const deflateMethod = 8;

function headersOf({ headersDistinct }: IncomingMessage): Headers {
  const headers = new Headers();
  for (const [name, values = []] of Object.entries(headersDistinct))
    for (const value of values) headers.append(name, value);
  return headers;
}
