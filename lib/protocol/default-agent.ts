/** Who answers when a request names no agent. */
export const defaultAgent = "assistant";
