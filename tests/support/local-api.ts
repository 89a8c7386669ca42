import { listConversations, readConversation } from "#lib/conversations/read-conversation.ts";
import { createdProblem } from "#lib/http/created-problem.ts";
import { found } from "#lib/http/params.ts";
import { ProblemError, problemResponse } from "#lib/http/problem.ts";
import { streamRun } from "#lib/http/stream-run.ts";
import { isEnded } from "#lib/protocol/run-status.ts";
import { readCursor } from "#lib/runs/read-cursor.ts";
import type { RunContext } from "#lib/runs/run-context.ts";
import { newRun, runRequest } from "#lib/runs/run-request.ts";
import { startRun } from "#lib/runs/start-run.ts";
import { stopRun } from "#lib/runs/stop-run.ts";
import { StorageError } from "#lib/storage/storage-error.ts";

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
  if (room === "conversations" && what === "runs") {
    const body = runRequest.parse(JSON.parse(typeof init.body === "string" ? init.body : ""));
    const asked = await startRun(context, newRun(body, { conversationId: id, userId, newId: context.newId }));
    if (asked.kind !== "created" && asked.kind !== "exists") throw createdProblem(asked);
    return streamRun(context, body.runId, { seq: 0 }, () => init.signal ?? open);
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
  return streamRun(context, id, cursor, () => init.signal ?? open);
}
