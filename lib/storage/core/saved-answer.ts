import { continueMessage } from "../../protocol/continue-message.ts";
import type { AssistantMessage, Message } from "../../protocol/message.ts";
import { messageOf } from "../../protocol/message-of.ts";
import type { RunState } from "../../protocol/run-state.ts";

/**
 * The message to save when a run ends: what it wrote, behind what is `saved` under the same id by the run
 * that it continues. A repeat of the same end gives the same message.
 */
export const savedAnswer = (saved: Message | undefined, state: RunState): AssistantMessage =>
  continueMessage(saved?.role === "assistant" ? saved : undefined, messageOf(state));
