import { createDeadline } from "../async/deadline.ts";

export const eventStreamHeaders = {
  "content-type": "text/event-stream; charset=utf-8",
  "cache-control": "no-store, no-transform",
  "x-accel-buffering": "no",
} as const;

/** How long a reader may stop reading before its stream fails; it reconnects by its cursor. */
const stalledMs = 60_000;

/**
 * An event stream in pull mode: nothing is read ahead of the reader, so one that stops reading holds one
 * chunk. The signal given to `open` aborts when the stream is closed: at its end, when the reader leaves,
 * or when it has not read for a minute.
 */
export function streamResponse(
  open: (closed: AbortSignal) => AsyncGenerator<string>,
  headers: Readonly<Record<string, string>>,
): Response {
  const closed = new AbortController();
  const chunks = open(closed.signal);
  let stream: ReadableStreamDefaultController<Uint8Array> | undefined;
  const stalled = createDeadline(() => {
    close();
    stream?.error(new Error("the reader stopped reading"));
  });
  function close(): void {
    stalled.close();
    closed.abort();
  }
  // A response that is never sent is never closed either.
  stalled.set(stalledMs);
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
            return stalled.set(stalledMs);
          }
        } catch (error) {
          close();
          throw error;
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
