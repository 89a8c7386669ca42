import { openRoute } from "#lib/http/route.ts";
import { server } from "#lib/server.ts";
import { version } from "#lib/version.ts";

/** Whether this process can serve (protocol 3.7): 503 while it shuts down or its store does not answer. */
export const GET = (request: Request): Promise<Response> =>
  openRoute(request, server().api, async () => {
    const { context, closing } = server();
    const { storage } = context;
    const answers = await storage.ping().then(
      () => true,
      () => false,
    );
    const status = closing.aborted ? "closing" : answers ? "ok" : "store-unavailable";
    const body = { status, storage: storage.name, version };
    return Response.json(body, {
      status: status === "ok" ? 200 : 503,
      headers: { "cache-control": "no-store" },
    });
  });
