import { isRecord } from "#lib/protocol/is-record.ts";
import type { AssistantMessage, ToolPart } from "#lib/protocol/message.ts";
import { forgetAnswers, readKeptAnswer } from "./kept-answers.ts";
import { questionFields } from "./question-fields.ts";
import { requestKey } from "./request-key.ts";

/**
 * The texts that a person is writing in the forms of an answer, and reasons, in their order; taken: they are
 * not kept any more. What is chosen is no text.
 */
export function takeWrittenAnswers(
  storage: () => Storage,
  { runId, parts }: Pick<AssistantMessage, "runId" | "parts">,
): string[] {
  return parts.flatMap((part) => {
    if (part.type !== "tool" || part.state !== "approval-requested" || part.decision) return [];
    const request = requestKey(runId, part);
    const texts = [
      ...formTexts(part, readKept(storage, `${request} form`)),
      readKept(storage, `${request} reason`),
    ];
    forgetAnswers(storage, request);
    return texts.filter((text): text is string => typeof text === "string" && text.trim() !== "");
  });
}

function formTexts({ question }: ToolPart, values: unknown): unknown[] {
  if (!question || !isRecord(values)) return [];
  const fields = questionFields(question.schema).filter(({ type }) => type === "text");
  return fields.map(({ name }) => (Object.hasOwn(values, name) ? values[name] : undefined));
}

function readKept(storage: () => Storage, key: string): unknown {
  const found = readKeptAnswer(storage, key);
  return found === null ? undefined : JSON.parse(found);
}
