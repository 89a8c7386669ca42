import { randomUUID } from "node:crypto";
import { ChatPage } from "./chat-page.tsx";
import { readVisitor } from "./read-visitor.ts";
import { unlessAway } from "./unless-away.tsx";

export const dynamic = "force-dynamic";

/** A new conversation. */
export default async function Page() {
  return unlessAway(async () =>
    ChatPage({ first: { id: randomUUID(), view: null }, visitor: await readVisitor() }),
  );
}
