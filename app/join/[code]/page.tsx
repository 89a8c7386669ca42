import type { ReactElement } from "react";
import { JoinPage } from "#components/session/join-page.tsx";
import { StatusPage } from "#components/ui/status-page.tsx";
import { listConversations } from "#lib/conversations/list-conversations.ts";
import { server } from "#lib/server.ts";
import { hashSecret, isTransferCode } from "#lib/sessions/session.ts";
import { readVisitor } from "../../(chat)/read-visitor.ts";
import { unlessAway } from "../../(chat)/unless-away.tsx";

export const dynamic = "force-dynamic";

/** Where a transfer link leads: it asks, and changes nothing. Previews of links come here too. */
export default async function Page({ params }: PageProps<"/join/[code]">) {
  const { code } = await params;
  return unlessAway(() => joinPage(code));
}

async function joinPage(code: string): Promise<ReactElement> {
  const { context } = server();
  const visitor = await readVisitor();
  const transfer = isTransferCode(code) ? await context.storage.sessions.transfer(hashSecret(code)) : null;
  if (!visitor || !transfer) return <StatusPage named="join.gone" />;
  const { userId, expiresAt, usedBy } = transfer;
  if (usedBy !== undefined)
    return <StatusPage named={usedBy === visitor.session ? "ended.joined" : "join.gone"} />;
  if (userId === visitor.userId) return <StatusPage named="join.here" />;
  const { conversations } = await listConversations(context, visitor.userId);
  return <JoinPage {...{ code, expiresAt }} hasOwn={conversations.length > 0} />;
}
