import type { Ending } from "../../protocol/message.ts";

/** Whether an answer that ended so can be continued. */
export const isContinuable = (ending: Ending | undefined): boolean =>
  ending !== undefined && (ending.type !== "finish" || ending.finishReason === "length");
