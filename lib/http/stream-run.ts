import { type Cursor, followRun } from "../runs/follow-run.ts";
import type { RunContext } from "../runs/run-context.ts";
import { found } from "./params.ts";
import { notFound, ProblemError } from "./problem.ts";
import { streamResponse } from "./stream-response.ts";

/** A run's events after the cursor, then live, as an event stream; 204 when nothing is left, 410 to take the snapshot. */
export async function streamRun(
  context: RunContext,
  runId: string,
  after: Cursor,
  ending: AbortSignal,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  const run = found(await context.storage.runs.run(runId));
  const follow = await followRun(context, runId, after);
  switch (follow.kind) {
    case "stream":
      return streamResponse((left) => follow.frames(AbortSignal.any([left, ending])), headers);
    case "over":
      return new Response(null, { status: 204, headers });
    case "gone":
      throw new ProblemError(410, "log_gone", "take the snapshot", {
        fields: { snapshot: `/api/conversations/${run.conversationId}` },
      });
    case "not-found":
      throw notFound();
    default:
      return follow satisfies never;
  }
}
