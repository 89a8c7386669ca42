import { listConversations } from "#lib/conversations/read-conversation.ts";
import { removeEverything } from "#lib/conversations/remove-everything.ts";
import { ProblemError } from "#lib/http/problem.ts";
import { route } from "#lib/http/route.ts";
import { server } from "#lib/server.ts";
import { decodeListCursor } from "#lib/storage/core/list-cursor.ts";

/** The owner's conversations, newest first (protocol 3.6). */
export const GET = (request: Request) =>
  route(request, server().api, async ({ userId }) => {
    const cursor = new URL(request.url).searchParams.get("cursor") ?? undefined;
    if (cursor !== undefined && !decodeListCursor(cursor))
      throw new ProblemError(400, "bad_field", "cursor: not one of ours", { fields: { field: "cursor" } });
    return Response.json(await listConversations(server().context, userId, cursor));
  });

/**
 * Deletes them all, stops what they are doing, and cannot be undone by anything on the page (protocol 3.6).
 */
export const DELETE = (request: Request) =>
  route(request, server().api, async ({ userId }) =>
    Response.json({ deleted: await removeEverything(server().context, userId) }),
  );
