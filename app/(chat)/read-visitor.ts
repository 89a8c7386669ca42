import { headers } from "next/headers";
import { isSecure } from "#lib/http/route.ts";
import { server } from "#lib/server.ts";
import { readSession } from "#lib/sessions/session.ts";

/** Whose page this is. The proxy has seen to it that there is a session. */
export async function readOwner(): Promise<string | undefined> {
  const asked = await headers();
  return readSession(asked.get("cookie"), server().api.secrets, isSecure(asked))?.ownerId;
}
