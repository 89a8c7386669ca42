/**
 * What was written and not yet sent, per conversation ("new" for the next one). Kept in the browser only; a browser
 * that keeps nothing (private mode, full) costs the drafts and nothing else.
 */
export interface Drafts {
  read(conversationId: string): string;
  write(conversationId: string, text: string): void;
  /** False: this browser does not keep them. */
  readonly kept: boolean;
}

const prefix = "rivulet-draft:";

export function createDrafts(storage: () => Storage): Drafts {
  const memory = new Map<string, string>();
  let kept = true;
  const attempt = <T>(access: (storage: Storage) => T): T | undefined => {
    try {
      return access(storage());
    } catch {
      kept = false; // Refused or full: this page's memory still has them.
      return undefined;
    }
  };
  return {
    get kept() {
      return kept;
    },
    read: (id) => attempt((store) => store.getItem(prefix + id)) ?? memory.get(id) ?? "",
    write(id, text) {
      memory.set(id, text);
      attempt((store) => (text === "" ? store.removeItem(prefix + id) : store.setItem(prefix + id, text)));
    },
  };
}
