import type { BrowserTab } from "./browser-tab.ts";
import { newId } from "./environment.ts";
import { draftSeparator, joinDrafts } from "./join-drafts.ts";

/**
 * What was written and not sent yet, per conversation ("new" for the next one). Stored in the browser only;
 * one that stores nothing (private mode, full) loses the drafts of earlier pages and nothing else.
 *
 * 1. A tab writes and deletes its own drafts only. Those of a tab that is gone are moved, never copied.
 * 2. A message that is being sent is stored under its run, apart from the draft, until the server has it.
 *    What an earlier page was sending is written again only where the server has not got that run, and where
 *    it does not wait in this tab to be asked.
 * 3. The draft of a conversation that is gone goes along into a new one, and back if that is undone.
 * 4. Whoever has all drafts forgotten means those of every open page: each learns of it, and stores
 *    nothing more of what was written before.
 */
export interface Drafts {
  /** The draft. If there is none: what closed tabs left. */
  read(conversationId: string): string;
  write(conversationId: string, text: string): void;
  /** Offers what crashed tabs left. `take` returns whether it has taken that. */
  adopt(conversationId: string, take: (text: string) => boolean): Promise<void>;
  /**
   * Gives back what an earlier page of this tab, or of one that left its drafts to it, was sending, unless
   * the server has it. `take` returns whether it has taken that.
   */
  recover(conversationId: string, take: (text: string) => boolean): Promise<void>;
  /** A message is being sent: it is stored until `sent`. */
  sending(conversationId: string, runId: string, text: string): void;
  /** The server has the message, or it is in the field again. */
  sent(runId: string): void;
  /** Puts a draft behind that of another conversation. */
  move(from: string, to: string): void;
  /**
   * The conversation is gone: what was written in it becomes part of the draft of a new one, behind `unsent`
   * and what this tab had to send there. False: there was nothing.
   */
  carry(conversationId: string, unsent: string): boolean;
  /** Deletes the drafts of every conversation and tab, and has the other pages of this browser do so. */
  forget(): void;
  /** Forgets what this page has if another one had all forgotten since this was last called. */
  heed(): boolean;
  /** Calls `act` when another page has had all forgotten. Returns the function that unsubscribes. */
  onForgotten(act: () => void): () => void;
  /** False: this browser does not store them. */
  readonly isStored: boolean;
}

/**
 * Kinds of stored texts. Each key is `<kind>:<conversation>:<tab>`, of a message followed by
 * `:<run>:<number>`: a storage gives its keys in any order.
 */
const draftKind = "rivulet-draft";
const sendingKind = "rivulet-sending";
/** What was carried from a conversation, until the server has it. */
const carriedKind = "rivulet-carried";
/** When all drafts were last forgotten: an id of its own each time. */
const forgottenKey = "rivulet-forgotten";
/** The conversation that has no id yet. */
const nextId = "new";

/**
 * `hasRun`: whether the server has got that run. `isQueued`: whether its message waits in this tab to be
 * asked.
 */
