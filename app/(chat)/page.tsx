import { randomUUID } from "node:crypto";
import { ChatPage } from "./chat-page.tsx";
import { readOwner } from "./read-owner.ts";

export const dynamic = "force-dynamic";

/** A new conversation. */
export default async function Page() {
  return <ChatPage first={{ id: randomUUID(), view: null }} ownerId={await readOwner()} />;
}
