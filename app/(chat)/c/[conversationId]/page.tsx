import { notFound } from "next/navigation";
import { readConversation } from "#lib/runs/read-conversation.ts";
import { server } from "#lib/server.ts";
import { ChatPage } from "../../chat-page.tsx";
import { readOwner } from "../../read-owner.ts";

export const dynamic = "force-dynamic";

const isId = (text: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text);

/** A conversation, with what its live run has written so far. */
export default async function Page({ params }: PageProps<"/c/[conversationId]">) {
  const { conversationId: id } = await params;
  const ownerId = await readOwner();
  if (ownerId === undefined || !isId(id)) notFound();
  const view = await readConversation(server().context, id, ownerId);
  if (!view) notFound();
  return <ChatPage first={{ id, view }} ownerId={ownerId} />;
}
