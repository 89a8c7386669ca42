import { randomUUID } from "node:crypto";
import { latestRun } from "#lib/conversations/latest-run.ts";
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
    return ChatPage({
      first: { id: randomUUID(), view: null },
      visitor,
      workflow: { workflow, ...(latest && { latest }) },
    });
  });
}
