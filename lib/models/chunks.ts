import type { Readable } from "node:stream";

/** The bytes of an answer as they come: one reader, who waits for one chunk at a time. */
export interface Chunks {
  /** The next bytes; undefined at the end. Rejects when the connection breaks, or with what it was aborted by. */
  read(): Promise<Uint8Array | undefined>;
}

/** More than this unread, and the provider's socket is left to buffer. */
const mostBytes = 256 * 1024;

/** Of an answer that nobody has begun to read. A stream's own iterator would cost each chunk several turns. */
export function chunksOfStream(stream: Readable): Chunks {
  const unread: Uint8Array[] = [];
  let bytes = 0;
  let over: { error?: Error } | undefined;
  let waiting: PromiseWithResolvers<Uint8Array | undefined> | undefined;

  function end(error?: Error): void {
    over ??= error ? { error } : {};
    if (error) waiting?.reject(error);
    else waiting?.resolve(undefined);
    waiting = undefined;
  }

  stream.on("data", (chunk: Buffer) => {
    if (waiting) {
      waiting.resolve(chunk);
      waiting = undefined;
      return;
    }
    unread.push(chunk);
    bytes += chunk.byteLength;
    if (bytes > mostBytes) stream.pause();
  });
  stream.once("end", () => end());
  stream.once("error", end);
  stream.once("close", () => end(new Error("the connection was closed")));

  return {
    read() {
      const chunk = unread.shift();
      if (chunk) {
        bytes -= chunk.byteLength;
        if (stream.isPaused() && bytes <= mostBytes) stream.resume();
        return Promise.resolve(chunk);
      }
      if (over) return over.error ? Promise.reject(over.error) : Promise.resolve(undefined);
      waiting = Promise.withResolvers();
      return waiting.promise;
    },
  };
}

/** Of any other answer. */
export function chunksOfBody(body: ReadableStream<Uint8Array> | null): Chunks {
  const reader = body?.getReader();
  return { read: async () => (await reader?.read())?.value };
}

/** The first `maxBytes` of an answer. */
export async function readBytes(chunks: Chunks, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const kept: Uint8Array[] = [];
  let bytes = 0;
  while (bytes < maxBytes) {
    const chunk = await chunks.read();
    if (!chunk) break;
    kept.push(chunk);
    bytes += chunk.byteLength;
  }
  return Buffer.concat(kept).subarray(0, maxBytes);
}
