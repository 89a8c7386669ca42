import { changeRequest } from "../../conversations/change-request.ts";
import { chooseShown } from "../../conversations/choose-shown.ts";
import { readConversation } from "../../conversations/read-conversation.ts";
import { removeConversation } from "../../conversations/remove-conversation.ts";
import { renameConversation } from "../../conversations/rename-conversation.ts";
import { sentView } from "../../protocol/upgrade-view.ts";
import { jsonResponse } from "../json-response.ts";
import { found, idParam } from "../params.ts";
import { notFound } from "../problem.ts";
import { readJson } from "../read-json.ts";
import { forVisitors } from "../route.ts";

export const conversationRoute = {
  /** The conversation as it stands, the live run folded in (protocol 3.5). */
  GET: forVisitors<"conversationId">(async ({ userId, params }, { context, held }) => {
    const conversationId = idParam(params, "conversationId");
    return jsonResponse(sentView(found(await readConversation(context, conversationId, userId))), held);
  }),

  /** Gives it another title, or shows another version of a message (protocol 3.6). */
  PATCH: forVisitors<"conversationId">(async ({ request, userId, params }, { context }) => {
    const conversationId = idParam(params, "conversationId");
    const { title, shown = "" } = await readJson(request, changeRequest);
    return Response.json(
      found(
        title === undefined
          ? await chooseShown(context, conversationId, userId, shown)
          : await renameConversation(context, conversationId, userId, title),
      ),
    );
  }),

  /** Deletes it, with a while to undo that, and stops its run (protocol 3.6, 5.7). */
  DELETE: forVisitors<"conversationId">(async ({ userId, params }, { context }) => {
    const conversationId = idParam(params, "conversationId");
    if (!(await removeConversation(context, conversationId, userId))) throw notFound();
    return new Response(null, { status: 204 });
  }),
};
