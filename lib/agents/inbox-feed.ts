import type { Inbox, InboxItem } from "./producer.ts";

/** What came from outside, each kind where it may be written: decisions at once, messages between steps. */
export interface InboxFeed {
  decisions(): readonly InboxItem[];
  steers(): readonly InboxItem[];
}

const feeds = new WeakMap<object, InboxFeed>();

/**
 * The one feed of an inbox, also for a producer that goes on after all: an inbox gives each item once. What
 * was not yielded, the store tells the next holder again.
 */
export function feedOf(inbox: Pick<Inbox, "take">): InboxFeed {
  const feed = feeds.get(inbox) ?? createFeed(inbox);
  feeds.set(inbox, feed);
  return feed;
}

function createFeed(inbox: Pick<Inbox, "take">): InboxFeed {
  let decided: InboxItem[] = [];
  let spoken: InboxItem[] = [];

  function sort(): void {
    for (const item of inbox.take()) (item.type === "steered" ? spoken : decided).push(item);
  }

  return {
    decisions() {
      sort();
      const items = decided;
      decided = [];
      return items;
    },
    steers() {
      sort();
      const items = spoken;
      spoken = [];
      return items;
    },
  };
}
