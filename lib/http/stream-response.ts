import { createDeadline } from "../async/deadline.ts";

export const eventStreamHeaders = {
  "content-type": "text/event-stream; charset=utf-8",
  "cache-control": "no-store, no-transform",
  "x-accel-buffering": "no",
} as const;

/** How long a reader may stop reading before its stream ends; it reconnects by its cursor. */
const stalledMs = 60_000;

/**
 * A stream of frames in pull mode: nothing is read ahead of the reader, so one that stops reading holds one
 * chunk. The signal given to `open` is aborted when the stream is over: at its end, when the reader goes
 * away, or when it has not read for a minute.
 */
export function streamResponse(
  open: (over: AbortSignal) => AsyncGenerator<string>,
  headers: Readonly<Record<string, string>>,
): Response {
  const over = new AbortController();
  const frames = open(over.signal);
  let shown: ReadableStreamDefaultController<Uint8Array> | undefined;
  const stalled = createDeadline(() => {
    end();
    shown?.error(new Error("the reader stopped reading"));
  });
  function end(): void {
    stalled.close();
    over.abort();
  }
  const body = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        shown = controller;
      },
      async pull(controller) {
        stalled.clear();
        try {
          const { done, value } = await frames.next();
          if (over.signal.aborted) return;
          if (!done) {
            controller.enqueue(Buffer.from(value));
            return stalled.set(stalledMs);
          }
        } catch (error) {
          end();
          throw error;
        }
        end();
        controller.close();
      },
      cancel: end,
    },
    { highWaterMark: 0 },
  );
  return new Response(body, {
    headers: { ...eventStreamHeaders, ...headers },
  });
}
