import { randomUUID } from "node:crypto";
import type { Message } from "../../protocol/message.ts";
import { isEnded } from "../../protocol/run-status.ts";
import { endsBranch, isAskedUnder, joinedMessage } from "../../protocol/shown-path.ts";
import { damaged } from "../core/unreadable.ts";
import type { CreateResult, FirstClaim, NewRun, RunMeta } from "../run-store.ts";
import { StorageError } from "../storage-error.ts";
import { encodeConversation } from "./codec/conversation.ts";
import { decodeRunLocator, encodeRunLocator, encodeWorkItem } from "./codec/id-pairs.ts";
import { decodeMessages, encodeQuestion } from "./codec/message.ts";
import { decodeRun, encodeRun } from "./codec/run.ts";
import type { KvContext } from "./kv-context.ts";
import { claimedRun } from "./leases.ts";
import { encodeQueueFields } from "./queues.ts";
import { listAt, type Reply, textAt } from "./reply.ts";
import { retryOnChange } from "./retry-on-change.ts";
import { freeFromLostRunScript, readConversationScript } from "./scripts/conversation.ts";
import { createRunScript } from "./scripts/create-run.ts";

export interface CreateRunOptions extends Pick<KvContext, "script" | "keys"> {
  readRun(conversationId: string, runId: string): Promise<RunMeta | null>;
}

/** `RunStore.createRun`: the run, its question, its conversation and `active` in one script, or why not. */
export function createRunInKv(
  options: CreateRunOptions,
  run: NewRun,
  claim?: FirstClaim,
): Promise<CreateResult> {
  const call = randomUUID();
  let looked: Looked | undefined;
  let isStuck = false;
  const attempt = async (): Promise<CreateResult | undefined> => {
    const reply = await runScript(options, run, { call, claim, looked });
    isStuck = textAt(reply, 0) === "busy";
    if (textAt(reply, 0) !== "look") return decodeCreateResult(options, run, reply, claim);
    const messages = await readMessages(options, run);
    isStuck = messages === undefined;
    looked = messages && lookAt(messages, run, textAt(reply, 1));
    return messages && !looked ? { kind: "stale" } : undefined;
  };
  // An active run is there and under way, or is cleared: what stays something else was changed by hand.
  const failure = () => (isStuck ? damaged(`active run of conversation ${run.conversationId}`) : undefined);
  return retryOnChange("the conversation", attempt, failure);
}

/**
 * What a script cannot find by itself: the message that the run joins ends a branch, which need not be the
 * newest one. Holds as long as `newest` is that.
 */
interface Looked {
  newest: string;
  joined: string;
}

/** Undefined: something was asked under it already. `retriedId`: the message to be written again, if any. */
function lookAt(messages: readonly Message[], { ask }: NewRun, retriedId: string): Looked | undefined {
  const newest = messages.at(-1)?.id ?? "";
  switch (ask.kind) {
    case "message": {
      const joined = joinedMessage(messages, ask.parentMessageId);
      return joined === undefined ? undefined : { newest, joined: joined ?? "" };
    }
    case "continue": {
      const { continueRunId } = ask;
      const answer = messages.find(({ role, runId }) => role === "assistant" && runId === continueRunId);
      return answer && endsBranch(messages, answer.id) ? { newest, joined: answer.id } : undefined;
    }
    case "retry":
      return isAskedUnder(messages, retriedId) ? undefined : { newest, joined: "" };
    default:
      return ask satisfies never;
  }
}

/** Undefined: a run became live, or the conversation is gone; the script says so. */
async function readMessages(
  { script, keys }: CreateRunOptions,
  { conversationId, userId }: NewRun,
): Promise<Message[] | undefined> {
  const { record, order, messages } = keys.conversation(conversationId);
  const reply = await script(
    readConversationScript,
    [record, order, messages, record, record, record],
    [userId, ""],
  );
  if (textAt(reply, 0) !== "found") return undefined;
  return decodeMessages(listAt(reply, 2), listAt(reply, 3), conversationId);
}

interface Attempt {
  call: string;
  claim: FirstClaim | undefined;
  looked: Looked | undefined;
}

