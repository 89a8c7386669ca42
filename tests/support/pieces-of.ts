import type { ByteSink, ByteStream } from "#lib/models/byte-stream.ts";

/** A body that comes in pieces of so many bytes, as fast as it is read. */
export function piecesOf(bytes: Uint8Array, size: number): ByteStream {
  let sink: ByteSink | undefined;
  let at = 0;
  let isPaused = false;
  const flow = (): void => {
    for (; !isPaused && at < bytes.length; at += size) sink?.write(bytes.subarray(at, at + size));
    if (!isPaused) sink?.end();
  };
  return {
    read(to) {
      sink = to;
      flow();
    },
    pause: () => void (isPaused = true),
    resume() {
      isPaused = false;
      flow();
    },
    close: () => void (isPaused = true),
  };
}
