import { createdProblem } from "#lib/http/created-problem.ts";
import { found } from "#lib/http/params.ts";
import { ProblemError, problemResponse } from "#lib/http/problem.ts";
import { streamRun } from "#lib/http/stream-run.ts";
import { askRun } from "#lib/runs/ask-run.ts";
import { listConversations, readConversation } from "#lib/runs/read-conversation.ts";
import { readCursor } from "#lib/runs/read-cursor.ts";
import type { RunContext } from "#lib/runs/run-context.ts";
import { newRun, runRequest } from "#lib/runs/run-request.ts";
import { stopRun } from "#lib/runs/stop-run.ts";
import { isOver, StorageError } from "#lib/storage/storage.ts";

const open = new AbortController().signal;

/** The API's routes over a run context in this process, without a session or a socket: `fetch` for a client under test. */
export function localApi(
  context: RunContext,
  ownerId: string,
): (url: string, init?: RequestInit) => Promise<Response> {
  return async (url, init = {}) => {
    try {
      return await answer(context, ownerId, new URL(url, "http://local"), init);
    } catch (error) {
      if (error instanceof ProblemError) return problemResponse(error, "request");
      if (error instanceof StorageError)
        return problemResponse(new ProblemError(503, "store_unavailable", ""), "request");
      throw error;
    }
  };
}

async function answer(context: RunContext, ownerId: string, url: URL, init: RequestInit): Promise<Response> {
  const [, , room, id = "", what] = url.pathname.split("/");
  if (room === "conversations" && what === "runs") {
    const body = runRequest.parse(JSON.parse(typeof init.body === "string" ? init.body : ""));
    const asked = await askRun(context, newRun(body, { conversationId: id, ownerId, newId: context.newId }));
    if (asked.kind !== "created" && asked.kind !== "exists") throw createdProblem(asked);
    return streamRun(context, body.runId, { seq: 0 }, () => init.signal ?? open);
  }
  if (room === "conversations" && id !== "")
    return Response.json(found(await readConversation(context, id, ownerId)));
  if (room === "conversations") return Response.json(await listConversations(context, ownerId));
  if (what === "stop") {
    const run = found(await stopRun(context, id, "user"));
    return Response.json({}, { status: isOver(run.status) ? 200 : 202 });
  }
  const cursor = readCursor(id, null, url.searchParams.get("after"));
  if (!cursor) throw new ProblemError(400, "bad_field", "after");
  return streamRun(context, id, cursor, () => init.signal ?? open);
}
