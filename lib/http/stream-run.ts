import type { Cursor } from "../protocol/cursor.ts";
import { type FollowContext, followRun } from "../runs/follow-run.ts";
import type { ReadResult, RunMeta } from "../storage/run-store.ts";
import type { Encoder } from "../wire/encoder.ts";
import { notFound, ProblemError } from "./problem.ts";
import { streamResponse } from "./stream-response.ts";

/** Closes a stream whose reader has not left; what it keeps for that it drops once `closed` aborts. */
export type Until = (closed: AbortSignal) => AbortSignal;

export interface StreamRequest {
  run: Pick<RunMeta, "runId" | "conversationId">;
  /** The first read, where it was made already. */
  first?: ReadResult;
  after: Cursor;
  /** The wire of this stream. */
  encoder: Encoder;
  until: Until;
  /** Called once it is closed, or is none: its room is free. */
  closeStream(): void;
  /** Where it is told why a stream failed. */
  log(line: Readonly<Record<string, unknown>>): void;
  headers?: Readonly<Record<string, string>>;
}

/**
 * A run's events after the cursor, then live, as an event stream; 204 when nothing is left, 410 to take the
 * snapshot. The store is read at most once before the first byte.
 */
export async function streamRun(
  context: FollowContext,
  { run, first, after, encoder, until, closeStream, log, headers = {} }: StreamRequest,
): Promise<Response> {
  const follow = await followRun(context, run.runId, after, encoder, first);
  switch (follow.kind) {
    case "stream":
      return streamResponse(
        (closed) => {
          closed.addEventListener("abort", closeStream);
          return follow.chunks(AbortSignal.any([closed, until(closed)]));
        },
        headers,
        (error) =>
          log({ level: "error", message: "a stream failed", runId: run.runId, error: String(error) }),
      );
    case "ended":
      closeStream();
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
