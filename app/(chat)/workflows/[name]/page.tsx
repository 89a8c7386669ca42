import { randomUUID } from "node:crypto";
import { firstView } from "#lib/conversations/first-view.ts";
import { latestRun } from "#lib/conversations/latest-run.ts";
import { readConversation } from "#lib/conversations/read-conversation.ts";
import { server } from "#lib/server.ts";
import { notThere } from "../../../not-there.tsx";
import { ChatPage } from "../../chat-page.tsx";
import { readVisitor } from "../../read-visitor.ts";
import { unlessAway } from "../../unless-away.tsx";

export const dynamic = "force-dynamic";

/** A workflow, drawn, and the newest run of it. */
export default async function Page({ params }: PageProps<"/workflows/[name]">) {
  const { name } = await params;
  const { workflows, context } = server();
  const workflow = workflows.find((each) => each.name === name);
  if (!workflow) return notThere("page");
  return unlessAway(async () => {
    const visitor = await readVisitor();
    const latest = visitor && (await latestRun(context, visitor.userId, name));
    const view = latest && (await readConversation(context, latest.conversationId, visitor.userId));
    return ChatPage({
      first:
        latest && view
          ? { id: latest.conversationId, view: firstView(view) }
          : { id: randomUUID(), view: null },
      visitor,
      workflow: { workflow, ...(latest && { latest }) },
    });
  });
}
