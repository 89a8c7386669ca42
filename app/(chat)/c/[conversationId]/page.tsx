import { firstView } from "#lib/conversations/first-view.ts";
import { readConversation } from "#lib/conversations/read-conversation.ts";
import { isId } from "#lib/protocol/id.ts";
import { server } from "#lib/server.ts";
import { notThere } from "../../../not-there.tsx";
import { ChatPage } from "../../chat-page.tsx";
import { readVisitor } from "../../read-visitor.ts";
import { unlessAway } from "../../unless-away.tsx";

export const dynamic = "force-dynamic";

/** A conversation, with what its live run has written so far. */
export default async function Page({ params }: PageProps<"/c/[conversationId]">) {
  const { conversationId: id } = await params;
  return unlessAway(async () => {
    const visitor = await readVisitor();
    if (visitor === undefined || !isId(id)) return notThere("conversation");
    const view = await readConversation(server().context, id, visitor.userId);
    if (!view) return notThere("conversation");
    return ChatPage({ first: { id, view: firstView(view) }, visitor });
  });
}
