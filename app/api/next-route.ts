import { after } from "next/server";
import type { Route, RouteParams } from "#lib/http/route.ts";
import { routes } from "#lib/http/routes.ts";
import { server } from "#lib/server.ts";

type Routes = typeof routes;
type ParamsOf<Handler> = Handler extends Route<infer P> ? P : never;
type NextHandler<P extends string> = (
  request: Request,
  context: { params: Promise<RouteParams<P>> },
) => Promise<Response>;

type NextRoute<Handlers> = { [Method in keyof Handlers]: NextHandler<ParamsOf<Handlers[Method]>> };

/** The methods of one address, in the form in which Next wants them exported. */
export function nextRoute<Path extends keyof Routes>(path: Path): NextRoute<Routes[Path]> {
  const entries = Object.entries(routes[path]).map(([method, answer]) => [method, atNext(answer)] as const);
  // Cast: the same methods with the same params.
  return Object.fromEntries(entries) as NextRoute<Routes[Path]>;
}

const atNext =
  <P extends string>(answer: Route<P>): NextHandler<P> =>
  async (request, { params }) =>
    answer(request, await params, { ...server(), waitUntil: after });
