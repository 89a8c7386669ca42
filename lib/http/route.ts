import { answerVisitor, type Visitor } from "./answer-request.ts";
import type { ApiServer } from "./api-server.ts";

/** The values of the bracketed segments of an address. */
export type RouteParams<P extends string = never> = Readonly<Record<P, string>>;

/** Answers one method at one address; never rejects. */
export type Route<P extends string = never> = (
  request: Request,
  params: RouteParams<P>,
  server: ApiServer,
) => Promise<Response>;

interface VisitorRequest<P extends string> extends Visitor {
  request: Request;
  params: RouteParams<P>;
}

/** A route for visitors with a session. */
export const forVisitors =
  <P extends string = never>(
    answer: (asked: VisitorRequest<P>, server: ApiServer) => Promise<Response>,
  ): Route<P> =>
  (request, params, server) =>
    answerVisitor(request, server.access, (visitor) => answer({ ...visitor, request, params }, server));
