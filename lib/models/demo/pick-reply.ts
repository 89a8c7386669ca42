import { continuationPrompt } from "../continuation-prompt.ts";
import type { DemoMessage, DemoReply, DemoScript } from "./demo-script.ts";
import { brief } from "./scripts/brief.ts";
import { broken } from "./scripts/broken.ts";
import { chronicle } from "./scripts/chronicle.ts";
import { introduction } from "./scripts/introduction.ts";
import { long } from "./scripts/long.ts";
import { markdown } from "./scripts/markdown.ts";
import { meander } from "./scripts/meander.ts";
import { recall } from "./scripts/recall.ts";

/** The first that matches answers; the last matches everything. */
const scripts: readonly DemoScript[] = [
  recall,
  chronicle,
  broken,
  meander,
  markdown,
  long,
  brief,
  introduction,
];

/**
 * The demo model's answer to a conversation, in the language of its last question. A conversation that ends
 * with the beginning of that answer gets the rest of it: so an answer that was cut off can be continued.
 */
export function pickReply(asked: readonly DemoMessage[]): DemoReply {
  const messages = asked.at(-1)?.content === continuationPrompt ? asked.slice(0, -1) : asked;
  const questions = messages.filter(({ role }) => role === "user").map(({ content }) => content);
  const question = questions.at(-1) ?? "";
  const language = /\p{Script=Han}/u.test(question) ? "zh" : "en";
  const turn = { question, language, earlier: questions.slice(0, -1) } as const;
  const script = scripts.find((each) => each.matches(turn)) ?? introduction;
  return continued(script.reply(turn), messages.at(-1));
}

function continued(reply: DemoReply, last: DemoMessage | undefined): DemoReply {
  if (last?.role !== "assistant" || last.content === "" || !reply.text.startsWith(last.content)) return reply;
  const { text, breaksAt, tokensPerSecond, linePauseMs } = reply;
  const written = last.content.length;
  return {
    text: text.slice(written),
    ...(tokensPerSecond !== undefined && { tokensPerSecond }),
    ...(linePauseMs !== undefined && { linePauseMs }),
    ...(breaksAt !== undefined && breaksAt > written && { breaksAt: breaksAt - written }),
  };
}
