import { forVisitors } from "../route.ts";

export const schedulesRoute = {
  /** What is started by the clock, and when (protocol 3.14). */
  GET: forVisitors(async ({ userId }, { schedules }) =>
    Response.json({ schedules: await schedules.list(userId) }),
  ),
};
