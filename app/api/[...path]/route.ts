import { notFound } from "#lib/http/problem.ts";
import { openRoute } from "#lib/http/route.ts";
import { server } from "#lib/server.ts";

/** No endpoint of ours: told as any other problem, where Next would send a page. */
const nothing = (request: Request): Promise<Response> =>
  openRoute(request, server().api, async () => {
    throw notFound();
  });

export { nothing as DELETE, nothing as GET, nothing as PATCH, nothing as POST, nothing as PUT };
