import { z } from "zod";
import { ownKeysCookie } from "../../sessions/own-keys.ts";
import { modelProblem } from "../model-problem.ts";
import { isSecure } from "../origin.ts";
import { ownKeysOf } from "../own-keys-of.ts";
import { ProblemError } from "../problem.ts";
import { readJson } from "../read-json.ts";
import { forVisitors } from "../route.ts";

const keyRequest = z.strictObject({
  model: z.string().max(200),
  key: z
    .string()
    .min(1, "must not be empty")
    .max(500)
    .regex(/^[\x21-\x7e]+$/, "must have no spaces or line breaks")
    .nullable(),
});

export const modelKeyRoute = {
  /**
   * Keeps a key of this browser's for the endpoint of a model, in a cookie that only the server can open;
   * `null` forgets it (protocol 3.7). Where an endpoint is, only the operator says.
   */
  POST: forVisitors(async (visitor, server) => {
    const { model, key } = await readJson(visitor.request, keyRequest);
    const target = await server.models.keyTargetOf(model).catch((error: unknown) => {
      throw modelProblem(error);
    });
    if (!target) throw badKey("model", "it needs no key");
    const { origin, takesKey } = target;
    // One that was kept before can be forgotten.
    if (!takesKey && key !== null) throw badKey("model", "its endpoint takes no key but the server's");
    const others = [...ownKeysOf(visitor, server)].filter(([each]) => each !== origin);
    const cookie = ownKeysCookie(new Map(key === null ? others : [...others, [origin, key]]), {
      secrets: server.access.secrets,
      session: visitor.session,
      secure: isSecure(visitor.request.headers),
    });
    if (cookie === undefined) throw badKey("key", "a browser keeps no more keys than it has");
    return new Response(null, { status: 204, headers: { "set-cookie": cookie } });
  }),
};

const badKey = (field: string, detail: string): ProblemError =>
  new ProblemError(400, "bad_field", `${field}: ${detail}`, { fields: { field } });
