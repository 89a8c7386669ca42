import { randomUUID } from "node:crypto";
import type { Message } from "../../protocol/message.ts";
import { isEnded } from "../../protocol/run-status.ts";
import { joinBranch } from "../core/branch-rules.ts";
import { decodeChoices, encodeChoices } from "../core/stored-choices.ts";
import { damaged } from "../core/unreadable.ts";
import type { CreateResult, FirstClaim, NewRun, RunMeta } from "../run-store.ts";
import { StorageError } from "../storage-error.ts";
import { encodeConversation, storedChoicesIn } from "./codec/conversation.ts";
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
    const read = await readBranches(options, run);
    isStuck = read === undefined;
    looked = read && lookAt(read, run, reply);
    return read && !looked ? { kind: "stale" } : undefined;
  };
  // An active run is there and under way, or is cleared: what stays something else was changed by hand.
  const failure = () => (isStuck ? damaged(`active run of conversation ${run.conversationId}`) : undefined);
  return retryOnChange("the conversation", attempt, failure);
}

/**
 * What a script cannot find by itself: where the run joins, and how the conversation is read from then on.
 * Holds as long as `newest` is the newest message, and `choices` what is stored of them.
 */
interface Looked {
  newest: string;
  choices: string;
  joined: string;
  newChoices: string;
}

/** Undefined: stale. `earlier`: of the run to retry or to continue. */
function lookAt(read: ReadBranches, run: NewRun, earlier: Reply): Looked | undefined {
  const branch = joinBranch({ messages: read.messages, choices: decodeChoices(read.choices) }, run, {
    messageId: textAt(earlier, 1),
    userMessageId: textAt(earlier, 2),
  });
  return (
    branch && {
      newest: read.messages.at(-1)?.id ?? "",
      choices: read.choices,
      joined: branch.joinedId ?? "",
      newChoices: encodeChoices(branch.choices) ?? "",
    }
  );
}

interface ReadBranches {
  messages: readonly Message[];
  /** As they are stored; "": none. */
  choices: string;
}

/** Undefined: a run became live, or the conversation is gone; the script says so. */
async function readBranches(
  { script, keys }: CreateRunOptions,
  { conversationId, userId }: NewRun,
): Promise<ReadBranches | undefined> {
  const { record, order, messages } = keys.conversation(conversationId);
  const reply = await script(
    readConversationScript,
    [record, order, messages, record, record, record],
    [userId, ""],
  );
  if (textAt(reply, 0) !== "found") return undefined;
  return {
    messages: decodeMessages(listAt(reply, 2), listAt(reply, 3), conversationId),
    choices: storedChoicesIn(listAt(reply, 1)),
  };
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
      ...[looked?.choices ?? "", looked?.newChoices ?? ""],
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

/**
 * What the script has to know of the question. `parentId`: "?" for where the conversation is read to, "!" for
 * a branch, for which somebody has to look.
 */
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
      const { message, parentMessageId, seen = parentMessageId } = ask;
      const { id, text: words, sentInto } = message;
      const text = encodeQuestion({
        ...{ id, runId, role: "user", text: words },
        ...(sentInto !== undefined && { sentInto }),
      });
      const asked = parentMessageId === undefined ? "?" : (parentMessageId ?? "");
      const parentId = seen === parentMessageId ? asked : "!";
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
