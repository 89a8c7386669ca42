import type { Message } from "../protocol/message.ts";
import { hasAnswer, pathTo, wasTooLong } from "../protocol/shown-path.ts";
import type { RunMeta } from "../storage/run-store.ts";
import type { RunContext } from "./run-context.ts";

/**
 * The messages that lead to a run's answer, oldest first: the question last, or the answer that the run
 * continues. Undefined if the conversation was deleted.
 */
export async function readHistory(
  { storage: { conversations, runs } }: Pick<RunContext, "storage">,
  run: RunMeta,
): Promise<readonly Message[] | undefined> {
  const read = (userId: string) => conversations.get(run.conversationId, userId);
  // Its user may have joined another since the claim.
  const snapshot = (await read(run.userId)) ?? (await read((await runs.run(run.runId))?.userId ?? ""));
  if (!snapshot) return undefined;
  const { messages } = snapshot;
  const continues = run.parentRunId !== undefined && messages.some(({ id }) => id === run.messageId);
  const path = pathTo(messages, continues ? run.messageId : run.userMessageId);
  return path.map((each, at) => (at < path.length - 1 ? refusalBehind(messages, each) : each));
}

/**
 * An answer without a word, or the one to the same question that was refused as too long: nothing has come
 * of that question since.
 */
const refusalBehind = (messages: readonly Message[], answer: Message): Message =>
  hasAnswer(answer)
    ? answer
    : (messages.find((each) => each.parentId === answer.parentId && wasTooLong(each)) ?? answer);
