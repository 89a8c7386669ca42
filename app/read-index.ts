import type { IndexLinks } from "#components/ui/plain-frame.tsx";
import { listConversations } from "#lib/conversations/list-conversations.ts";
import { server } from "#lib/server.ts";
import { readVisitor } from "./(chat)/read-visitor.ts";

/** As many as are seen without scrolling. */
const maxLinks = 12;

/** The newest conversations of whoever asks, for a page that is none; none where they cannot be read. */
export async function readIndex(): Promise<IndexLinks> {
  try {
    const visitor = await readVisitor();
    if (!visitor) return [];
    const { conversations } = await listConversations(server().context, visitor.userId);
    return conversations.slice(0, maxLinks).map(({ id, title }) => ({ id, title }));
  } catch {
    // What the page says is true all the same.
    return [];
  }
}
