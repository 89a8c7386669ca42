import { createHash } from "node:crypto";
import type { LeftMessages, NewRun, RunMeta, RunStore } from "../storage/run-store.ts";
import { titleOf } from "./run-request.ts";

/**
 * What was said into a run that ended before it took it is asked next, by any process and once:
 *
 * 1. All messages that a run has left are one question. Nothing joins them: a run that has ended takes none.
 * 2. The id of the first is that of the run that answers. It is dropped last: as long as it is left, whoever
 *    finds it asks the same again, which is no other question.
 * 3. Where another run of the conversation is live they stay left until that has ended.
 */

/** Makes the messages the next question. The run that answers it; undefined: there is nothing to drive. */
export async function askNext(
  { runs, newId }: { runs: Pick<RunStore, "createRun" | "dropMessage">; newId(): string },
  left: LeftMessages,
): Promise<RunMeta | undefined> {
  const { run, messages } = left;
  const [first] = messages;
  if (!first) return undefined;
  const created = await runs.createRun(nextQuestion(left, first.messageId, newId));
  if (created.kind === "busy") return undefined;
  for (const { messageId } of messages.toReversed()) await runs.dropMessage(run.runId, messageId);
  return created.kind === "created" ? created.run : undefined;
}

function nextQuestion({ run, messages }: LeftMessages, runId: string, newId: () => string): NewRun {
  const { conversationId, userId, agent, model } = run;
  const text = messages.map((each) => each.text).join("\n\n");
  return {
    ...{ runId, conversationId, userId, agent },
    ...(model !== undefined && { model }),
    bodyHash: createHash("sha256").update(`${run.runId}\n${text}`).digest("hex"),
    messageId: newId(),
    ask: { kind: "message", message: { id: newId(), text, sentInto: run.runId } },
    title: titleOf(text),
  };
}
