/**
 * What was written and not sent yet, per conversation ("new" for the next one). Stored in the browser only;
 * one that stores nothing (private mode, full) loses the drafts of earlier pages and nothing else.
 */
export interface Drafts {
  /** The draft. What was being sent when an earlier page ended stands before it, once. */
  read(conversationId: string): string;
  write(conversationId: string, text: string): void;
  /** A message is being sent: it is stored apart from what is written meanwhile, until `sent`. */
  sending(conversationId: string, text: string): void;
  /** The server has the message, or it is in the field again. */
  sent(conversationId: string): void;
  /** Deletes the drafts of every conversation. */
  forget(): void;
  /** False: this browser does not store them. */
  readonly isStored: boolean;
}

const draftPrefix = "rivulet-draft:";
const sendingPrefix = "rivulet-sending:";

export function createDrafts(storage: () => Storage): Drafts {
  const memory = new Map<string, string>();
  /** Conversations of which an earlier page's unsent message was read. */
  const known = new Set<string>();
  let isStored = true;

  function attempt<T>(access: (storage: Storage) => T): T | undefined {
    try {
      return access(storage());
    } catch {
      isStored = false; // Refused or full: they are still in memory.
      return undefined;
    }
  }

  const get = (key: string) => attempt((store) => store.getItem(key)) ?? memory.get(key) ?? "";

  function set(key: string, text: string): void {
    memory.set(key, text);
    attempt((store) => (text === "" ? store.removeItem(key) : store.setItem(key, text)));
  }

  return {
    get isStored() {
      return isStored;
    },
    read(id) {
      const draft = get(draftPrefix + id);
      if (known.has(id)) return draft;
      known.add(id);
      const left = get(sendingPrefix + id);
      if (left === "") return draft;
      const both = draft === "" ? left : `${left}\n\n${draft}`;
      set(draftPrefix + id, both);
      set(sendingPrefix + id, "");
      return both;
    },
    write: (id, text) => set(draftPrefix + id, text),
    sending(id, text) {
      known.add(id);
      set(sendingPrefix + id, text);
    },
    sent: (id) => set(sendingPrefix + id, ""),
    forget() {
      const stored = attempt((store) => Object.keys(store)) ?? [];
      const isOurs = (key: string) => key.startsWith(draftPrefix) || key.startsWith(sendingPrefix);
      for (const key of new Set([...stored, ...memory.keys()])) if (isOurs(key)) set(key, "");
    },
  };
}
