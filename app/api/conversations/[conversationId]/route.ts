import { found, idParam } from "#lib/http/params.ts";
import { route } from "#lib/http/route.ts";
import { readConversation } from "#lib/runs/read-conversation.ts";
import { server } from "#lib/server.ts";

/** The conversation as it stands, the live run folded in (protocol 3.5). */
export const GET = (request: Request, { params }: RouteContext<"/api/conversations/[conversationId]">) =>
  route(request, server().api, async ({ ownerId }) => {
    const conversationId = idParam("conversationId", (await params).conversationId);
    return Response.json(found(await readConversation(server().context, conversationId, ownerId)));
  });
