import { type RefObject, useMemo, useSyncExternalStore } from "react";
import { readTabStorage } from "#lib/client/read-tab-storage.ts";
import type { ComposerControl } from "../composer/use-composer.ts";
import { useChat } from "../providers/chat-provider.tsx";

/** A question that does not join the end of what is shown: another version of one, or asked further up. */
export interface Branch {
  type: "edit" | "from";
  /** The answer that it is asked under, null for none. */
  under: string | null;
  /** The beginning of the question that is edited, or of the answer that is continued from. */
  text: string;
}

export interface BranchControl {
  branch: Branch | undefined;
  /** Where the conversation's draft is kept, and where what is written now. */
  ownKey: string;
  draftKey: string;
  /** `text`: of a question that is edited, all of it. */
  begin(branch: Branch, text?: string): void;
  /** What was written of another version is forgotten. */
  leave(): void;
  /** It was sent. */
  end(): void;
}

const maxBannerLength = 200;

/** The branch that is being written in this tab, also after a reload. */
export function useBranch(
  composer: RefObject<ComposerControl | null>,
  { id, isNew }: { id: string; isNew: boolean },
): BranchControl {
  const { drafts } = useChat();
  const kept = useSyncExternalStore(
    onBranch,
    () => readBranch(id),
    () => "",
  );
  const branch = useMemo(() => parseBranch(kept), [kept]);
  const acts = useMemo(
    () => ({
      end: () => keepBranch(id, ""),
      begin({ text, ...fields }: Branch, edited?: string) {
        composer.current?.keep();
        // One line of it is shown.
        const next = { ...fields, text: text.trim().slice(0, maxBannerLength) };
        const key = editKey(id, next);
        if (edited !== undefined && drafts.read(key) === "") drafts.write(key, edited);
        keepBranch(id, JSON.stringify(next));
        document.getElementById("composer")?.focus();
      },
      leave() {
        const left = parseBranch(readBranch(id));
        composer.current?.keep();
        if (left?.type === "edit") drafts.write(editKey(id, left), "");
        keepBranch(id, "");
        document.getElementById("composer")?.focus();
      },
    }),
    [composer, drafts, id],
  );
  const ownKey = isNew ? "new" : id;
  return { branch, ownKey, draftKey: branch?.type === "edit" ? editKey(id, branch) : ownKey, ...acts };
}

/** What is written of another version is no part of the draft that was there before. */
const editKey = (id: string, { under }: Branch): string => `${id}!${under ?? ""}`;

const branchListeners = new Set<() => void>();

function onBranch(changed: () => void): () => void {
  branchListeners.add(changed);
  return () => void branchListeners.delete(changed);
}

const branchKey = (id: string): string => `rivulet-branch:${id}`;
/** What a browser refuses to store. */
let refused = "";
const readBranch = (id: string): string => refused || readTabStorage(branchKey(id));

/** "": none. */
function keepBranch(id: string, branch: string): void {
  refused = "";
  try {
    sessionStorage.setItem(branchKey(id), branch);
  } catch {
    refused = branch;
  }
  for (const changed of branchListeners) changed();
}

/** Only this file writes there. */
function parseBranch(kept: string): Branch | undefined {
  try {
    return JSON.parse(kept);
  } catch {
    return undefined;
  }
}
