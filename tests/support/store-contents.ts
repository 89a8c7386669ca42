import { DatabaseSync } from "node:sqlite";
import type { ReadResult } from "#lib/storage/run-store.ts";
import type { Storage } from "#lib/storage/storage.ts";

interface Owned {
  id: string;
  userId: string;
}

/**
 * What servers give of these conversations, byte for byte: snapshots, the whole log of each run, each user's
 * list.
 */
export async function shownContents(
  storage: Storage,
  conversations: readonly Owned[],
  runIds: ReadonlyMap<string, readonly string[]>,
): Promise<Map<string, string>> {
  const shown = new Map<string, string>();
  const show = async ({ id, userId }: Owned) => {
    const runs = (runIds.get(id) ?? []).map(async (runId) => ({
      meta: await storage.runs.run(runId),
      snapshot: await storage.runs.snapshot(runId),
      log: timeless(await storage.runs.read(runId, { seq: 0 }, 100_000)),
    }));
    const found = await storage.conversations.get(id, userId);
    shown.set(id, JSON.stringify({ found, runs: await Promise.all(runs) }));
  };
  for (let from = 0; from < conversations.length; from += 50) {
    await Promise.all(conversations.slice(from, from + 50).map(show));
  }
  for (const userId of new Set(conversations.map((each) => each.userId))) {
    shown.set(userId, JSON.stringify(await storage.conversations.list(userId, { limit: 100_000 })));
  }
  return shown;
}

/** The time that a lease has left differs at every moment. */
const timeless = (read: ReadResult | null) => read && { ...read, leaseLeft: undefined };

/** Every row of a SQLite store, in an order of its own; `without`: conversations that were left out. */
export function sqliteRows(dir: string, without: readonly string[] = []): Map<string, string[]> {
  const db = new DatabaseSync(`${dir}/rivulet.db`, { readOnly: true });
  const left = `(${without.map((id) => `'${id}'`).join(",")})`;
  const runs = `(select run_id from runs where conversation_id in ${left})`;
  const queries = {
    conversations: `select * from conversations where id not in ${left} order by id`,
    // Positions are counted through the whole store: what counts is the order in each conversation.
    messages: `select conversation_id, message_id, json from messages where conversation_id not in ${left} order by conversation_id, position`,
    runs: `select * from runs where conversation_id not in ${left} order by run_id`,
    events: `select * from events where run_id not in ${runs} order by run_id, seq`,
    folds: `select * from folds where run_id not in ${runs} order by run_id`,
    inbox: `select * from inbox where run_id not in ${runs} order by run_id, kind, id`,
  };
  try {
    const rowsOf = (query: string) =>
      db
        .prepare(query)
        .all()
        .map((row) => JSON.stringify(row));
    return new Map(Object.entries(queries).map(([table, query]) => [table, rowsOf(query)]));
  } finally {
    db.close();
  }
}

/** The runs of each conversation of a SQLite store. */
export function runsOfConversations(dir: string): Map<string, string[]> {
  const db = new DatabaseSync(`${dir}/rivulet.db`, { readOnly: true });
  try {
    const runs = new Map<string, string[]>();
    for (const { conversation_id, run_id } of db.prepare("select * from runs order by run_id").all()) {
      const id = String(conversation_id);
      runs.set(id, [...(runs.get(id) ?? []), String(run_id)]);
    }
    return runs;
  } finally {
    db.close();
  }
}