export function createDrafts(
  storage: () => Storage,
  browserTab: () => Pick<BrowserTab, "id" | "isClosed" | "ifGone">,
  hasRun: (runId: string) => Promise<boolean>,
  isQueued: (conversationId: string, runId: string) => boolean,
): Drafts {
  const texts = createTexts(storage);
  /** The messages that this page is sending: run → key. */
  const sending = new Map<string, string>();
  /** What was stored under `forgottenKey` when this page last looked; undefined: it has not yet. */
  let forgotten: string | undefined;
  const forgetting = new Set<() => void>();
  const keyOf = (kind: string, id: string) => `${kind}:${id}:${browserTab().id}`;
  const draft = (id: string) => texts.get(keyOf(draftKind, id));
  const write = (id: string, text: string) => texts.set(keyOf(draftKind, id), text);

  const keysOf = (kind: string, id: string, tabId: string) =>
    texts.keys().filter((key) => {
      const [of, conversation, tab = ""] = key.split(":");
      return of === kind && conversation === id && tab === tabId;
    });

  /** In the order in which they were written; one of an older build has no number. */
  const messagesOf = (id: string, tabId: string) =>
    keysOf(sendingKind, id, tabId).sort((one, other) => numberOf(one) - numberOf(other));

  /** The messages that a tab was sending when its page ended; those of an older build have no run. */
  const unsentOf = (id: string, tabId: string) =>
    messagesOf(id, tabId).filter((key) => !sending.has(runOf(key)) && !isQueued(id, runOf(key)));

  /** Where this tab keeps a message: behind those that it has already. */
  function messageKey(id: string, runId: string): string {
    const own = messagesOf(id, browserTab().id);
    const number = numberOf(own.at(-1) ?? "") + 1;
    return own.find((key) => runOf(key) === runId) ?? `${keyOf(sendingKind, id)}:${runId}:${number}`;
  }

  /** The other tabs that keep something of a conversation; "": an older build. */
  function othersOf(id: string): string[] {
    const kept = texts.keys().map((key) => key.split(":"));
    const tabIds = kept.filter(([, conversation]) => conversation === id).map(([, , tabId = ""]) => tabId);
    return [...new Set(tabIds)].filter((tabId) => tabId !== browserTab().id);
  }

  const textOf = (keys: readonly string[]) => joinDrafts(keys.map(texts.get));

  /** Moves the texts into the result. */
  function take(keys: readonly string[]): string {
    const taken = textOf(keys);
    for (const key of keys) texts.set(key, "");
    return taken;
  }

  /** What a tab that is gone has of a conversation, once what it was sending is this tab's to send. */
  function inherit(id: string, tabId: string): string[] {
    const unsent = unsentOf(id, tabId);
    for (const key of unsent.filter((each) => runOf(each) !== "")) {
      texts.set(messageKey(id, runOf(key)), texts.get(key));
      texts.set(key, "");
    }
    return [...unsent.filter((key) => runOf(key) === ""), ...keysOf(draftKind, id, tabId)];
  }

  /** What was carried from this conversation, out of the draft of the new one: it is there again. */
  function uncarry(id: string): string {
    const carried = texts.get(keyOf(carriedKind, id));
    if (carried === "") return "";
    texts.set(keyOf(carriedKind, id), "");
    const since = draft(nextId);
    const left = withoutJoined(since, carried);
    if (left !== undefined) {
      write(nextId, left);
      return carried;
    }
    // It was written on: that belongs to it.
    const at = `\n\n${since}`.lastIndexOf(`\n\n${carried}`);
    if (at < 0) return carried;
    write(nextId, since.slice(0, Math.max(0, at - 2)));
    return since.slice(at);
  }

  /** The server has the message of that key. What was carried has gone with it. */
  function arrived(id: string, key: string): void {
    texts.set(key, "");
    if (id !== nextId) return;
    take(texts.keys().filter((each) => each.startsWith(carriedKind) && each.endsWith(browserTab().id)));
  }

  function heed(): boolean {
    const before = forgotten;
    forgotten = texts.get(forgottenKey);
    // A storage that was cleared by hand says nothing of what is being written.
    if (before === undefined || forgotten === "" || forgotten === before) return false;
    sending.clear();
    // Others may have written anew since then.
    take(texts.keys().filter((key) => key.split(":")[2] === browserTab().id));
    for (const act of forgetting) act();
    return true;
  }

  function read(id: string): string {
    const own = [draft(id), uncarry(id)];
    const isEmpty = own.every((text) => text === "");
    const closed = isEmpty ? othersOf(id).filter(browserTab().isClosed) : [];
    const text = joinDrafts([...own, take(closed.flatMap((tabId) => inherit(id, tabId)))]);
    write(id, text);
    return text;
  }

  return {
    get isStored() {
      return texts.isStored();
    },
    read,
    write(id, text) {
      if (!heed()) write(id, text);
    },
    async adopt(id, offer) {
      const tabIds = othersOf(id).filter((tabId) => !browserTab().isClosed(tabId));
      for (const tabId of tabIds)
        await browserTab().ifGone(tabId, () => {
          const [unsent, drafted] = [unsentOf(id, tabId), keysOf(draftKind, id, tabId)];
          const isTaken = unsent.length + drafted.length > 0 && offer(textOf(drafted));
          if (isTaken) take(inherit(id, tabId));
        });
    },
    async recover(id, offer) {
      const asked = unsentOf(id, browserTab().id).map(async (key) => {
        if (await hasRun(runOf(key)).catch(() => false)) arrived(id, key);
        return key;
      });
      const keys = await Promise.all(asked);
      const unsent = textOf(keys);
      if (unsent !== "" && offer(unsent)) take(keys);
    },
    sending(id, runId, text) {
      if (heed()) return;
      const key = messageKey(id, runId);
      sending.set(runId, key);
      texts.set(key, text);
    },
    sent(runId) {
      const key = sending.get(runId);
      if (key === undefined) return;
      sending.delete(runId);
      arrived(key.split(":")[1] ?? "", key);
    },
    move(from, to) {
      write(to, joinDrafts([draft(to), draft(from)]));
      write(from, "");
    },
    carry(id, unsent) {
      if (heed()) return false;
      const carried = joinDrafts([unsent, take(keysOf(sendingKind, id, browserTab().id)), read(id)]);
      if (carried === "") return false;
      write(id, "");
      write(nextId, joinDrafts([draft(nextId), carried]));
      if (id !== nextId) texts.set(keyOf(carriedKind, id), carried);
      return true;
    },
    forget() {
      take(texts.keys());
      forgotten = newId();
      texts.set(forgottenKey, forgotten);
    },
    heed,
    onForgotten(act) {
      forgetting.add(act);
      return () => void forgetting.delete(act);
    },
  };
}

