import type { Cursor } from "#lib/protocol/cursor.ts";
import { undoMs } from "#lib/protocol/limits.ts";
import { isEnded } from "#lib/protocol/run-status.ts";
import { readableMessages, unreadOf } from "#lib/storage/core/inbox-rules.ts";
import { isClaimable, isLeased } from "#lib/storage/core/lease-rules.ts";
import type { Notifier } from "#lib/storage/core/notifier.ts";
import { queueDue } from "#lib/storage/core/queue-due.ts";
import { decodeFold } from "#lib/storage/core/stored-json.ts";
import type { ReadResult, RunMeta, RunSnapshot, RunStore } from "#lib/storage/run-store.ts";
import { createRun } from "./map-create-run.ts";
import { createMapInbox } from "./map-inbox.ts";
import { createMapLeases } from "./map-leases.ts";
import { createMapLog } from "./map-log.ts";
import { type MapRecords, type MapRun, metaOf, runsOf } from "./map-records.ts";

export function createMapRuns(
  records: MapRecords,
  notifier: Pick<Notifier, "subscribe" | "notify">,
): RunStore {
  const { conversations, runs, now } = records;
  const leases = createMapLeases(records);

  const metasOf = (fits: (run: MapRun) => boolean, limit: number): RunMeta[] =>
    [...runs.values()]
      .filter(fits)
      .slice(0, limit)
      .map((run) => metaOf(records, run));

  const isActive = ({ meta }: MapRun): boolean =>
    conversations.get(meta.conversationId)?.fields.activeRunId === meta.runId;

  return {
    async createRun(run, first) {
      const created = createRun(records, run);
      if (created.kind !== "created" || !first) return created;
      const claim = await leases.claim(run.runId, first.token, 0, first.leaseMs, first.holder);
      return claim ? { ...created, run: claim.run, claim } : created;
    },
    ...leases,
    ...createMapLog(records),
    ...createMapInbox(records),

    async run(runId) {
      const run = runs.get(runId);
      return run ? metaOf(records, run) : null;
    },
    async read(runId, after, limit) {
      const run = runs.get(runId);
      return run ? readLog(run, after, limit, now()) : null;
    },
    async open(runId, userId, after, limit) {
      const run = runs.get(runId);
      const meta = run && metaOf(records, run);
      if (!run || meta?.userId !== userId || meta.deleted) return null;
      return { run: meta, read: readLog(run, after, limit, now()) };
    },
    async snapshot(runId) {
      const run = runs.get(runId);
      return run ? snapshotOf(records, run) : null;
    },
    ...notifier,

    claimable: async (limit) => metasOf((run) => isClaimable(run.meta, isActive(run), now()), limit),
    leased: async (limit) => metasOf(({ meta }) => !isEnded(meta.status) && isLeased(meta, now()), limit),
    async dueQueues(limit) {
      const found = [...conversations].flatMap(([id, { queue, fields, deletedAt }]) => {
        const due = deletedAt === undefined && queue ? queueDue(queue) : 0;
        const isDue = due === 3 || (due === 2 && !runs.has(fields.activeRunId ?? ""));
        return isDue ? [{ conversationId: id, userId: fields.userId }] : [];
      });
      return found.slice(0, limit);
    },
    async trim() {
      const purgeable = [...conversations].filter(
        ([id, { deletedAt = Infinity }]) =>
          deletedAt <= now() - undoMs && runsOf(records, id).every(({ meta }) => isEnded(meta.status)),
      );
      for (const [id] of purgeable) {
        for (const { meta } of runsOf(records, id)) runs.delete(meta.runId);
        conversations.delete(id);
      }
      return purgeable.length;
    },
  };
}

function readLog({ entries, meta }: MapRun, { epoch, seq }: Cursor, limit: number, now: number): ReadResult {
  if (epoch !== undefined && seq > 0 && entries[seq - 1]?.epoch !== epoch) return { gone: true };
  const { head, status, stop, leaseUntil } = meta;
  return {
    entries: entries.slice(seq, seq + limit),
    head,
    status,
    ...(stop && { stop }),
    ...(leaseUntil > 0 && { leaseLeft: leaseUntil - now }),
  };
}

/** The newest stored fold and the entries after it. */
export function snapshotOf(records: MapRecords, run: MapRun): RunSnapshot {
  const fold = run.fold && decodeFold(run.fold.json, run.meta.runId, run.fold.seq);
  const entries = run.entries.slice(fold?.seq ?? 0);
  const messages = readableMessages(() => unreadOf(run.inbox, run.meta.runId));
  return { run: metaOf(records, run), ...(fold && { fold }), entries, ...messages };
}
