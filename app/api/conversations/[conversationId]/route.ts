import { readConversation } from "#lib/conversations/read-conversation.ts";
import { removeConversation } from "#lib/conversations/remove-conversation.ts";
import { renameConversation, renameRequest } from "#lib/conversations/rename-conversation.ts";
import { found, idParam } from "#lib/http/params.ts";
import { notFound } from "#lib/http/problem.ts";
import { readJson } from "#lib/http/read-json.ts";
import { route } from "#lib/http/route.ts";
import { server } from "#lib/server.ts";

type Context = RouteContext<"/api/conversations/[conversationId]">;

/** The conversation as it stands, the live run folded in (protocol 3.5). */
export const GET = (request: Request, { params }: Context) =>
  route(request, server().api, async ({ userId }) => {
    const conversationId = idParam("conversationId", (await params).conversationId);
    return Response.json(found(await readConversation(server().context, conversationId, userId)));
  });

/** Gives it another title (protocol 3.6). */
export const PATCH = (request: Request, { params }: Context) =>
  route(request, server().api, async ({ userId }) => {
    const conversationId = idParam("conversationId", (await params).conversationId);
    const { title } = await readJson(request, renameRequest);
    return Response.json(found(await renameConversation(server().context, conversationId, userId, title)));
  });

/** Deletes it, with a while to undo that, and stops its run (protocol 3.6, 5.7). */
export const DELETE = (request: Request, { params }: Context) =>
  route(request, server().api, async ({ userId }) => {
    const conversationId = idParam("conversationId", (await params).conversationId);
    if (!(await removeConversation(server().context, conversationId, userId))) throw notFound();
    return new Response(null, { status: 204 });
  });
