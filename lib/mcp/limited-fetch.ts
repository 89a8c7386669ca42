type Fetch = (url: string | URL, init?: RequestInit) => Promise<Response>;

/**
 * `fetch` for one MCP server, which is what its operator has named: no proxy of ours, no key but the headers
 * of its entry. A body longer than `maxBytes` breaks off, after `onTooLarge`.
 */
export const createLimitedFetch =
  (maxBytes: number, onTooLarge: () => Error): Fetch =>
  async (url, init) => {
    const response = await fetch(url, init);
    if (!response.body) return response;
    let bytes = 0;
    const counter = new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        bytes += chunk.byteLength;
        if (bytes > maxBytes) controller.error(onTooLarge());
        else controller.enqueue(chunk);
      },
    });
    const { status, statusText, headers } = response;
    return new Response(response.body.pipeThrough(counter), { status, statusText, headers });
  };
