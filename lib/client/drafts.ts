/**
 * What was written and not yet sent, per conversation ("new" for the next one). Kept in the browser only; a
 * browser that keeps nothing (private mode, full) costs the drafts and nothing else.
 */
export interface Drafts {
  /** The draft. What was on its way when an earlier page ended comes first, once. */
  read(conversationId: string): string;
  write(conversationId: string, text: string): void;
  /** A message is on its way: it is kept, apart from what is written meanwhile, until `sent`. */
  sending(conversationId: string, text: string): void;
  /** The server has it, or the person has it back. */
  sent(conversationId: string): void;
  /** Forgets them all, of every conversation. */
  forget(): void;
  /** False: this browser does not keep them. */
  readonly kept: boolean;
}

const draftPrefix = "rivulet-draft:";
const sendingPrefix = "rivulet-sending:";

export function createDrafts(storage: () => Storage): Drafts {
  const memory = new Map<string, string>();
  /** Conversations whose leftovers of an earlier page have been taken in. */
  const known = new Set<string>();
  let kept = true;

  function attempt<T>(access: (storage: Storage) => T): T | undefined {
    try {
      return access(storage());
    } catch {
      kept = false; // Refused or full: this page's memory still has them.
      return undefined;
    }
  }

  const get = (key: string) => attempt((store) => store.getItem(key)) ?? memory.get(key) ?? "";

  function set(key: string, text: string): void {
    memory.set(key, text);
    attempt((store) => (text === "" ? store.removeItem(key) : store.setItem(key, text)));
  }

  return {
    get kept() {
      return kept;
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
