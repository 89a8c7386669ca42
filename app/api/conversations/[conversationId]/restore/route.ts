import { nextRoute } from "../../../next-route.ts";

export const { POST } = nextRoute("/api/conversations/[conversationId]/restore");