function runScript(
  { script, keys }: CreateRunOptions,
  run: NewRun,
  { call, claim, looked }: Attempt,
): Promise<Reply> {
  const { runId, conversationId, userId } = run;
  const conversation = keys.conversation(conversationId);
  const question = questionOf(run);
  const runFields = encodeRun({
    ...newRecord,
    ...run,
    userMessageId: question.id,
    lastCall: call,
    ...(claim && { status: "running", epoch: 1, token: claim.token, holder: claim.holder }),
  });
  return script(
    createRunScript,
    [
      keys.pointer(runId),
      ...[conversation.record, conversation.order, conversation.messages, conversation.runs],
      keys.run(conversationId, runId).record,
      keys.listOf(userId),
      keys.liveRuns,
      keys.run(conversationId, question.askedRunId).record,
      keys.dueQueues,
    ],
    [
      ...[call, runId, conversationId, userId, run.bodyHash],
      ...[askedKind(run.ask), question.id, question.text, looked?.joined ?? question.parentId],
      encodeRunLocator(run),
      encodeWorkItem(conversationId, runId),
      keys.channel(runId),
      ...[claim?.token ?? "", claim?.leaseMs ?? "", looked?.newest ?? ""],
      ...(run.queue ? [run.queue.version - 1, ...encodeQueueFields(run.queue)] : ["", "", "", ""]),
      runFields.length,
      ...runFields,
      ...encodeConversation({
        ...{ id: conversationId, userId, title: run.title, titleIsCustom: false },
        // Known to the script only.
        ...{ createdAt: 0, updatedAt: 0 },
      }),
    ],
  );
}

const askedKind = (ask: NewRun["ask"]): string =>
  ask.kind === "continue" && ask.isWhole ? "continue-whole" : ask.kind;

/** The script fills in the times, and the question of a retry or a continuation. */
const newRecord = {
  status: "queued",
  epoch: 0,
  head: 0,
  createdAt: 0,
  leaseUntil: 0,
  continuations: 0,
  inbox: [],
} as const;

/** What the script has to know of the question. `parentId`: "?" for where the conversation is read to. */
function questionOf({ runId, ask }: NewRun): {
  id: string;
  text: string;
  parentId: string;
  askedRunId: string;
} {
  switch (ask.kind) {
    case "retry":
      return { id: "", text: "", parentId: "", askedRunId: ask.retryRunId };
    case "continue":
      return { id: "", text: "", parentId: "", askedRunId: ask.continueRunId };
    case "message": {
      const { message, parentMessageId } = ask;
      const { id, text: asked, sentInto } = message;
      const text = encodeQuestion({
        ...{ id, runId, role: "user", text: asked },
        ...(sentInto !== undefined && { sentInto }),
      });
      const parentId = parentMessageId === undefined ? "?" : (parentMessageId ?? "");
      return { id: message.id, text, parentId, askedRunId: runId };
    }
    default:
      return ask satisfies never;
  }
}

/** Undefined: what prevented the run has changed meanwhile. */
async function decodeCreateResult(
  { script, keys, readRun }: CreateRunOptions,
  run: NewRun,
  reply: Reply,
  claim?: FirstClaim,
): Promise<CreateResult | undefined> {
  const kind = textAt(reply, 0);
  switch (kind) {
    case "gone":
    case "stale":
    case "complete":
    case "not-found":
      return { kind };
    case "created": {
      const created = decodeRun(listAt(reply, 1));
      const isHeld = claim !== undefined && textAt(reply, 2) === "held";
      return { kind, run: created, ...(isHeld && { claim: claimedRun(listAt(reply, 1), claim.token) }) };
    }
    case "exists":
    case "conflict":
      return { kind, run: decodeRun(listAt(reply, 1)) };
    case "busy": {
      const { conversationId } = run;
      const activeRunId = textAt(reply, 1);
      const active = await readRun(conversationId, activeRunId);
      if (!active) {
        const lost = keys.run(conversationId, activeRunId).record;
        await script(freeFromLostRunScript, [keys.conversation(conversationId).record, lost], [activeRunId]);
      }
      return active && !isEnded(active.status) ? { kind, run: active } : undefined;
    }
    case "elsewhere": {
      const { conversationId } = decodeRunLocator(textAt(reply, 1));
      const other = await readRun(conversationId, run.runId);
      if (!other) return undefined;
      return other.userId === run.userId ? { kind: "conflict", run: other } : { kind: "not-found" };
    }
    default:
      throw new StorageError("damaged", `Redis answered a new run with "${kind}"`);
  }
}
