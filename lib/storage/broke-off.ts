import type { Ending } from "../protocol/message.ts";

/** Whether an answer that ended so can be continued. */
export const brokeOff = (ending: Ending | undefined): boolean =>
  ending !== undefined && (ending.type !== "finish" || ending.finishReason === "length");
