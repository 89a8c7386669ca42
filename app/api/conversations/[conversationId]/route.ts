import { found, idParam } from "#lib/http/params.ts";
import { notFound } from "#lib/http/problem.ts";
import { readJson } from "#lib/http/read-json.ts";
import { route } from "#lib/http/route.ts";
import { readConversation } from "#lib/runs/read-conversation.ts";
import { removeConversation } from "#lib/runs/remove-conversation.ts";
import { renameConversation, renameRequest } from "#lib/runs/rename-conversation.ts";
import { server } from "#lib/server.ts";

type Context = RouteContext<"/api/conversations/[conversationId]">;

/** The conversation as it stands, the live run folded in (protocol 3.5). */
export const GET = (request: Request, { params }: Context) =>
  route(request, server().api, async ({ ownerId }) => {
    const conversationId = idParam("conversationId", (await params).conversationId);
    return Response.json(found(await readConversation(server().context, conversationId, ownerId)));
  });

/** Gives it another title (protocol 3.6). */
export const PATCH = (request: Request, { params }: Context) =>
  route(request, server().api, async ({ ownerId }) => {
    const conversationId = idParam("conversationId", (await params).conversationId);
    const { title } = await readJson(request, renameRequest);
    return Response.json(found(await renameConversation(server().context, conversationId, ownerId, title)));
  });

/** Deletes it, with a while to undo that, and stops its run (protocol 3.6, 5.7). */
export const DELETE = (request: Request, { params }: Context) =>
  route(request, server().api, async ({ ownerId }) => {
    const conversationId = idParam("conversationId", (await params).conversationId);
    if (!(await removeConversation(server().context, conversationId, ownerId))) throw notFound();
    return new Response(null, { status: 204 });
  });
