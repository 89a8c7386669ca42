import { restoreConversation } from "../../conversations/restore-conversation.ts";
import { found, idParam } from "../params.ts";
import { forVisitors } from "../route.ts";

export const restoreRoute = {
  /** Undoes a deletion within its undo time; 200 too where there was none (protocol 3.6). */
  POST: forVisitors<"conversationId">(async ({ userId, params }, { context }) => {
    const conversationId = idParam(params, "conversationId");
    return Response.json(found(await restoreConversation(context, conversationId, userId)));
  }),
};
