import { initialConversation } from "../conversation/conversation-state.ts";
import { type ShownConversation, showConversation } from "../conversation/shown-conversation.ts";
import type { Turn } from "../conversation/turns.ts";
import type { Inspection } from "./inspection.ts";

/**
 * The conversation as its page showed it once event `seq` of the run had come. Turns that equal those in
 * `before` are the same objects.
 */
export function replayedConversation(
  { messages, log }: Pick<Inspection, "messages" | "log">,
  id: string,
  seq: number,
  before: readonly Turn[],
): ShownConversation {
  const run = log.stateAt(seq);
  return showConversation(
    { ...initialConversation(id, null), messages, run: run.seq === 0 ? undefined : run },
    before,
  );
}
