import { streamedResponse } from "#lib/models/streamed-response.ts";

export interface SlicedBody {
  status?: number;
  type?: string;
  body: Uint8Array;
  /** Bytes a read; absent: all at once. */
  slice?: number;
  /** The connection breaks at the end. */
  isBroken?: boolean;
}

/** A `fetch` without a socket, whose response is that body in slices: thousands of them in a moment. */
export function slicedFetch({
  status = 200,
  type = "text/event-stream",
  ...sliced
}: SlicedBody): typeof fetch {
  const { body, slice = Math.max(1, body.length), isBroken = false } = sliced;
  return () => {
    let isPaused = false;
    let at = 0;
    let flow = (): void => {};
    const bytes = {
      read(sink: { write(bytes: Uint8Array): void; end(error?: Error): void }) {
        flow = () => {
          for (; at < body.length && !isPaused; at += slice) sink.write(body.subarray(at, at + slice));
          if (at >= body.length && !isPaused)
            sink.end(isBroken ? new Error("the connection broke") : undefined);
        };
        flow();
      },
      pause: () => void (isPaused = true),
      resume() {
        isPaused = false;
        flow();
      },
      close: () => void (at = body.length),
    };
    const headers = { "content-type": type };
    if (status >= 200 && status < 300) return Promise.resolve(streamedResponse(bytes, { status, headers }));
    return Promise.resolve(new Response(Buffer.from(body), { status, headers }));
  };
}
