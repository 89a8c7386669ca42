/** How long a reader may stop reading before it is let go; it comes back by its cursor. */
const stalledMs = 60_000;

/**
 * A stream of frames in pull mode: nothing is read ahead of the reader, so one that stops reading holds one chunk.
 * The signal given to `open` is aborted when the reader goes away or has not read for a minute.
 */
export function streamResponse(
  open: (signal: AbortSignal) => AsyncGenerator<string>,
  headers: Readonly<Record<string, string>>,
): Response {
  const encoder = new TextEncoder();
  const left = new AbortController();
  const frames = open(left.signal);
  let stalled: NodeJS.Timeout | undefined;
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        clearTimeout(stalled);
        const { done, value } = await frames.next();
        if (left.signal.aborted) return;
        if (done) return controller.close();
        controller.enqueue(encoder.encode(value));
        stalled = setTimeout(() => {
          left.abort();
          controller.error(new Error("the reader stopped reading"));
        }, stalledMs);
        stalled.unref();
      },
      cancel() {
        clearTimeout(stalled);
        left.abort();
      },
    },
    { highWaterMark: 0 },
  );
  return new Response(body, {
    headers: {
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-store, no-transform",
      "x-accel-buffering": "no",
      ...headers,
    },
  });
}
