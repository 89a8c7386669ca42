import { notFound } from "next/navigation";
import { firstView } from "#lib/conversations/first-view.ts";
import { readConversation } from "#lib/conversations/read-conversation.ts";
import { isId } from "#lib/protocol/id.ts";
import { server } from "#lib/server.ts";
import { ChatPage } from "../../../../chat-page.tsx";
import { readVisitor } from "../../../../read-visitor.ts";
import { unlessAway } from "../../../../unless-away.tsx";

export const dynamic = "force-dynamic";

/** How a run of a conversation was made. The browser reads the run itself, which may be long. */
export default async function Page({ params }: PageProps<"/c/[conversationId]/run/[runId]">) {
  const { conversationId: id, runId } = await params;
  return unlessAway(async () => {
    const visitor = await readVisitor();
    if (visitor === undefined || !isId(id) || !isId(runId)) notFound();
    const view = await readConversation(server().context, id, visitor.userId);
    if (!view) notFound();
    return ChatPage({ first: { id, view: firstView(view) }, visitor });
  });
}
