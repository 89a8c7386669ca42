import { listConversations } from "../../conversations/list-conversations.ts";
import { removeEverything } from "../../conversations/remove-everything.ts";
import { decodeListCursor } from "../../storage/core/list-cursor.ts";
import { ProblemError } from "../problem.ts";
import { forVisitors } from "../route.ts";

export const conversationsRoute = {
  /** The user's conversations, newest first (protocol 3.6). */
  GET: forVisitors(async ({ request, userId }, { context }) => {
    const cursor = new URL(request.url).searchParams.get("cursor") ?? undefined;
    if (cursor !== undefined && !decodeListCursor(cursor))
      throw new ProblemError(400, "bad_field", "cursor: not one of ours", { fields: { field: "cursor" } });
    return Response.json(await listConversations(context, userId, cursor));
  }),

  /** Deletes them all, and stops their runs; nothing on the page can undo that (protocol 3.6). */
  DELETE: forVisitors(async ({ userId }, { context }) =>
    Response.json({ deleted: await removeEverything(context, userId) }),
  ),
};
