import { restoreConversation } from "#lib/conversations/restore-conversation.ts";
import { found, idParam } from "#lib/http/params.ts";
import { route } from "#lib/http/route.ts";
import { server } from "#lib/server.ts";

/** Undoes a deletion within its undo time; 200 too where there was none (protocol 3.6). */
export const POST = (
  request: Request,
  { params }: RouteContext<"/api/conversations/[conversationId]/restore">,
) =>
  route(request, server().api, async ({ userId }) => {
    const conversationId = idParam("conversationId", (await params).conversationId);
    return Response.json(found(await restoreConversation(server().context, conversationId, userId)));
  });
