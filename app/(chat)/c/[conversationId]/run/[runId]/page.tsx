import { firstView } from "#lib/conversations/first-view.ts";
import { readConversation } from "#lib/conversations/read-conversation.ts";
import { isId } from "#lib/protocol/id.ts";
import { server } from "#lib/server.ts";
import { notThere } from "../../../../../not-there.tsx";
import { ChatPage } from "../../../../chat-page.tsx";
import { readVisitor } from "../../../../read-visitor.ts";
import { unlessAway } from "../../../../unless-away.tsx";

export const dynamic = "force-dynamic";

/** How a run of a conversation was made. The browser reads the run itself, which may be long. */
export default async function Page({ params }: PageProps<"/c/[conversationId]/run/[runId]">) {
  const { conversationId: id, runId } = await params;
  return unlessAway(async () => {
    const visitor = await readVisitor();
    if (visitor === undefined || !isId(id) || !isId(runId)) return notThere("conversation");
    const view = await readConversation(server().context, id, visitor.userId);
    if (!view) return notThere("conversation");
    return ChatPage({ first: { id, view: firstView(view) }, visitor });
  });
}
