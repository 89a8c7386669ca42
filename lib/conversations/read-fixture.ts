import { continueMessage } from "../protocol/continue-message.ts";
import type { LogEntry } from "../protocol/log-entry.ts";
import type { AssistantMessage, Message } from "../protocol/message.ts";
import { messageOf } from "../protocol/message-of.ts";
import { foldSnapshot } from "../runs/fold-snapshot.ts";
import { readHistory } from "../runs/read-history.ts";
import type { RunContext } from "../runs/run-context.ts";
import type { RunMeta, RunSnapshot } from "../storage/run-store.ts";

/** What led to a run, and its log as it is stored. */
export interface StoredFixture {
  /** As of `RunFixture`. */
  messages: readonly Message[];
  entries: readonly LogEntry[];
}

/** Events a read. */
const entriesARead = 2000;

/**
 * What led to a run, and its log up to event `upTo`. Null: its conversation was deleted, or the log is no
 * longer kept.
 */
export async function readFixture(
  { storage }: Pick<RunContext, "storage">,
  run: RunMeta,
  upTo = Number.MAX_SAFE_INTEGER,
): Promise<StoredFixture | null> {
  const history = await readHistory({ storage }, run);
  if (!history) return null;
  const entries: LogEntry[] = [];
  for (let seq = 0; seq < upTo; ) {
    const read = await storage.runs.read(run.runId, { seq }, Math.min(entriesARead, upTo - seq));
    if (!read || read.gone) return null;
    if (read.entries.length === 0) break;
    entries.push(...read.entries);
    seq = entries.at(-1)?.seq ?? upTo;
  }
  const kept = await keptAnswer({ storage }, run);
  const question = history.findLast(({ role }) => role === "user");
  const asked = question ? history.slice(0, history.indexOf(question) + 1) : history;
  return { messages: kept ? [...asked, kept] : asked, entries };
}

/** The answer that the run continues, as it stood when that began; undefined: it continues none. */
async function keptAnswer(
  { storage: { runs } }: Pick<RunContext, "storage">,
  run: RunMeta,
): Promise<AssistantMessage | undefined> {
  const before: RunSnapshot[] = [];
  for (let parent = run.parentRunId; parent !== undefined; parent = before.at(-1)?.run.parentRunId) {
    const snapshot = await runs.snapshot(parent);
    if (snapshot?.run.userId !== run.userId || snapshot.run.messageId !== run.messageId) break;
    before.push(snapshot);
  }
  return before.reduceRight<AssistantMessage | undefined>(
    (kept, snapshot) => continueMessage(kept, messageOf(foldSnapshot(snapshot))),
    undefined,
  );
}
