import { nextRoute } from "../../../next-route.ts";

export const { GET, POST } = nextRoute("/api/conversations/[conversationId]/queue");
