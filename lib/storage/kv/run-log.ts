import { randomUUID } from "node:crypto";
import type { AssistantMessage } from "../../protocol/message.ts";
import type { RunEvent } from "../../protocol/run-event.ts";
import type { RunState } from "../../protocol/run-state.ts";
import { isProgress } from "../core/append-rules.ts";
import { checkEvents } from "../core/check-events.ts";
import { inboxChanges } from "../core/inbox-rules.ts";
import { isContinuable } from "../core/is-continuable.ts";
import { savedAnswer } from "../core/saved-answer.ts";
import { isUnreadable } from "../core/unreadable.ts";
import { isTooLarge } from "../is-passing.ts";
import type { AppendResult, Lease, RunEnd, RunMeta, RunStore } from "../run-store.ts";
import { encodeWorkItem, type RunLocator } from "./codec/id-pairs.ts";
import { encodeInboxChanges } from "./codec/inbox.ts";
import { decodeAppendResult } from "./codec/lease-reply.ts";
import { encodeEvents, encodeFold } from "./codec/log.ts";
import { decodeMessageRecord, encodeMessage } from "./codec/message.ts";
import { decodeRun, encodeFlag, encodeStop } from "./codec/run.ts";
import type { KvContext } from "./kv-context.ts";
import { unknownRun } from "./leases.ts";
import { pieceLength, piecesOf } from "./pieces.ts";
import { type Reply, textAt } from "./reply.ts";
import {
  appendScript,
  finishScript,
  readMessageScript,
  requestStopScript,
  sendPieceScript,
} from "./scripts/log.ts";

/** What changes a log, or ends it (docs/protocol.md 5.1, 5.5, 5.6), by the rules of core/append-rules.ts. */
export function createKvLog({
  script,
  keys,
  locators,
}: KvContext): Pick<RunStore, "append" | "finish" | "requestStop"> {
  async function append(
    lease: Lease,
    events: readonly RunEvent[],
    leaseMs: number,
    fold?: RunState,
  ): Promise<AppendResult> {
    checkEvents(lease, events, false);
    const { runId, epoch, token } = lease;
    const locator = await locators.locate(runId);
    if (locator === undefined) return unknownRun;
    const { conversationId } = locator;
    const run = keys.run(conversationId, runId);
    const progress = events.findLast(isProgress)?.seq ?? 0;
    const reply = await script(
      appendScript,
      [run.record, run.log, run.fold, keys.liveRuns],
      [
        ...[randomUUID(), epoch, token, leaseMs],
        ...[encodeWorkItem(conversationId, runId), keys.channel(runId), progress],
        ...encodeFold(fold),
        ...encodeInboxChanges(inboxChanges(events)),
        ...encodeEvents(events),
      ],
    );
    return decodeAppendResult(reply, runId);
  }

  async function finish(lease: Lease, events: readonly RunEvent[], end: RunEnd): Promise<AppendResult> {
    checkEvents(lease, events, true);
    const { runId, epoch, token } = lease;
    const locator = await locators.locate(runId);
    if (locator === undefined) return unknownRun;
    const { conversationId, userId } = locator;
    const run = keys.run(conversationId, runId);
    const { record, order, messages } = keys.conversation(conversationId);
    const answer = await answerToSave(locator, end.state);
    const call = randomUUID();
    const pieces = keys.piecesOf(conversationId, runId);
    const finishWith = (text: string, count: number) =>
      script(
        finishScript,
        [
          ...[run.record, run.log, keys.liveRuns, record, order, messages, keys.listOf(userId), pieces],
          keys.leftMessages,
        ],
        [
          ...[call, epoch, token, end.status],
          ...[answer?.id ?? "", text, encodeFlag(isContinuable(end.state.ending))],
          ...[encodeWorkItem(conversationId, runId), keys.channel(runId), userId, count],
          encodeFlag(end.leavesMessages ?? false),
          ...encodeInboxChanges(inboxChanges(events)),
          ...encodeEvents(events),
        ],
      );
    const text = answer ? encodeMessage(answer) : "";
    const reply = await inPiecesIfTooLarge(pieces, call, text, finishWith);
    if (textAt(reply, 0) !== "moved") return decodeAppendResult(reply, runId);
    // Its user has joined another since this process read the locator.
    locators.remember(runId, { conversationId, userId: textAt(reply, 1) });
    return finish(lease, events, end);
  }

  /** A store that does not take the text in one request is sent it in pieces, which the script joins. */
  async function inPiecesIfTooLarge(
    key: string,
    call: string,
    text: string,
    finishWith: (text: string, pieces: number) => Promise<Reply>,
  ): Promise<Reply> {
    try {
      return await finishWith(text, 0);
    } catch (error) {
      if (!isTooLarge(error) || text.length <= pieceLength) throw error;
    }
    const pieces = piecesOf(text);
    for (const [at, piece] of pieces.entries()) await script(sendPieceScript, [key], [call, at + 1, piece]);
    return finishWith("", pieces.length);
  }

  /**
   * Read before the script runs: until this run ends, nobody else writes the message. Undefined: what it
   * continues cannot be read, and is left as it is.
   */
  async function answerToSave(
    { conversationId }: RunLocator,
    state: RunState,
  ): Promise<AssistantMessage | undefined> {
    if (state.parentRunId === undefined) return savedAnswer(undefined, state);
    const { messages } = keys.conversation(conversationId);
    const text = textAt(await script(readMessageScript, [messages], [state.messageId]), 0);
    try {
      const saved = text === "" ? undefined : decodeMessageRecord(text, conversationId, state.messageId);
      return savedAnswer(saved, state);
    } catch (error) {
      if (isUnreadable(error)) return undefined;
      throw error;
    }
  }

  const requestStop = (runId: string, by: string, reason?: string): Promise<RunMeta | null> =>
    locators.withLocator(runId, async ({ conversationId }) => {
      const reply = await script(
        requestStopScript,
        [keys.run(conversationId, runId).record, keys.liveRuns, keys.conversation(conversationId).record],
        [encodeStop(by, reason), encodeWorkItem(conversationId, runId), keys.channel(runId)],
      );
      return reply.length === 0 ? null : decodeRun(reply);
    });

  return { append, finish, requestStop };
}
