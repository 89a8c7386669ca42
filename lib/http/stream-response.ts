import { abortReason } from "../async/abort-reason.ts";
import { createDeadline } from "../async/deadline.ts";
import { doorBounds } from "../door/door-bounds.ts";
import { readerGone } from "./reader-gone.ts";

export const eventStreamHeaders = {
  "content-type": "text/event-stream; charset=utf-8",
  "cache-control": "no-store, no-transform",
  "x-accel-buffering": "no",
} as const;

/**
 * An event stream in pull mode: nothing is read ahead of the reader, so one that stops reading holds one
 * chunk. The signal given to `open` aborts when the stream is closed: at its end, when the reader leaves,
 * or when it has not read for a minute. What fails cuts it off, after `onFailed`; its reader reconnects.
 */
export function streamResponse(
  open: (closed: AbortSignal) => AsyncGenerator<string>,
  headers: Readonly<Record<string, string>>,
  onFailed: (error: unknown) => void,
): Response {
  const closed = new AbortController();
  const chunks = open(closed.signal);
  let stream: ReadableStreamDefaultController<Uint8Array> | undefined;
  const stalled = createDeadline(() => {
    close();
    stream?.error(readerGone());
  });
  function close(): void {
    stalled.close();
    closed.abort(abortReason);
  }
  // A response that is never sent is never closed either.
  stalled.set(doorBounds.unreadMs);
  const body = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        stream = controller;
      },
      async pull(controller) {
        stalled.clear();
        try {
          const { done, value } = await chunks.next();
          if (closed.signal.aborted) return;
          if (!done) {
            controller.enqueue(Buffer.from(value));
            return stalled.set(doorBounds.unreadMs);
          }
        } catch (error) {
          close();
          onFailed(error);
          throw readerGone();
        }
        close();
        controller.close();
      },
      cancel: close,
    },
    { highWaterMark: 0 },
  );
  return new Response(body, { headers: { ...eventStreamHeaders, ...headers } });
}
