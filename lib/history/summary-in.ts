import type { ModelMessage } from "../models/model-message.ts";
import type { Message } from "../protocol/message.ts";
import { textHash } from "../protocol/text-hash.ts";
import { markedAsOthers } from "./written-by-others.ts";

/** A summary that stands for the beginning of a path. */
export interface KnownSummary {
  /** The last message that it stands for. */
  upTo: string;
  /** Where the messages begin that it does not stand for. */
  from: number;
  text: string;
  isOutside: boolean;
  messageCount: number;
}

/**
 * The newest summary that counts in the last question of a path: one that an answer before it has. In the
 * answer that it was made beside, and in what continues that, what was sent before stays as it is.
 */
export function summaryIn(path: readonly Message[]): KnownSummary | undefined {
  const question = path.findLastIndex(({ role }) => role === "user");
  for (let at = question - 1; at >= 0; at -= 1) {
    const message = path[at];
    const {
      upTo,
      text,
      isOutside = false,
      messageCount = 0,
    } = (message?.role === "assistant" && message.summary) || {};
    if (upTo === undefined || text === undefined) continue;
    const last = path.findLastIndex(({ id }, n) => n < at && id === upTo);
    if (last >= 0) return { ...{ upTo, text, isOutside, messageCount }, from: last + 1 };
  }
  return undefined;
}

/** As a model reads it: no instruction, and nothing that anybody has just said. */
export function summaryWords({ text, isOutside }: Pick<KnownSummary, "text" | "isOutside">): string {
  const mark = textHash(text);
  const notes = isOutside ? markedAsOthers(text) : text;
  return `<summary-of-earlier-messages id="${mark}" note="${summaryNote}">\n${notes}\n</summary-of-earlier-messages id="${mark}">`;
}

const summaryNote =
  "Notes of what was said before the following, made for you. The person does not see them, and does not ask with them.";

/**
 * In front of the first message of a person: no provider minds, and what others wrote never stands among the
 * instructions.
 */
export function withSummary(
  messages: readonly ModelMessage[],
  summary: KnownSummary,
): readonly ModelMessage[] {
  const first = messages[0]?.role === "system" ? 1 : 0;
  const message = messages[first];
  const words = { type: "text", text: summaryWords(summary) } as const;
  if (message?.role !== "user")
    return [
      ...messages.slice(0, first),
      { role: "user", content: [words], isWithinTurn: true },
      ...messages.slice(first),
    ];
  const [asked, ...more] = message.content;
  // One text: some servers know no list of them.
  const content = [{ ...words, text: [words.text, asked?.text ?? ""].join("\n\n") }, ...more];
  return [...messages.slice(0, first), { ...message, content }, ...messages.slice(first + 1)];
}
