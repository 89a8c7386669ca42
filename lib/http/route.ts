import { answerVisitor, type Visitor } from "./answer-request.ts";
import type { ApiServer } from "./api-server.ts";

/** The parts of an address that stand in brackets in its name. */
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

/** A handler for who has a session. */
export const forVisitors =
  <P extends string = never>(
    answer: (asked: VisitorRequest<P>, server: ApiServer) => Promise<Response>,
  ): Route<P> =>
  (request, params, server) =>
    answerVisitor(request, server.access, (visitor) => answer({ ...visitor, request, params }, server));
