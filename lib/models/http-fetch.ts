import { type IncomingMessage, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { pipeline, type Readable } from "node:stream";
import { createBrotliDecompress, createUnzip } from "node:zlib";
import { type Chunks, chunksOfBody, chunksOfStream, readBytes } from "./chunks.ts";

/** Statuses that a `Response` takes without a body only. */
const bodiless: ReadonlySet<number> = new Set([204, 205, 304]);
/** Of an error's body, all that is read. */
const maxErrorBytes = 64 * 1024;

/** An answer whose bytes are read by `chunksOf`; its `body` is empty. */
class StreamedResponse extends Response {
  readonly chunks: Chunks;

  constructor(chunks: Chunks, init: ResponseInit) {
    super(null, init);
    this.chunks = chunks;
  }
}

/** The bytes of an answer, whoever fetched it. */
export const chunksOf = (response: Response): Chunks =>
  response instanceof StreamedResponse ? response.chunks : chunksOfBody(response.body);

/**
 * `fetch` as a model's client needs it, over `node:http`: a delta costs two thirds of what it costs over
 * Node's own. It follows no redirect and asks for no compression. Of an answer that is no success, the body's
 * first 64 kB are there.
 */
export async function httpFetch(
  url: string | URL | Request,
  init: RequestInit,
  headers: Record<string, string>,
): Promise<Response> {
  const message = await send(new URL(url instanceof Request ? url.url : url), init, headers);
  const chunks = chunksOfStream(decoded(message));
  const answer = { status: message.statusCode ?? 0, headers: headersOf(message) };
  return answer.status >= 200 && answer.status < 300
    ? new StreamedResponse(chunks, answer)
    : errorResponse(chunks, answer);
}

/** The same for an answer that was fetched otherwise. */
export const boundError = async (response: Response): Promise<Response> =>
  response.ok ? response : errorResponse(chunksOfBody(response.body), response);

/** The client reads an error's body to its end, however long that is. */
async function errorResponse(
  chunks: Chunks,
  { status, headers }: { status: number; headers: Headers },
): Promise<Response> {
  const body = await readBytes(chunks, maxErrorBytes, { orLess: true });
  const isKnown = status >= 200 && status <= 599;
  return new Response(isKnown && !bodiless.has(status) ? body : null, {
    status: isKnown ? status : 502,
    headers,
  });
}

function send(
  url: URL,
  init: RequestInit,
  headers: Record<string, string>,
  isRepeat = false,
): Promise<IncomingMessage> {
  const { method, body, signal } = init;
  const request = url.protocol === "https:" ? requestHttps : requestHttp;
  const connection = { ...(signal && { signal }), ...(isRepeat && { agent: false }) };
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers, ...connection });
    let isAnswered = false;
    sent.once("response", (message) => {
      isAnswered = true;
      resolve(message);
    });
    // Stays: what goes wrong after the answer began, the answer tells too.
    sent.on("error", (error: NodeJS.ErrnoException) => {
      // The server closed the connection while the request was on its way: it has not been read.
      const isStale = sent.reusedSocket && error.code === "ECONNRESET" && !isAnswered && !isRepeat;
      if (isStale) resolve(send(url, init, headers, true));
      else reject(error);
    });
    // Also after an answer that is none of HTTP's, such as 101: that tells no error.
    sent.once("close", () => reject(new Error("the connection was closed without an answer")));
    sent.end(body);
  });
}

/** Some gateways compress unasked. */
function decoded(message: IncomingMessage): Readable {
  const coding = message.headers["content-encoding"]?.trim().toLowerCase() ?? "identity";
  if (coding === "identity") return message;
  const decoder = coding === "br" ? createBrotliDecompress() : createUnzip();
  return pipeline(message, decoder, () => {});
}

function headersOf({ headersDistinct }: IncomingMessage): Headers {
  const headers = new Headers();
  for (const [name, values = []] of Object.entries(headersDistinct))
    for (const value of values) headers.append(name, value);
  return headers;
}
