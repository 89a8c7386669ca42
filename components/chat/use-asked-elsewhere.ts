import { useEffect } from "react";
import type { LiveConversation } from "#lib/client/conversation/live-conversation.ts";
import type { ShownConversation } from "#lib/client/conversation/shown-conversation.ts";
import { readTabStorage } from "#lib/client/read-tab-storage.ts";

const askedStorageKey = "rivulet-asked";
const kept = 40;

/**
 * Whether the live answer was asked for in another tab. What this tab asked survives its reload; before the
 * conversation is open, that is left open too: the server does not know what this tab has asked.
 */
export function useAskedElsewhere(
  live: LiveConversation,
  { turns, busy }: ShownConversation,
  isOpen: boolean,
): boolean {
  const runId = busy ? turns.at(-1)?.liveRun?.runId : undefined;
  useEffect(() => {
    const note = () => {
      const asked = live.getState().turns.at(-1)?.pending?.runId;
      if (asked !== undefined) rememberAsked(asked);
    };
    note();
    return live.subscribe(note);
  }, [live]);
  return isOpen && runId !== undefined && !remembered().includes(runId);
}

let memory: readonly string[] | undefined;

function remembered(): readonly string[] {
  return (memory ??= readTabStorage(askedStorageKey).split(" "));
}

/** This tab has asked for that run, or will have. */
export function rememberAsked(runId: string): void {
  if (remembered().includes(runId)) return;
  memory = [...remembered(), runId].slice(-kept);
  try {
    sessionStorage.setItem(askedStorageKey, memory.join(" "));
  } catch {
    // Known for as long as the page lives.
  }
}
