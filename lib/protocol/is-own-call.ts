import type { Part, ToolPart } from "./message.ts";

/** A call that is made here: one that its provider has made itself needs nothing of ours. */
export const isOwnCall = (part: Part): part is ToolPart => part.type === "tool" && !part.providerExecuted;
