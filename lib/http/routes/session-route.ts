import { forVisitors } from "../route.ts";

export const sessionRoute = {
  /**
   * How many browsers share what this one has, itself included (protocol 3.9). `id`: the hash of its session,
   * by which an operator may name it.
   */
  GET: forVisitors(async ({ userId, session }, { context }) =>
    Response.json({ browsers: await context.storage.sessions.count(userId), id: session }),
  ),
};
