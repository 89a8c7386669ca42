import { z } from "zod";
import type { ConversationSummary } from "../protocol/conversation-view.ts";
import { maxTitleLength } from "../protocol/limits.ts";
import type { RunContext } from "../runs/run-context.ts";
import { textField } from "../runs/text-field.ts";
import { summaryOf } from "./summary-of.ts";

/** The body of `PATCH /api/conversations/:id` (protocol 3.6). */
export const renameRequest = z.strictObject({
  title: z
    .string()
    .trim()
    .pipe(textField(maxTitleLength))
    .refine((title) => !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(title), "must be a single line of text"),
});

/** Gives a conversation a custom title, which stays. Null: unknown, deleted, or another user's. */
export async function renameConversation(
  { storage: { conversations } }: Pick<RunContext, "storage">,
  conversationId: string,
  userId: string,
  title: string,
): Promise<ConversationSummary | null> {
  const conversation = await conversations.rename(conversationId, userId, title);
  return conversation && summaryOf(conversation);
}
