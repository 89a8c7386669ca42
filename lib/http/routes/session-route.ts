import { forVisitors } from "../route.ts";

export const sessionRoute = {
  /** How many browsers share what this one has, itself included (protocol 3.9). */
  GET: forVisitors(async ({ userId }, { context }) =>
    Response.json({ browsers: await context.storage.sessions.count(userId) }),
  ),
};
