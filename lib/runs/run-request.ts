import { createHash } from "node:crypto";
import { z } from "zod";
import { isId } from "../events/id.ts";
import type { NewRun } from "../storage/storage.ts";

const maxCharacters = 32_000;

const id = z.string().refine(isId, "must be a lower-case UUID");

const messageText = z.string().superRefine((text, context) => {
  if (text.trim() === "") context.addIssue({ code: "custom", message: "must not be empty" });
  const length = characters(text);
  if (length <= maxCharacters) return;
  context.addIssue({
    code: "too_big",
    origin: "string",
    maximum: maxCharacters,
    inclusive: true,
    message: `has ${length} characters, at most ${maxCharacters} are allowed`,
    input: text,
  });
});

/** The body of `POST /api/conversations/:id/runs` (protocol 3.1). The server owns the history: nothing else is accepted. */
export const runRequest = z
  .strictObject({
    runId: id,
    message: z.strictObject({ text: messageText }).optional(),
    retry: id.optional(),
    agent: z.string().max(100).optional(),
    model: z.string().max(200).optional(),
    parentMessageId: id.nullable().optional(),
  })
  .refine((body) => (body.message === undefined) !== (body.retry === undefined), {
    path: ["message"],
    error: "give either message or retry",
  });
export type RunRequest = z.infer<typeof runRequest>;

/** The run that a request asks for. `newId` makes the ids that the client does not choose. */
export function newRun(
  body: RunRequest,
  { conversationId, ownerId, newId }: { conversationId: string; ownerId: string; newId(): string },
): NewRun {
  const { runId, message, retry, agent = "assistant", model, parentMessageId } = body;
  return {
    runId,
    conversationId,
    ownerId,
    bodyHash: hashOf({ conversationId, message, retry, agent, model, parentMessageId }),
    agent,
    ...(model !== undefined && { model }),
    messageId: newId(),
    ask:
      retry === undefined
        ? {
            kind: "message",
            message: { id: newId(), text: message?.text ?? "" },
            ...(parentMessageId !== undefined && { parentMessageId }),
          }
        : { kind: "retry", retryRunId: retry },
    title: titleOf(message?.text ?? ""),
  };
}

/** The first words of a question: what a list shows until a person gives a better name. */
export function titleOf(text: string): string {
  const line = text.trim().split("\n", 1)[0]?.replace(/\s+/g, " ").trim() ?? "";
  // More than sixty of the longest characters that people write; the rest of a long line is not looked at.
  const units = [...new Intl.Segmenter(undefined, { granularity: "grapheme" }).segment(line.slice(0, 2000))];
  if (units.length <= 60) return line;
  const cut = units.slice(0, 60).map(({ segment }) => segment);
  return `${cut.join("").replace(/\s+\S{0,12}$/, "")}…`;
}

const hashOf = (body: object): string => createHash("sha256").update(JSON.stringify(body)).digest("hex");

/** Characters as people count them in limits: an emoji of two code units is one. */
function characters(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}
