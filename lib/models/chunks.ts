import type { Readable } from "node:stream";

/** The bytes of an answer, pushed to whoever reads it. */
export interface Chunks {
  /** Begins to read; to be called once. */
  read(reader: ChunkReader): void;
  /** Nothing more is read until `resume`: what the provider sends meanwhile, its socket buffers. */
  pause(): void;
  resume(): void;
  /** Leaves the answer, and closes its connection if it has not ended. */
  close(): void;
}

export interface ChunkReader {
  chunk(bytes: Uint8Array): void;
  /** Once, and last; with an error if the connection broke. */
  end(error?: Error): void;
}

/** Of an answer that came over `node:http`: no promise a chunk, which is what a delta of a slow model is. */
export const chunksOfStream = (stream: Readable): Chunks => ({
  read(reader) {
    let isOver = false;
    const end = (error?: Error): void => {
      if (!isOver) reader.end(error);
      isOver = true;
    };
    stream.on("data", reader.chunk);
    stream.once("end", () => end());
    stream.on("error", end);
    stream.once("close", () => end(new Error("the connection was closed")));
  },
  pause: () => void stream.pause(),
  resume: () => void stream.resume(),
  close: () => void stream.destroy(),
});

/** Of an answer that was fetched otherwise. */
export function chunksOfBody(body: ReadableStream<Uint8Array> | null): Chunks {
  const source = body?.getReader();
  let paused: PromiseWithResolvers<void> | undefined;

  async function pump(reader: ChunkReader): Promise<void> {
    for (;;) {
      const { done, value } = (await source?.read()) ?? { done: true, value: undefined };
      if (done) return reader.end();
      reader.chunk(value);
      await paused?.promise;
    }
  }

  return {
    read: (reader) => void pump(reader).catch((error: unknown) => reader.end(asError(error))),
    pause() {
      paused ??= Promise.withResolvers();
    },
    resume() {
      paused?.resolve();
      paused = undefined;
    },
    close: () => void source?.cancel().catch(() => {}),
  };
}

/** The first `maxBytes` of an answer, which is left then. `orLess`: what there is of one that breaks off. */
export function readBytes(
  chunks: Chunks,
  maxBytes: number,
  { orLess = false } = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const kept: Uint8Array[] = [];
  let bytes = 0;
  return new Promise((resolve, reject) => {
    const settle = (): void => resolve(Buffer.concat(kept).subarray(0, maxBytes));
    chunks.read({
      chunk(chunk) {
        kept.push(chunk);
        bytes += chunk.byteLength;
        if (bytes < maxBytes) return;
        settle();
        chunks.close();
      },
      end: (error) => (error && !orLess ? reject(error) : settle()),
    });
  });
}

const asError = (error: unknown): Error =>
  error instanceof Error ? error : new Error(String(error), { cause: error });
