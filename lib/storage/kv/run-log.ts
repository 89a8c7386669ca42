import { randomUUID } from "node:crypto";
import { continueMessage } from "../../protocol/continue-message.ts";
import { messageOf } from "../../protocol/fold.ts";
import type { AssistantMessage } from "../../protocol/message.ts";
import type { RunEvent } from "../../protocol/run-event.ts";
import type { RunState } from "../../protocol/run-state.ts";
import { checkEvents } from "../core/check-events.ts";
import { isContinuable } from "../core/is-continuable.ts";
import { encodeStored } from "../core/stored-json.ts";
import type { AppendResult, Lease, RunEnd } from "../run-store.ts";
import type { KvContext } from "./kv-context.ts";
import { unknownRun } from "./leases.ts";
import { decodeAppend, decodeRecord } from "./records.ts";
import type { RunLocator } from "./run-locators.ts";
import { textAt } from "./run-script.ts";
import { appendScript, finishScript, readMessageScript } from "./run-scripts.ts";

/** What makes a log longer, or ends it (docs/protocol.md 5.1, 5.6). */
export function createKvLog({ script, keys, locators }: KvContext) {
  async function append(
    lease: Lease,
    events: readonly RunEvent[],
    leaseMs: number,
    fold?: RunState,
  ): Promise<AppendResult> {
    checkEvents(lease, events, false);
    const { runId, epoch, token } = lease;
    const place = await locators.locate(runId);
    if (place === undefined) return unknownRun;
    const { conversationId } = place;
    const run = keys.run(conversationId, runId);
    const step = events.findLast(({ type }) => type === "finish-step")?.seq ?? 0;
    const reply = await script(
      appendScript,
      [run.itself, run.log, run.fold, keys.live],
      [
        ...[
          randomUUID(),
          epoch,
          token,
          leaseMs,
          keys.member(conversationId, runId),
          keys.channel(runId),
          step,
        ],
        ...(fold ? [fold.seq, encodeStored(fold)] : ["", ""]),
        ...argsOf(events),
      ],
    );
    return decodeAppend(reply, runId);
  }

  async function finish(lease: Lease, events: readonly RunEvent[], end: RunEnd): Promise<AppendResult> {
    checkEvents(lease, events, true);
    const { runId, epoch, token } = lease;
    const place = await locators.locate(runId);
    if (place === undefined) return unknownRun;
    const { conversationId, userId } = place;
    const run = keys.run(conversationId, runId);
    const conversation = keys.conversation(conversationId);
    const message = await wholeMessage(place, end.state);
    const reply = await script(
      finishScript,
      [
        ...[run.itself, run.log, keys.live, conversation.itself, conversation.order, conversation.messages],
        keys.ownerIndex(userId),
      ],
      [
        ...[randomUUID(), epoch, token, end.status, message.id, encodeStored(message)],
        isContinuable(message.ending) ? 1 : 0,
        ...[keys.member(conversationId, runId), keys.channel(runId), userId],
        ...argsOf(events),
      ],
    );
    if (textAt(reply, 0) !== "moved") return decodeAppend(reply, runId);
    // Its owner joined another since this process learned where the run is.
    locators.remember(runId, { conversationId, userId: textAt(reply, 1) });
    return finish(lease, events, end);
  }

  /**
   * What the run wrote, behind what is kept of the run that it continues: nobody else writes there meanwhile.
   */
  async function wholeMessage({ conversationId }: RunLocator, state: RunState): Promise<AssistantMessage> {
    const written = messageOf(state);
    if (state.parentRunId === undefined) return written;
    const { messages } = keys.conversation(conversationId);
    const json = textAt(await script(readMessageScript, [messages], [written.id]), 0);
    const kept = json === "" ? undefined : decodeRecord(json, conversationId, written.id);
    return continueMessage(kept?.role === "assistant" ? kept : undefined, written);
  }

  return { append, finish };
}

/** Events as scripts take them: seq and JSON in turn. */
const argsOf = (events: readonly RunEvent[]): (string | number)[] =>
  events.flatMap((event) => [event.seq, JSON.stringify(event)]);
