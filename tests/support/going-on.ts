import { z } from "zod";
import { continuationPrompt } from "#lib/models/continuation-prompt.ts";

const chatBody = z.object({
  messages: z.array(z.object({ role: z.string(), content: z.string().nullable().optional() })),
});

/** Its own answer, as far as a model is sent it back, to go on with; "" for a question that is new. */
export function sentAnswer(body: unknown): string {
  const { messages } = chatBody.parse(body);
  const last = messages.at(messages.at(-1)?.content === continuationPrompt ? -2 : -1);
  return last?.role === "assistant" ? (last.content ?? "") : "";
}

/** How a model goes on with `written` of an answer: the text that it says. */
export type GoingOn = (text: string, written: string) => string;

/** From where it breaks off. */
export const goingOn: GoingOn = (text, written) =>
  text.startsWith(written) ? text.slice(written.length) : text;

/** From the beginning of its last sentence, or of the one before where that has hardly begun. */
export const repeating: GoingOn = (text, written) => {
  const begins = [0, ...[...written.matchAll(/[.!?] /g)].map(({ index }) => index + 2)];
  const at = begins.findLast((each) => written.length - each >= 12) ?? 0;
  return text.startsWith(written) ? text.slice(at) : text;
};

/** From the beginning. */
export const beginningAnew: GoingOn = (text) => text;
