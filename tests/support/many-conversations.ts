import type { RunMeta } from "#lib/storage/run-store.ts";
import type { Storage } from "#lib/storage/storage.ts";
import {
  asked,
  claimed,
  createRunWriter,
  finished,
  holder,
  leaseMs,
  type RunWriter,
  running,
} from "../contract/scenario.ts";
import {
  abort,
  error,
  finish,
  finishStep,
  interrupted,
  start,
  startStep,
  textEnd,
  textStart,
  toolApprovalRequest,
} from "./event-builders.ts";

export interface ManyConversations {
  storage: Storage;
  count: number;
  users?: readonly string[];
  /** Deletes none. */
  keepsAll?: boolean;
  /** Lets the store's time pass. */
  advance(ms: number): void;
}

interface Made {
  id: string;
  userId: string;
}

interface RunFields {
  conversationId: string;
  userId: string;
  text: string;
  title: string;
}

type Life = (storage: Storage, fields: RunFields) => Promise<void>;

const texts = [
  "Hello",
  "你好，世界 🌏 — 一段中文",
  '{"v":1,"value":{"role":"user"}} "]} \\u0000 \\n',
  "line\nline\ttab \u0000 \u2028 \ud83d half",
  "👩‍👩‍👧‍👦 e\u0301 ﷽ __proto__ constructor",
  "<script>alert(1)</script> ${x} %s ]]>",
];

/** Every state that a conversation can be in; the last ones have a run that has not ended. */
const lives: readonly Life[] = [
  async (storage, fields) => {
    for (const text of texts) {
      const writer = await running(storage, { ...fields, text });
      await storage.runs.append(writer.lease, writer.say(text, "…", text), leaseMs, writer.state);
      await storage.runs.append(writer.lease, writer.write(textEnd(), finishStep()), leaseMs);
      await finished(storage, writer, finish());
    }
  },
  async (storage, fields) => {
    const first = await finishedRun(storage, fields);
    for (let again = 0; again < 2; again += 1) {
      const ask = { kind: "retry", retryRunId: first.run.runId } as const;
      await finished(storage, await running(storage, { ...fields, ask, model: "another" }), finish());
    }
  },
  async (storage, fields) => {
    const first = await running(storage, fields);
    await storage.runs.append(first.lease, first.say(fields.text), leaseMs);
    await storage.runs.requestStop(first.run.runId, "user", fields.title);
    await finished(storage, first, abort());
    const ask = { kind: "continue", continueRunId: first.run.runId } as const;
    const second = await asked(storage, { ...fields, ask });
    const writer = createRunWriter(second, await claimed(storage, second));
    await storage.runs.append(writer.lease, writer.write(startOf(second), startStep(), textStart()), leaseMs);
    await finished(storage, writer, abort());
  },
  async (storage, fields) => finished(storage, await running(storage, fields), error()),
  async (storage, fields) => {
    await finishedRun(storage, fields);
    await finished(storage, await running(storage, fields), interrupted());
  },
  async (storage, fields) => {
    await finishedRun(storage, fields);
    await storage.conversations.rename(fields.conversationId, fields.userId, `${fields.title} 改`);
  },
  async (storage, fields) => void (await asked(storage, fields)),
  async (storage, fields) => {
    await finishedRun(storage, fields);
    const writer = await running(storage, { ...fields, bodyHash: fields.text });
    await storage.runs.append(writer.lease, writer.say(...texts), leaseMs, writer.state);
    await storage.runs.append(writer.lease, writer.say(...texts), leaseMs);
  },
  async (storage, fields) => {
    const writer = await running(storage, fields);
    await storage.runs.requestStop(writer.run.runId, "user");
  },
  async (storage, fields) => {
    const writer = await running(storage, fields);
    await storage.runs.suspend(writer.lease, fields.text === "Hello" ? "waiting" : "queued");
  },
  async (storage, fields) => {
    const writer = await running(storage, fields);
    const { runId } = writer.run;
    await storage.runs.sendMessage(runId, { messageId: "m", text: fields.text, by: "user" });
    await storage.runs.append(writer.lease, writer.write(toolApprovalRequest()), leaseMs);
    await storage.runs.decide(runId, { ...decisionOf(fields.text), approved: true }, "hash");
    if (fields.text === "Hello") await finished(storage, writer, error());
  },
];

const decisionOf = (reason: string) => ({ approvalId: "approval-call-1", by: "user", reason });

/**
 * Fills a store with conversations of every kind, with several users; leases lapse, and every eleventh is
 * deleted at last.
 */
export async function fillStore({
  storage,
  count,
  users = ["alice", "bob:{x}", "卡罗"],
  keepsAll = false,
  advance,
}: ManyConversations) {
  const made: Made[] = [];
  const work: Promise<void>[] = [];
  for (let at = 0; at < count; at += 1) {
    const userId = users[at % users.length] ?? "";
    const conversationId = crypto.randomUUID();
    const text = texts[Math.floor(at / lives.length) % texts.length] ?? "";
    made.push({ id: conversationId, userId });
    work.push(
      lives[at % lives.length]?.(storage, { conversationId, userId, text, title: text.toWellFormed() }) ??
        Promise.resolve(),
    );
    if (at % 50 === 49) await Promise.all(work.splice(0));
    advance(at % 3);
  }
  await Promise.all(work);
  advance(leaseMs + 1);
  const taken = await storage.runs.claimable(3);
  for (const run of taken) await takenOver(storage, run);
  advance(leaseMs + 1);
  for (const { id, userId } of made.filter((_, at) => !keepsAll && at % 11 === 10))
    await storage.conversations.remove(id, userId);
  return made;
}

async function finishedRun(storage: Storage, fields: RunFields): Promise<RunWriter> {
  const writer = await running(storage, fields);
  await storage.runs.append(writer.lease, writer.say(fields.text), leaseMs);
  await finished(storage, writer, finish());
  return writer;
}

/** A second holder, after a lapsed lease: a higher epoch, a continuation. */
async function takenOver(storage: Storage, run: RunMeta): Promise<void> {
  await claimed(storage, run, holder(2));
}

const startOf = ({ conversationId, messageId, userMessageId, parentRunId }: RunMeta) =>
  start({ conversationId, messageId, userMessageId, ...(parentRunId !== undefined && { parentRunId }) });
