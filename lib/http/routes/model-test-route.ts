import { z } from "zod";
import { clientAddress } from "../client-address.ts";
import { modelProblem } from "../model-problem.ts";
import { ownKeysOf } from "../own-keys-of.ts";
import { readJson } from "../read-json.ts";
import { forVisitors } from "../route.ts";

const testRequest = z.strictObject({ model: z.string().max(200).optional() });

export const modelTestRoute = {
  /** Asks a model one small question, and says what came of it (protocol 3.7). */
  POST: forVisitors(async (visitor, server) => {
    const { request, userId } = visitor;
    const { model } = await readJson(request, testRequest, { optional: true });
    const address = clientAddress(request.headers, server.config.trustedProxies);
    const end = server.testBounds.begin(userId, address);
    try {
      const signal = AbortSignal.any([request.signal, server.closing]);
      return Response.json(await server.models.test(model, ownKeysOf(visitor, server), signal));
    } catch (error) {
      throw modelProblem(error);
    } finally {
      end();
    }
  }),
};
