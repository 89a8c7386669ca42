import { z } from "zod";
import type { ConversationSummary } from "../events/conversation-view.ts";
import type { RunContext } from "./run-context.ts";
import { summaryOf } from "./summary-of.ts";
import { textField } from "./text-field.ts";

const maxCharacters = 200;

/** The body of `PATCH /api/conversations/:id` (protocol 3.6). */
export const renameRequest = z.strictObject({
  title: z
    .string()
    .trim()
    .pipe(textField(maxCharacters))
    .refine((title) => !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(title), "must be a single line of text"),
});

/** Gives the conversation a title by hand, which stays. Null: not theirs, deleted, or unknown. */
export async function renameConversation(
  { storage }: RunContext,
  conversationId: string,
  ownerId: string,
  title: string,
): Promise<ConversationSummary | null> {
  const conversation = await storage.conversations.rename(conversationId, ownerId, title);
  return conversation && summaryOf(conversation);
}
