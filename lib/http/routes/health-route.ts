import { answerAnyone } from "../answer-request.ts";
import type { Route } from "../route.ts";

/** Whether this process can serve (protocol 3.7): 503 while it shuts down or its store does not answer. */
const getHealth: Route = (request, _, { access, context: { storage }, closing, version }) =>
  answerAnyone(request, access, async () => {
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

export const healthRoute = { GET: getHealth };
