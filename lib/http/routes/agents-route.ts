import { forVisitors } from "../route.ts";

export const agentsRoute = {
  /** The agents that a request may name, the default one first (protocol 3.7). */
  GET: forVisitors(async (_, { agents }) => Response.json({ agents })),
};
