import { listConversations, readConversation } from "#lib/conversations/read-conversation.ts";
import { createdProblem } from "#lib/http/created-problem.ts";
import { found } from "#lib/http/params.ts";
import { ProblemError, problemResponse } from "#lib/http/problem.ts";
import { streamRun } from "#lib/http/stream-run.ts";
import type { Cursor } from "#lib/protocol/cursor.ts";
import { isEnded } from "#lib/protocol/run-status.ts";
import { readCursor } from "#lib/runs/read-cursor.ts";
import type { RunContext } from "#lib/runs/run-context.ts";
import { newRun, runRequest } from "#lib/runs/run-request.ts";
import { startRun } from "#lib/runs/start-run.ts";
import { stopRun } from "#lib/runs/stop-run.ts";
import type { RunMeta } from "#lib/storage/run-store.ts";
import { StorageError } from "#lib/storage/storage-error.ts";
import { createFrameEncoder } from "#lib/wire/frames.ts";

const open = new AbortController().signal;

/**
 * The API's routes over a run context in this process, without a session or a socket: `fetch` for a client
 * under test.
 */
export function localApi(
  context: RunContext,
  userId: string,
): (url: string, init?: RequestInit) => Promise<Response> {
  return async (url, init = {}) => {
    try {
      return await answer(context, userId, new URL(url, "http://local"), init);
    } catch (error) {
      if (error instanceof ProblemError) return problemResponse(error, "request");
      if (error instanceof StorageError)
        return problemResponse(new ProblemError(503, "store_unavailable", ""), "request");
      throw error;
    }
  };
}

async function answer(context: RunContext, userId: string, url: URL, init: RequestInit): Promise<Response> {
  const [, , room, id = "", what] = url.pathname.split("/");
  const until = () => init.signal ?? open;
  const stream = (run: RunMeta, after: Cursor): Promise<Response> =>
    streamRun(context, { run, after, encoder: createFrameEncoder(run.runId, context.random), until });
  if (room === "conversations" && what === "runs") {
    const body = runRequest.parse(JSON.parse(typeof init.body === "string" ? init.body : ""));
    const asked = await startRun(context, newRun(body, { conversationId: id, userId, newId: context.newId }));
    if (asked.kind !== "created" && asked.kind !== "exists") throw createdProblem(asked);
    return stream(asked.run, { seq: 0 });
  }
  if (room === "conversations" && id !== "")
    return Response.json(found(await readConversation(context, id, userId)));
  if (room === "conversations") return Response.json(await listConversations(context, userId));
  if (what === "stop") {
    const run = found(await stopRun(context, id, "user"));
    return Response.json({}, { status: isEnded(run.status) ? 200 : 202 });
  }
  const cursor = readCursor(id, null, url.searchParams.get("after"));
  if (!cursor) throw new ProblemError(400, "bad_field", "after");
  return stream(found(await context.storage.runs.run(id)), cursor);
}
