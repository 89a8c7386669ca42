import { headers } from "next/headers";
import { isSecure } from "#lib/http/origin.ts";
import { server } from "#lib/server.ts";
import { readSession } from "#lib/sessions/session.ts";

/** Whose page it is, and the session that asks for it. */
export interface PageVisitor {
  userId: string;
  session: string;
}

/**
 * The visitor of this page. The proxy has made sure of a session; undefined: it has ended since.
 */
export async function readVisitor(): Promise<PageVisitor | undefined> {
  const asked = await headers();
  const { secrets, sessions } = server().access;
  const session = readSession(asked.get("cookie"), secrets, isSecure(asked));
  const userId = session && (await sessions.user(session.hash));
  return session && userId !== null ? { userId, session: session.hash } : undefined;
}
