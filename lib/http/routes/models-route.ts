import { forVisitors } from "../route.ts";

export const modelsRoute = {
  /** The models that a request may name (protocol 3.7). */
  GET: forVisitors(async (_, { models }) => Response.json({ models: await models.list() })),
};
