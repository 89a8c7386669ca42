import type { Readable } from "node:stream";

/** The body of a response, pushed to whoever reads it. */
export interface ByteStream {
  /** Begins to read; to be called once. */
  read(sink: ByteSink): void;
  /** Nothing more is read until `resume`: what the provider sends meanwhile, its socket buffers. */
  pause(): void;
  resume(): void;
  /** Gives the rest up, and closes the connection if there is a rest. */
  close(): void;
}

export interface ByteSink {
  write(bytes: Uint8Array): void;
  /** Once, and last; with an error if the connection broke. */
  end(error?: Error): void;
}

/** Of a body that came over `node:http`: no promise a read, and a slow model's delta is a read of its own. */
export const nodeByteStream = (stream: Readable): ByteStream => ({
  read(sink) {
    let isEnded = false;
    const end = (error?: Error): void => {
      if (!isEnded) sink.end(error);
      isEnded = true;
    };
    stream.on("data", sink.write);
    stream.once("end", () => end());
    stream.on("error", end);
    // An error is made only where there is one: with its stack it costs as much as ten deltas.
    stream.once("close", () => {
      if (!isEnded) end(new Error("the connection was closed"));
    });
  },
  pause: () => void stream.pause(),
  resume: () => void stream.resume(),
  close: () => void stream.destroy(),
});

/** Of a body that came from any `fetch`. */
export function webByteStream(body: ReadableStream<Uint8Array> | null): ByteStream {
  const reader = body?.getReader();
  let paused: PromiseWithResolvers<void> | undefined;

  async function pump(sink: ByteSink): Promise<void> {
    for (;;) {
      const { done, value } = (await reader?.read()) ?? { done: true, value: undefined };
      if (done) return sink.end();
      sink.write(value);
      await paused?.promise;
    }
  }

  return {
    read: (sink) => void pump(sink).catch((error: unknown) => sink.end(asError(error))),
    pause() {
      paused ??= Promise.withResolvers();
    },
    resume() {
      paused?.resolve();
      paused = undefined;
    },
    close: () => void reader?.cancel().catch(() => {}),
  };
}

/** The first `maxBytes` of a stream, which is closed then. `allowPartial`: also of one that breaks off. */
export function readBytes(
  stream: ByteStream,
  maxBytes: number,
  { allowPartial = false } = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const kept: Uint8Array[] = [];
  let length = 0;
  return new Promise((resolve, reject) => {
    const settle = (): void => resolve(Buffer.concat(kept).subarray(0, maxBytes));
    stream.read({
      write(bytes) {
        kept.push(bytes);
        length += bytes.byteLength;
        if (length < maxBytes) return;
        settle();
        stream.close();
      },
      end: (error) => (error && !allowPartial ? reject(error) : settle()),
    });
  });
}

const asError = (error: unknown): Error =>
  error instanceof Error ? error : new Error(String(error), { cause: error });
