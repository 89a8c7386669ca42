import { randomUUID } from "node:crypto";
import { isEnded } from "../../protocol/run-status.ts";
import type { CreateResult, FirstClaim, NewRun, RunMeta } from "../run-store.ts";
import { StorageError } from "../storage-error.ts";
import type { Keys } from "./keys.ts";
import { claimedRun } from "./leases.ts";
import { decodeRun, encodeHolder, encodeTitle } from "./records.ts";
import { listAt, type Reply, type RunScript, textAt } from "./run-script.ts";
import { createRunScript } from "./run-scripts.ts";

export interface CreateRunOptions {
  script: RunScript;
  keys: Keys;
  readRun(conversationId: string, runId: string): Promise<RunMeta | null>;
}

/** How often a run that was in the way and is over by now is asked around. */
const attempts = 5;

/**
 * Queues a run together with its user message, its conversation and `active`, or says why not (storage.ts,
 * `Created`).
 */
export async function createRunInKv(
  options: CreateRunOptions,
  run: NewRun,
  claim?: FirstClaim,
): Promise<CreateResult> {
  const call = randomUUID();
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const created = await createdOf(options, run, await ask(options, run, call, claim), claim);
    if (created) return created;
  }
  throw new StorageError("unavailable", "the conversation changes faster than Redis can be asked");
}

function ask(
  { script, keys }: CreateRunOptions,
  run: NewRun,
  call: string,
  claim?: FirstClaim,
): Promise<Reply> {
  const { runId, conversationId, userId, agent, model } = run;
  const conversation = keys.conversation(conversationId);
  const { itself } = keys.run(conversationId, runId);
  const question = questionOf(run);
  const askedKey = keys.run(conversationId, question.asked).itself;
  return script(
    createRunScript,
    [
      keys.pointer(runId),
      conversation.itself,
      conversation.order,
      conversation.messages,
      conversation.runs,
      itself,
      keys.ownerIndex(userId),
      keys.live,
      askedKey,
    ],
    [
      call,
      runId,
      conversationId,
      userId,
      run.bodyHash,
      run.messageId,
      run.parentRunId ?? "",
      JSON.stringify({ agent, model }),
      encodeTitle(run.title),
      run.ask.kind,
      question.id,
      question.json,
      question.under,
      keys.place(conversationId, userId),
      keys.member(conversationId, runId),
      keys.channel(runId),
      ...(claim ? [claim.token, claim.leaseMs, encodeHolder(claim.holder)] : ["", 0, ""]),
    ],
  );
}

/**
 * The parts of what is asked that the script needs. `asked`: the earlier run. `under`: "?" for any newest
 * message.
 */
function questionOf({ runId, ask: asked }: NewRun) {
  if (asked.kind === "retry") return { id: "", json: "", under: "", asked: asked.retryRunId };
  if (asked.kind === "continue") return { id: "", json: "", under: "", asked: asked.continueRunId };
  const { message, parentMessageId } = asked;
  const json = JSON.stringify({ id: message.id, runId, role: "user", text: message.text });
  const under = parentMessageId === undefined ? "?" : (parentMessageId ?? "");
  return { id: message.id, json, under, asked: runId };
}

/** Nothing if what stood in the way is gone by now. */
async function createdOf(
  { readRun, keys }: CreateRunOptions,
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
      const isClaimed = claim !== undefined && textAt(reply, 2) === "held";
      return { kind, run: created, ...(isClaimed && { claim: claimedRun(created, claim.token) }) };
    }
    case "exists":
    case "conflict":
      return { kind, run: decodeRun(listAt(reply, 1)) };
    case "busy": {
      const active = await readRun(run.conversationId, textAt(reply, 1));
      return active && !isEnded(active.status) ? { kind, run: active } : undefined;
    }
    case "elsewhere": {
      const other = await readRun(keys.readPlace(textAt(reply, 1)).conversationId, run.runId);
      if (!other) return undefined;
      return other.userId === run.userId ? { kind: "conflict", run: other } : { kind: "not-found" };
    }
    default:
      throw new StorageError("damaged", `Redis answered a new run with "${kind}"`);
  }
}
