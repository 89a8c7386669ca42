import { answerAnyone } from "../answer-request.ts";
import { notFound } from "../problem.ts";
import type { Route } from "../route.ts";

const answerNotFound: Route = (request, _, { access }) =>
  answerAnyone(request, access, async () => {
    throw notFound();
  });

/** Every address that is no endpoint: answered with a problem, where Next would send a page. */
export const unknownRoute = {
  DELETE: answerNotFound,
  GET: answerNotFound,
  PATCH: answerNotFound,
  POST: answerNotFound,
  PUT: answerNotFound,
};
