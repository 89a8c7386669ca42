import { nextRoute } from "../../next-route.ts";

export const { DELETE, GET, PATCH } = nextRoute("/api/conversations/[conversationId]");
