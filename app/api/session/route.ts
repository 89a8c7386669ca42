import { route } from "#lib/http/route.ts";
import { server } from "#lib/server.ts";

/** How many browsers share what this one has, itself included (protocol 3.9). */
export const GET = (request: Request) =>
  route(request, server().api, async ({ userId }) =>
    Response.json({ browsers: await server().context.storage.sessions.count(userId) }),
  );
