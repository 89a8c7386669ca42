import { z } from "zod";
import { forkHash, forkRun } from "../../conversations/fork-run.ts";
import { isId } from "../../protocol/id.ts";
import { findRun } from "../../runs/find-run.ts";
import { countStart } from "../count-start.ts";
import { found, idParam } from "../params.ts";
import { notFound, ProblemError } from "../problem.ts";
import { readJson } from "../read-json.ts";
import { forVisitors } from "../route.ts";
import { startBounds } from "../start-bounds.ts";

const clientId = z.string().refine(isId, "must be a lower-case UUID");

const forkRequest = z.strictObject({
  conversationId: clientId,
  runId: clientId,
  seq: z.number().int().positive(),
});

export const forkRoute = {
  /**
   * Makes a new conversation that goes on from an event of a run (protocol 3.13), of a live one too. It
   * counts as a question: it is kept like one. The same request again is the same conversation.
   */
  POST: forVisitors<"runId">(async ({ request, params, userId }, { context, config }) => {
    const runId = idParam(params, "runId");
    const fork = await readJson(request, forkRequest);
    const run = found(await findRun(context, runId, userId));
    if (fork.seq > run.head)
      throw new ProblemError(400, "bad_field", "seq: this run has no such event", {
        fields: { field: "seq" },
      });
    const { starts } = startBounds({
      ...{ headers: request.headers, userId, usesKey: false },
      ...{ limits: context.limits, trustedProxies: config.trustedProxies },
    });
    const start = { ...fork, userId, bodyHash: forkHash(runId, fork.seq) };
    const withdraw = await countStart(context, start, { starts });
    // If the store fails here it stays counted: whether it was made is not known.
    const result = await forkRun(context, run, fork);
    if (result !== "forked") await withdraw?.();
    if (result === "gone") throw notFound();
    if (result === "conflict")
      throw new ProblemError(409, "run_conflict", "conversationId or runId: this is another one's", {
        fields: { field: "runId" },
      });
    const { conversationId } = fork;
    return Response.json(
      { conversationId, runId: fork.runId },
      { status: 201, headers: { location: `/api/conversations/${conversationId}` } },
    );
  }),
};
