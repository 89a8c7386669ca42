import type { RunMeta } from "#lib/storage/run-store.ts";
import type { Storage } from "#lib/storage/storage.ts";
import {
  asked,
  claimed,
  createPen,
  finished,
  leaseMs,
  owner,
  type Pen,
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
} from "./event-builders.ts";

export interface ManyConversations {
  storage: Storage;
  count: number;
  owners?: readonly string[];
  /** Deletes none. */
  keepsAll?: boolean;
  /** Lets the store's time pass. */
  advance(ms: number): void;
}

interface Made {
  id: string;
  userId: string;
}

interface Wish {
  conversationId: string;
  userId: string;
  text: string;
  title: string;
}

type Life = (storage: Storage, wish: Wish) => Promise<void>;

const texts = [
  "Hello",
  "你好，世界 🌏 — 一段中文",
  '{"v":1,"value":{"role":"user"}} "]} \\u0000 \\n',
  "line\nline\ttab \u0000 \u2028 \ud83d half",
  "👩‍👩‍👧‍👦 e\u0301 ﷽ __proto__ constructor",
  "<script>alert(1)</script> ${x} %s ]]>",
];

/** Every way in which a conversation may stand; the last ones have a run that is not over. */
const lives: readonly Life[] = [
  async (storage, wish) => {
    for (const text of texts) {
      const pen = await running(storage, { ...wish, text });
      await storage.runs.append(pen.lease, pen.say(text, "…", text), leaseMs, pen.state);
      await storage.runs.append(pen.lease, pen.write(textEnd(), finishStep()), leaseMs);
      await finished(storage, pen, finish());
    }
  },
  async (storage, wish) => {
    const first = await finishedRun(storage, wish);
    for (let again = 0; again < 2; again += 1) {
      const ask = { kind: "retry", retryRunId: first.run.runId } as const;
      await finished(storage, await running(storage, { ...wish, ask, model: "another" }), finish());
    }
  },
  async (storage, wish) => {
    const first = await running(storage, wish);
    await storage.runs.append(first.lease, first.say(wish.text), leaseMs);
    await storage.runs.requestStop(first.run.runId, "user", wish.title);
    await finished(storage, first, abort());
    const ask = { kind: "continue", continueRunId: first.run.runId } as const;
    const second = await asked(storage, { ...wish, ask });
    const pen = createPen(second, await claimed(storage, second));
    await storage.runs.append(pen.lease, pen.write(startOf(second), startStep(), textStart()), leaseMs);
    await finished(storage, pen, abort());
  },
  async (storage, wish) => finished(storage, await running(storage, wish), error()),
  async (storage, wish) => {
    await finishedRun(storage, wish);
    await finished(storage, await running(storage, wish), interrupted());
  },
  async (storage, wish) => {
    await finishedRun(storage, wish);
    await storage.conversations.rename(wish.conversationId, wish.userId, `${wish.title} 改`);
  },
  async (storage, wish) => void (await asked(storage, wish)),
  async (storage, wish) => {
    await finishedRun(storage, wish);
    const pen = await running(storage, { ...wish, bodyHash: wish.text });
    await storage.runs.append(pen.lease, pen.say(...texts), leaseMs, pen.state);
    await storage.runs.append(pen.lease, pen.say(...texts), leaseMs);
  },
  async (storage, wish) => {
    const pen = await running(storage, wish);
    await storage.runs.requestStop(pen.run.runId, "user");
  },
  async (storage, wish) => {
    const pen = await running(storage, wish);
    await storage.runs.suspend(pen.lease, wish.text === "Hello" ? "waiting" : "queued");
  },
];

/**
 * Fills a store with conversations of every kind, with several owners; leases lapse, and every eleventh is
 * deleted at last.
 */
export async function fillStore({
  storage,
  count,
  owners = ["alice", "bob:{x}", "卡罗"],
  keepsAll = false,
  advance,
}: ManyConversations) {
  const made: Made[] = [];
  const work: Promise<void>[] = [];
  for (let at = 0; at < count; at += 1) {
    const userId = owners[at % owners.length] ?? "";
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

async function finishedRun(storage: Storage, wish: Wish): Promise<Pen> {
  const pen = await running(storage, wish);
  await storage.runs.append(pen.lease, pen.say(wish.text), leaseMs);
  await finished(storage, pen, finish());
  return pen;
}

/** A second owner, after a lapsed lease: a higher epoch, a continuation. */
async function takenOver(storage: Storage, run: RunMeta): Promise<void> {
  await claimed(storage, run, owner(2));
}

const startOf = ({ conversationId, messageId, userMessageId, parentRunId }: RunMeta) =>
  start({ conversationId, messageId, userMessageId, ...(parentRunId !== undefined && { parentRunId }) });
