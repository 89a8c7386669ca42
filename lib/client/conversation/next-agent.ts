import { defaultAgent } from "../../protocol/default-agent.ts";
import type { ConversationState } from "./conversation-state.ts";
import type { Turn } from "./turns.ts";

/** Who is asked next: who was chosen, else who answered last. */
export const nextAgent = (
  { agent, pending }: Pick<ConversationState, "agent" | "pending">,
  newest: Pick<Turn, "answer" | "liveRun"> | undefined,
): string => agent ?? pending?.body?.agent ?? (newest?.answer?.agent || defaultAgent);
