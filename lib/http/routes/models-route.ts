import { ownKeysOf } from "../own-keys-of.ts";
import { ProblemError } from "../problem.ts";
import { forVisitors } from "../route.ts";
import { searchModels } from "../search-models.ts";

const maxSearchLength = 200;

export const modelsRoute = {
  /** The models that a request may name, and the search among them (protocol 3.7). */
  GET: forVisitors(async (visitor, server) => {
    const { searchParams } = new URL(visitor.request.url);
    const text = searchParams.get("search") ?? "";
    const asked = searchParams.get("limit");
    const limit = asked === null ? undefined : Number(asked);
    if (text.length > maxSearchLength) throw badParameter("search", `at most ${maxSearchLength} characters`);
    if (limit !== undefined && !(Number.isSafeInteger(limit) && limit > 0))
      throw badParameter("limit", "a whole number above 0");
    const models = await server.models.list(ownKeysOf(visitor, server));
    return Response.json(searchModels(models, { text, ...(limit !== undefined && { limit }) }));
  }),
};

const badParameter = (field: string, expected: string): ProblemError =>
  new ProblemError(400, "bad_field", `${field}: ${expected}`, { fields: { field } });
