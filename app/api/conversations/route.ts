import { ProblemError } from "#lib/http/problem.ts";
import { route } from "#lib/http/route.ts";
import { listConversations } from "#lib/runs/read-conversation.ts";
import { server } from "#lib/server.ts";
import { decodeListCursor } from "#lib/storage/list-cursor.ts";

/** The owner's conversations, newest first (protocol 3.6). */
export const GET = (request: Request) =>
  route(request, server().api, async ({ ownerId }) => {
    const cursor = new URL(request.url).searchParams.get("cursor") ?? undefined;
    if (cursor !== undefined && !decodeListCursor(cursor))
      throw new ProblemError(400, "bad_field", "cursor: not one of ours", { fields: { field: "cursor" } });
    return Response.json(await listConversations(server().context, ownerId, cursor));
  });
