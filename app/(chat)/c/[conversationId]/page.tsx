import { notFound } from "next/navigation";
import { isId } from "#lib/events/id.ts";
import { readConversation } from "#lib/runs/read-conversation.ts";
import { server } from "#lib/server.ts";
import { ChatPage } from "../../chat-page.tsx";
import { readVisitor } from "../../read-visitor.ts";

export const dynamic = "force-dynamic";

/** A conversation, with what its live run has written so far. */
export default async function Page({ params }: PageProps<"/c/[conversationId]">) {
  const { conversationId: id } = await params;
  const visitor = await readVisitor();
  if (visitor === undefined || !isId(id)) notFound();
  const view = await readConversation(server().context, id, visitor.ownerId);
  if (!view) notFound();
  return <ChatPage first={{ id, view }} visitor={visitor} />;
}
