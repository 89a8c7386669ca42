import { type IncomingMessage, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { pipeline, type Readable } from "node:stream";
import { createBrotliDecompress, createUnzip } from "node:zlib";
import { type Chunks, chunksOfBody, chunksOfStream, readBytes } from "./chunks.ts";

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
 * `fetch` as a model's client needs it, over `node:http`: a delta costs two thirds of what it costs over Node's own. It
 * follows no redirect and asks for no compression. Of an answer that is no success, the body's first 64 kB are there.
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
  return new Response(await readBytes(chunks, maxErrorBytes), { status, headers });
}

function send(
  url: URL,
  { method, body, signal }: RequestInit,
  headers: Record<string, string>,
): Promise<IncomingMessage> {
  const request = url.protocol === "https:" ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers, ...(signal && { signal }) });
    sent.once("response", resolve);
    // Stays: what goes wrong later, the answer tells too.
    sent.on("error", reject);
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
