import type { Cursor } from "../protocol/cursor.ts";
import { followRun } from "../runs/follow-run.ts";
import type { RunContext } from "../runs/run-context.ts";
import { found } from "./params.ts";
import { notFound, ProblemError } from "./problem.ts";
import { streamResponse } from "./stream-response.ts";

/** Ends streams for another reason than that their reader left; to be told when the stream is over. */
export type Until = (over: AbortSignal) => AbortSignal;

/**
 * A run's events after the cursor, then live, as an event stream; 204 when nothing is left, 410 to take the
 * snapshot.
 */
export async function streamRun(
  context: RunContext,
  runId: string,
  after: Cursor,
  until: Until,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  const run = found(await context.storage.runs.run(runId));
  const follow = await followRun(context, runId, after);
  switch (follow.kind) {
    case "stream":
      return streamResponse((over) => follow.frames(AbortSignal.any([over, until(over)])), headers);
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
