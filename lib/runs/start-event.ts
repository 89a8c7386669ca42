import { plainModel } from "../protocol/own-key-model.ts";
import type { EventBody } from "../protocol/run-event.ts";
import type { RunMeta } from "../storage/run-store.ts";

/** The first event of every log. */
export const startEvent = (run: RunMeta, model: string, retriedCall?: string): EventBody => ({
  type: "start",
  v: 1,
  conversationId: run.conversationId,
  messageId: run.messageId,
  userMessageId: run.userMessageId,
  ...(run.parentRunId !== undefined && { parentRunId: run.parentRunId }),
  agent: run.agent,
  model,
  ...(run.model !== undefined && { askedModel: plainModel(run.model) }),
  ...(retriedCall !== undefined && { retriedCall }),
});
