import type { Agent } from "./agent.ts";
import { assistant } from "./assistant.ts";

/** Every agent that can be asked, the one that answers when a request names none first. */
export const agents: readonly Agent[] = [assistant];
