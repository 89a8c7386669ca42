import { route } from "#lib/http/route.ts";
import { server } from "#lib/server.ts";

/** The models that a request may name (protocol 3.7). */
export const GET = (request: Request) =>
  route(request, server().api, async () => Response.json({ models: await server().models.list() }));
