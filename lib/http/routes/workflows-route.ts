import { latestRun } from "../../conversations/latest-run.ts";
import { found } from "../params.ts";
import { forVisitors } from "../route.ts";

export const workflowsRoute = {
  /**
   * The workflows that a request may name; `?name=`: that one alone, and the newest run of it that the user
   * has (protocol 3.7).
   */
  GET: forVisitors(async ({ request, userId }, { workflows, context }) => {
    const name = new URL(request.url).searchParams.get("name");
    if (name === null) return Response.json({ workflows });
    const workflow = found(workflows.find((each) => each.name === name) ?? null);
    const latest = await latestRun(context, userId, name);
    return Response.json({ workflow, ...(latest && { latest }) });
  }),
};
