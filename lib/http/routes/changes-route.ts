import { clientAddress } from "../client-address.ts";
import type { ListWatch } from "../list-watch.ts";
import { ProblemError } from "../problem.ts";
import { forVisitors } from "../route.ts";
import { streamResponse } from "../stream-response.ts";

/** No proxy ends an answer so soon, and whoever waits until a page is still does not wait for long. */
const maxHoldMs = 10_000;
const headers = { "content-type": "application/json" } as const;

export const changesRoute = {
  /** The user's newest change, once it is another than `after` (protocol 3.6). */
  GET: forVisitors(async ({ request, userId, session }, server) => {
    const { config, context, listWatch, waitBounds } = server;
    const after = new URL(request.url).searchParams.get("after") ?? undefined;
    if (after !== undefined && after.length > 64)
      throw new ProblemError(400, "bad_field", "after: not one of ours", { fields: { field: "after" } });
    if (request.method === "HEAD") return new Response(null, { headers });
    const leave = waitBounds.openStream(userId, clientAddress(request.headers, config.trustedProxies));
    const until = server.endOf(session);
    return streamResponse(
      (closed) => {
        closed.addEventListener("abort", leave);
        return waitForChange(listWatch, { userId, after }, AbortSignal.any([closed, until(closed)]));
      },
      headers,
      (error) => context.log({ level: "error", message: "a wait for changes failed", error: String(error) }),
    );
  }),
};

/** The head goes out at once: a wait takes nobody's turn. JSON may begin with a line break. */
async function* waitForChange(
  listWatch: ListWatch,
  { userId, after }: { userId: string; after: string | undefined },
  closed: AbortSignal,
): AsyncGenerator<string> {
  yield "\n";
  const over = AbortSignal.any([closed, AbortSignal.timeout(maxHoldMs)]);
  yield JSON.stringify(await listWatch.next(userId, after, over));
}
