import type { ConversationView } from "./conversation-view.ts";
import { type StoredMessage, storedMessage, upgradeMessage } from "./upgrade-parts.ts";
import { type StoredRun, storedRun, upgradeRun } from "./upgrade-run.ts";

type ActiveRun = NonNullable<ConversationView["activeRun"]>;

/** `GET /api/conversations/:id` as any build sends it. */
export type SentView = Omit<ConversationView, "messages" | "activeRun"> & {
  messages: readonly StoredMessage[];
  activeRun?: Omit<ActiveRun, "state"> & { state: StoredRun };
};

/** A view as it is sent: a page that an older build served reads it too. */
export const sentView = ({ messages, activeRun, ...view }: ConversationView): object => ({
  ...view,
  messages: messages.map(storedMessage),
  ...(activeRun && { activeRun: { ...activeRun, state: storedRun(activeRun.state) } }),
});

/** A view from a sent one: behind one address there may be servers of two builds for a while. */
export const upgradeView = ({ messages, activeRun, ...view }: SentView): ConversationView => ({
  ...view,
  messages: messages.map(upgradeMessage),
  ...(activeRun && { activeRun: { ...activeRun, state: upgradeRun(activeRun.state) } }),
});
