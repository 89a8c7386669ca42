import { randomUUID } from "node:crypto";
import { sectionOf } from "#components/settings/sections.ts";
import { notThere } from "../../../not-there.tsx";
import { ChatPage } from "../../chat-page.tsx";
import { readVisitor } from "../../read-visitor.ts";
import { unlessAway } from "../../unless-away.tsx";

export const dynamic = "force-dynamic";

/** The settings; the browser goes from here to conversations and back without asking for a page. */
export default async function Page({ params }: PageProps<"/settings/[[...section]]">) {
  const { section = [] } = await params;
  if (sectionOf(["/settings", ...section].join("/")) === undefined) return notThere("page");
  return unlessAway(async () =>
    ChatPage({ first: { id: randomUUID(), view: null }, visitor: await readVisitor() }),
  );
}
