import type { Ending } from "../../protocol/message.ts";

/** Whether an answer that ended like this can be continued (docs/protocol.md 3.1): it is not complete. */
export const isContinuable = (ending: Ending | undefined): boolean =>
  ending !== undefined && (ending.type !== "finish" || ending.finishReason === "length");
