import { type ByteStream, readBytes, webByteStream } from "./byte-stream.ts";

/** Statuses that a `Response` takes without a body only. */
const bodiless: ReadonlySet<number> = new Set([204, 205, 304]);
/** Of an error's body, all that is read. */
const maxErrorBytes = 64 * 1024;

/** The bodies that no web stream stands for. */
const streams = new WeakMap<Response, ByteStream>();

/** A response whose body is read by `bytesOf`; to everybody else it is empty. */
export function streamedResponse(bytes: ByteStream, init: ResponseInit): Response {
  const response = new Response(null, init);
  streams.set(response, bytes);
  return response;
}

/** The body of a response, whoever fetched it. */
export const bytesOf = (response: Response): ByteStream =>
  streams.get(response) ?? webByteStream(response.body);

/** A response of any `fetch`, with the body of a rejection bounded. */
export const withBoundedError = async (response: Response): Promise<Response> =>
  response.ok ? response : errorResponse(webByteStream(response.body), response);

/**
 * A rejection with no more than the first 64 kB of its body: the SDK reads it to its end, however long that
 * is. A status that no `Response` can have is 502.
 */
export async function errorResponse(
  bytes: ByteStream,
  { status, headers }: { status: number; headers: Headers },
): Promise<Response> {
  const body = await readBytes(bytes, maxErrorBytes, { allowPartial: true });
  const isKnown = status >= 200 && status <= 599;
  return new Response(isKnown && !bodiless.has(status) ? body : null, {
    status: isKnown ? status : 502,
    headers,
  });
}
