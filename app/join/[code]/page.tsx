import type { ReactElement } from "react";
import { JoinPage } from "#components/session/join-page.tsx";
import { StatusPage } from "#components/ui/status-page.tsx";
import { server } from "#lib/server.ts";
import { hashSecret, isTransferCode } from "#lib/sessions/session.ts";
import { readVisitor } from "../../(chat)/read-visitor.ts";
import { unlessAway } from "../../(chat)/unless-away.tsx";
import { readIndex } from "../../read-index.ts";

export const dynamic = "force-dynamic";

/** Where a transfer link leads: it asks, and changes nothing. Previews of links come here too. */
export default async function Page({ params }: PageProps<"/join/[code]">) {
  const { code } = await params;
  return unlessAway(() => joinPage(code));
}

async function joinPage(code: string): Promise<ReactElement> {
  const { context } = server();
  const visitor = await readVisitor();
  const index = await readIndex();
  const transfer = isTransferCode(code) ? await context.storage.sessions.transfer(hashSecret(code)) : null;
  if (!visitor || !transfer) return <StatusPage named="join.gone" {...{ index }} />;
  const { userId, expiresAt, usedBy } = transfer;
  if (usedBy !== undefined)
    return <StatusPage named={usedBy === visitor.session ? "ended.joined" : "join.gone"} {...{ index }} />;
  if (userId === visitor.userId) return <StatusPage named="join.here" {...{ index }} />;
  return <JoinPage {...{ code, expiresAt, index }} hasOwn={index.length > 0} />;
}