const runOf = (key: string): string => key.split(":")[3] ?? "";
const numberOf = (key: string): number => Number(key.split(":")[4] ?? 0);

/** A draft without what was joined to it; undefined: that is not in it any more as it was. */
function withoutJoined(draft: string, joined: string): string | undefined {
  const [typed = "", ...pasted] = draft.split(draftSeparator);
  const [typedJoined = "", ...texts] = joined.split(draftSeparator);
  const at =
    typedJoined.trim() === "" ? typed.length : `\n\n${typed}\n\n`.lastIndexOf(`\n\n${typedJoined}\n\n`);
  const from = pasted.findIndex((_, first) => texts.every((text, next) => pasted[first + next] === text));
  if (at < 0 || (texts.length > 0 && from < 0)) return undefined;
  const around = [typed.slice(0, Math.max(0, at - 2)), typed.slice(at + typedJoined.length + 2)];
  const left = typedJoined.trim() === "" ? typed : joinDrafts(around);
  return [left, ...(texts.length > 0 ? pasted.toSpliced(from, texts.length) : pasted)].join(draftSeparator);
}

/** Texts in the storage; in memory those that it refuses. An empty one is none. */
function createTexts(storage: () => Storage) {
  /** Newer than what is stored. */
  const memory = new Map<string, string>();
  let isStored = true;

  function attempt<T>(access: (storage: Storage) => T): T | undefined {
    try {
      return access(storage());
    } catch {
      isStored = false; // Refused or full: they are still in memory.
      return undefined;
    }
  }

  return {
    isStored: () => isStored,
    keys(): string[] {
      const all = new Set([...(attempt((store) => Object.keys(store)) ?? []), ...memory.keys()]);
      const kinds = [draftKind, sendingKind, carriedKind];
      return [...all].filter((key) => kinds.some((kind) => key.startsWith(`${kind}:`)));
    },
    get: (key: string): string => memory.get(key) ?? attempt((store) => store.getItem(key)) ?? "",
    set(key: string, text: string): void {
      const isKept = attempt((store) => {
        if (text === "") store.removeItem(key);
        else store.setItem(key, text);
        return true;
      });
      if (isKept) memory.delete(key);
      else memory.set(key, text);
    },
  };
}
