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

  return {
    receive({ decisions }) {
      if (!decisions) return;
      for (const decision of decisions) {
        if (received.has(decision.approvalId)) continue;
        received.add(decision.approvalId);
        items.push({ type: "tool-approval-response", ...decision });
      }
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
