import type { Inbox, InboxItem } from "../agents/producer.ts";
import type { LeaseReply } from "../storage/run-store.ts";

/** The inbox of one holder of a run, filled from the store's replies. */
export interface RunInbox extends Inbox {
  /** Every reply lists all that is not in the log yet: what was received before is passed over. */
  receive(reply: LeaseReply): void;
}

export function createInbox(): RunInbox {
  const received = new Set<string>();
  let items: InboxItem[] = [];
  const waiting = new Set<() => void>();

  function add(id: string, item: InboxItem): void {
    if (received.has(id)) return;
    received.add(id);
    items.push(item);
  }

  return {
    receive({ decisions, messages }) {
      // Most replies bring nothing.
      if (!decisions && !messages) return;
      for (const each of decisions ?? []) add(each.approvalId, { type: "tool-approval-response", ...each });
      for (const each of messages ?? []) add(each.messageId, { type: "steered", ...each });
      if (items.length > 0) for (const resume of waiting) resume();
    },
    take() {
      const taken = items;
      items = [];
      return taken;
    },
    wait(signal) {
      if (items.length > 0 || signal.aborted) return Promise.resolve();
      return new Promise((resolve) => {
        const resume = () => {
          waiting.delete(resume);
          signal.removeEventListener("abort", resume);
          resolve();
        };
        waiting.add(resume);
        signal.addEventListener("abort", resume);
      });
    },
  };
}
