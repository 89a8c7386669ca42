import type { ShownConversation } from "#lib/client/conversation/shown-conversation.ts";
import type { Translate } from "#lib/client/i18n/translate.ts";
import { answerText } from "#lib/protocol/answer-text.ts";
import { callName } from "#lib/protocol/call-name.ts";
import { wordCount } from "../message/count-words.ts";
import { interruptKey, retryKey, runErrorKey } from "../message/error-key.ts";
import { modelName } from "../message/model-name.ts";
import { grouped } from "../ui/format-amount.ts";

/** What a screen reader is told; `isAlert`: at once. */
export interface Announcement {
  words: string;
  isAlert: boolean;
}

/** What happened, of what is told in words of its own. */
export type AnnouncedEvent = "ended" | "retried" | "work";

export function announcementOf(t: Translate, event: AnnouncedEvent, of: ShownConversation): Announcement {
  if (event === "ended") return endWords(t, of);
  return { words: event === "work" ? workWords(t, of) : retryWords(t, of), isAlert: false };
}

/** All that calls want of the person, or else what the newest is at; empty where none is open. */
function workWords(t: Translate, { turns }: ShownConversation): string {
  const calls = turns.at(-1)?.liveRun?.parts.filter((part) => part.type === "tool") ?? [];
  const requests = calls.filter(({ state }) => state === "approval-requested");
  const running = calls.findLast(({ state }) => state === "running");
  if (requests.length === 0) return running ? t("say.tool", { tool: callName(running) }) : "";
  const tools = requests.filter(({ question }) => !question).map(({ toolName }) => toolName);
  return [
    ...(tools.length > 0 ? [t("say.approval", { tool: tools.join(t("list.comma")) })] : []),
    ...(tools.length < requests.length ? [t("say.question")] : []),
  ].join(t("list.stop"));
}

function retryWords(t: Translate, { turns }: ShownConversation): string {
  const { retry, model = "" } = turns.at(-1)?.liveRun ?? {};
  const key = retryKey(retry?.reason ?? "");
  return key ? t("say.retry", { why: t(key, { model: modelName(t, model) }) }) : "";
}

function endWords(t: Translate, { turns }: ShownConversation): Announcement {
  // What became of the newest answer, also where an earlier one is shown.
  const answer = turns.at(-1)?.failed ?? turns.at(-1)?.answer;
  // What was not sent speaks for itself, beside its turn.
  if (!answer?.ending) return { words: "", isAlert: false };
  const { ending } = answer;
  if (ending.type === "abort") return { words: t("say.stopped"), isAlert: false };
  if (ending.type === "error")
    return { words: `${t("say.failed")}: ${t(runErrorKey(ending.code))}`, isAlert: true };
  if (ending.type === "interrupted") return { words: t(interruptKey(ending.reason)), isAlert: true };
  const hasObject = answer.parts.some((part) => part.type === "object" && part.valid === true);
  if (hasObject) return { words: t("say.complete.object"), isAlert: false };
  const n = wordCount(answerText(answer.parts));
  return { words: t(n === 1 ? "say.complete.one" : "say.complete", { n: grouped(n) }), isAlert: false };
}
