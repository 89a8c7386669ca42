import { codeHeading } from "../code/code-prompt.ts";
import { continuationPrompt } from "../continuation-prompt.ts";
import type { DemoForm, DemoMessage, DemoReply, DemoScript, DemoTurn } from "./demo-script.ts";
import { brief } from "./scripts/brief.ts";
import { broken } from "./scripts/broken.ts";
import { chronicle } from "./scripts/chronicle.ts";
import { codeTask } from "./scripts/code-task.ts";
import { filledForm } from "./scripts/filled-form.ts";
import { introduction } from "./scripts/introduction.ts";
import { long } from "./scripts/long.ts";
import { markdown } from "./scripts/markdown.ts";
import { meander } from "./scripts/meander.ts";
import { recall } from "./scripts/recall.ts";
import { recipeCard } from "./scripts/recipe-card.ts";
import { resumeCard } from "./scripts/resume-card.ts";
import { webPage } from "./scripts/web-page.ts";
import { workflowTurns } from "./scripts/workflow-turns.ts";

/** The first that matches answers; the last matches everything. */
const scripts: readonly DemoScript[] = [
  codeTask,
  recipeCard,
  resumeCard,
  filledForm,
  workflowTurns,
  webPage,
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
export function pickReply(
  asked: readonly DemoMessage[],
  form?: DemoForm,
  tools: readonly string[] = [],
): DemoReply {
  const messages = asked.at(-1)?.content === continuationPrompt ? asked.slice(0, -1) : asked;
  const fromUser = messages.filter(({ role }) => role === "user").map(({ content }) => content);
  const questions = fromUser.filter((content) => !isFault(content) && !isObservation(content));
  const question = questions.at(-1) ?? "";
  const turn: DemoTurn = {
    ...{ question, language: /\p{Script=Han}/u.test(question) ? "zh" : "en" },
    ...{ earlier: questions.slice(0, -1), isRetry: isFault(fromUser.at(-1) ?? "") },
    ...{ tools, results: resultsBehind(messages, question) },
    ...(form !== undefined && { form }),
    ...(writesCode(messages) && { observations: observationsBehind(messages, question) }),
  };
  const script = scripts.find((each) => each.matches(turn)) ?? introduction;
  return continued(script.reply(turn), messages.at(-1));
}

/** What an agent tells a model of its own answer. */
const isFault = (content: string): boolean => content.startsWith("FAILURE: ");

const isObservation = (content: string): boolean => content.startsWith("Observation: ");

const writesCode = (messages: readonly DemoMessage[]): boolean =>
  messages.some(({ role, content }) => role === "system" && content.includes(codeHeading));

const observationsBehind = (messages: readonly DemoMessage[], question: string): readonly string[] =>
  contentsBehind(messages, question, "user").filter(isObservation);

const resultsBehind = (messages: readonly DemoMessage[], question: string): readonly string[] =>
  contentsBehind(messages, question, "tool");

function contentsBehind(messages: readonly DemoMessage[], question: string, by: string): readonly string[] {
  const asked = messages.findLastIndex(({ role, content }) => role === "user" && content === question);
  const behind = messages.slice(asked + 1).filter(({ role }) => role === by);
  return behind.map(({ content }) => content);
}

function continued(reply: DemoReply, last: DemoMessage | undefined): DemoReply {
  if (last?.role !== "assistant" || last.content === "" || !reply.text.startsWith(last.content)) return reply;
  const { text, call, breaksAt, tokensPerSecond, linePauseMs } = reply;
  const written = last.content.length;
  return {
    text: text.slice(written),
    ...(call && { call }),
    ...(tokensPerSecond !== undefined && { tokensPerSecond }),
    ...(linePauseMs !== undefined && { linePauseMs }),
    ...(breaksAt !== undefined && breaksAt > written && { breaksAt: breaksAt - written }),
  };
}
