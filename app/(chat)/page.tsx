import { randomUUID } from "node:crypto";
import { ChatPage } from "./chat-page.tsx";
import { readVisitor } from "./read-visitor.ts";

export const dynamic = "force-dynamic";

/** A new conversation. */
export default async function Page() {
  return <ChatPage first={{ id: randomUUID(), view: null }} visitor={await readVisitor()} />;
}
