import type { ToolPart } from "#lib/protocol/message.ts";

/** Whether a call is nothing but a question of the agent to the person. */
export const isOwnQuestion = ({ toolName, question }: ToolPart): boolean =>
  toolName === "ask_person" && question !== undefined;
