import { digestOf, encodeSent, maxUnreadLength, maxUnreadMessages } from "../core/inbox-rules.ts";
import { isUnreadable } from "../core/unreadable.ts";
import type { DecideResult, LeftMessages, RunStore, SendResult } from "../run-store.ts";
import { decodeWorkItem, encodeWorkItem } from "./codec/id-pairs.ts";
import { encodeInputHash, inboxField, unreadIn } from "./codec/inbox.ts";
import { decodeRun } from "./codec/run.ts";
import type { KvContext } from "./kv-context.ts";
import { listAt, textAt, textsOf } from "./reply.ts";
import {
  decideScript,
  dropMessageScript,
  listLeftScript,
  readLeftScript,
  sendMessageScript,
} from "./scripts/inbox.ts";

/** What persons send into runs (docs/protocol.md 3.4, 3.10), by the rules of core/inbox-rules.ts. */
export function createKvInbox({
  script,
  keys,
  locators,
}: KvContext): Pick<RunStore, "decide" | "sendMessage" | "leftMessages" | "dropMessage"> {
  const decide: RunStore["decide"] = (runId, decision, inputHash) =>
    locators.withLocator(runId, async ({ conversationId }) => {
      const field = inboxField({ kind: "approval", id: decision.approvalId.toWellFormed() });
      const json = encodeSent(decision);
      const reply = await script(
        decideScript,
        [
          ...[keys.run(conversationId, runId).record, keys.liveRuns],
          ...[keys.conversation(conversationId).record, keys.waitingRuns],
        ],
        [
          ...[field, encodeInputHash(inputHash), digestOf(json), json],
          ...[encodeWorkItem(conversationId, runId), keys.channel(runId)],
        ],
      );
      if (reply.length === 0) return null;
      const kind = textAt(reply, 0) as DecideResult["kind"]; // Cast: the script knows no other words.
      return { kind, run: decodeRun(listAt(reply, 1)) };
    });

  const sendMessage: RunStore["sendMessage"] = (runId, message) =>
    locators.withLocator(runId, async ({ conversationId }) => {
      const field = inboxField({ kind: "message", id: message.messageId.toWellFormed() });
      const json = encodeSent(message);
      const reply = await script(
        sendMessageScript,
        [keys.run(conversationId, runId).record, keys.conversation(conversationId).record],
        [field, digestOf(json), json, maxUnreadMessages, maxUnreadLength, keys.channel(runId)],
      );
      if (reply.length === 0) return null;
      const kind = textAt(reply, 0) as SendResult["kind"]; // Cast: the script knows no other words.
      return { kind, run: decodeRun(listAt(reply, 1)) };
    });

  /** One that cannot be read hides no other. */
  async function readLeft(workItem: string): Promise<LeftMessages[]> {
    try {
      const { conversationId, runId } = decodeWorkItem(workItem);
      const reply = await script(
        readLeftScript,
        [keys.leftMessages, keys.run(conversationId, runId).record, keys.conversation(conversationId).record],
        [workItem],
      );
      if (reply.length === 0) return [];
      const run = decodeRun(reply);
      const { messages } = unreadIn(reply, runId);
      return run.deleted || !messages ? [] : [{ run, messages }];
    } catch (error) {
      if (isUnreadable(error)) return [];
      throw error;
    }
  }

  return {
    decide,
    sendMessage,
    async leftMessages(limit) {
      const left: LeftMessages[] = [];
      const workItems = textsOf(await script(listLeftScript, [keys.leftMessages], [limit]));
      for (const workItem of workItems) left.push(...(await readLeft(workItem)));
      return left;
    },
    async dropMessage(runId, messageId) {
      const locator = await locators.locate(runId);
      if (!locator) return;
      const { conversationId } = locator;
      await script(
        dropMessageScript,
        [keys.leftMessages, keys.run(conversationId, runId).record],
        [
          inboxField({ kind: "message", id: messageId.toWellFormed() }),
          encodeWorkItem(conversationId, runId),
        ],
      );
    },
  };
}
