import type { DatabaseSync } from "node:sqlite";
import type { LogEntry } from "../../protocol/log-entry.ts";
import { prepare } from "./prepare.ts";
import type { ConversationRow, HeadRow, InboxRow, LogRow, RunRow } from "./rows.ts";
import { schema } from "./schema.ts";

export type Statements = ReturnType<typeof prepareStatements>;

const isLive = "status in ('queued', 'running', 'waiting', 'stopping')";
/** Where the run got on (core/append-rules.ts), continuations are counted from 0 again. */
const setHead = "update runs set head = ?, lease_until = ?, continuations = iif(?, 0, continuations)";
const selectRun =
  "select runs.*, deleted_at from runs left join conversations on conversations.id = conversation_id";

/** Every statement of the store, prepared once. */
export function prepareStatements(db: DatabaseSync) {
  return {
    ...runStatements(db),
    ...logStatements(db),
    ...inboxStatements(db),
    ...conversationStatements(db),
    ...queueStatements(db),
    ...purgeStatements(db),
  };
}

function runStatements(db: DatabaseSync) {
  return {
    run: prepare<RunRow>(db, `${selectRun} where run_id = ?`),
    addRun: prepare(
      db,
      `insert into runs (run_id, conversation_id, owner_id, body_hash, message_id, user_message_id, parent_run_id,
         agent, model, status, created_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, 'queued', ?)`,
    ),
    takeRun: prepare(
      db,
      `update runs set epoch = epoch + 1, token = ?, lease_until = ?, owner_host = ?,
         owner_boot = ?, owner_pid = ?, owner_started_at = ?, continuations = continuations + ?,
         status = iif(status = 'queued', 'running', status) where run_id = ?`,
    ),
    renewLease: prepare(db, "update runs set lease_until = ? where run_id = ?"),
    suspendRun: prepare(
      db,
      `update runs set status = ?, suspended_token = token, token = null, lease_until = 0, owner_host = null,
         owner_boot = null, owner_pid = null, owner_started_at = null where run_id = ?`,
    ),
    /**
     * Compares the lease and the head (core/append-rules.ts A1 to A4) and sets the new one: the hot path.
     * Only where there is nothing to tell the holder: to return a row costs half as much again.
     */
    appendFast: prepare(
      db,
      `${setHead} where run_id = ? and epoch = ? and token = ? and head = ? and status = 'running'
         and unread = 0 and stop_at is null`,
    ),
    setHead: prepare(db, `${setHead} where run_id = ?`),
    endRun: prepare(
      db,
      `update runs set head = ?, status = ?, lease_until = 0, owner_host = null, owner_boot = null, owner_pid = null,
         owner_started_at = null where run_id = ?`,
    ),
    stopRun: prepare(
      db,
      "update runs set status = 'stopping', stop_by = ?, stop_reason = ?, stop_at = ? where run_id = ?",
    ),
    /** core/lease-rules.ts L4. */
    claimable: prepare<RunRow>(
      db,
      `${selectRun} where ${isLive} and status <> 'waiting' and lease_until <= ?
         and (active_run_id = run_id or stop_at is not null) order by runs.created_at limit ?`,
    ),
    leased: prepare<RunRow>(
      db,
      `${selectRun} where ${isLive} and lease_until > ? order by runs.created_at limit ?`,
    ),
    /** Changes whenever readers of the run have something new to read. */
    runVersion: prepare<{ version: string }>(
      db,
      "select head || ' ' || epoch || ' ' || status || ' ' || unread as version from runs where run_id = ?",
    ),
    liveRuns: prepare<Pick<RunRow, "run_id" | "stop_at">>(
      db,
      `select run_id, stop_at from runs where conversation_id = ? and ${isLive}`,
    ),
    runIds: prepare<Pick<RunRow, "run_id">>(db, "select run_id from runs where conversation_id = ?"),
    ping: prepare(db, "select 1"),
    /** Writes the page that the version stands on, as it is. */
    writeNothing: prepare(db, `pragma user_version = ${schema.length}`),
    dataVersion: prepare<{ data_version: number }>(db, "pragma data_version"),
  };
}

function logStatements(db: DatabaseSync) {
  return {
    /** What an append checks. */
    log: prepare<LogRow>(
      db,
      `select run_id, conversation_id, status, epoch, head, token, unread, stop_by, stop_reason, stop_at
         from runs where run_id = ?`,
    ),
    /** What a read reports of the run. */
    head: prepare<HeadRow>(
      db,
      "select head, status, stop_by, stop_reason, stop_at, lease_until from runs where run_id = ?",
    ),
    eventsAfter: prepare<LogEntry>(
      db,
      "select seq, epoch, json from events where run_id = ? and seq > ? order by seq limit ?",
    ),
    addToStaging: prepare(db, "insert into fresh_events (run_id, seq, epoch, json) values (?, ?, ?, ?)"),
    addToMain: prepare(db, "insert into settled_events (run_id, seq, epoch, json) values (?, ?, ?, ?)"),
    moveStagedToMain: prepare(
      db,
      "insert into settled_events select run_id, seq, epoch, json from fresh_events order by run_id, seq",
    ),
    clearStaging: prepare(db, "delete from fresh_events"),
    fold: prepare<{ seq: number; json: string }>(db, "select seq, json from folds where run_id = ?"),
    saveFold: prepare(
      db,
      `insert into folds (run_id, seq, json) values (?, ?, ?)
         on conflict do update set seq = excluded.seq, json = excluded.json where excluded.seq > seq`,
    ),
  };
}

function inboxStatements(db: DatabaseSync) {
  return {
    inbox: prepare<InboxRow>(
      db,
      `select kind, id, state, position, tool_call_id as "toolCallId", input_hash as "inputHash", digest, json
         from inbox where run_id = ?`,
    ),
    saveInboxRecord: prepare(
      db,
      `insert into inbox (run_id, kind, id, state, position, tool_call_id, input_hash, digest, json)
         values (?, ?, ?, ?, ?, ?, ?, ?, ?)
         on conflict do update set state = excluded.state, position = excluded.position,
           tool_call_id = excluded.tool_call_id, input_hash = excluded.input_hash, digest = excluded.digest,
           json = excluded.json`,
    ),
    setUnread: prepare(db, "update runs set unread = ? where run_id = ?"),
    queueWaiting: prepare(db, "update runs set status = 'queued' where run_id = ? and status = 'waiting'"),
    /** Those that core/wait-rules.ts may find to have waited for too long. */
    waitingSince: prepare<RunRow>(
      db,
      `${selectRun} where ${isLive} and status = 'waiting' and runs.created_at <= ? order by runs.created_at`,
    ),
    left: prepare<RunRow>(
      db,
      `${selectRun} where unread > 0 and status in ('finished', 'failed', 'stopped', 'interrupted')
         and deleted_at is null order by runs.created_at limit ?`,
    ),
  };
}

function conversationStatements(db: DatabaseSync) {
  return {
    conversation: prepare<ConversationRow>(db, "select * from conversations where id = ?"),
    saveConversation: prepare(
      db,
      `insert into conversations (id, owner_id, title, created_at, updated_at, active_run_id) values (?, ?, ?, ?, ?, ?)
         on conflict do update set updated_at = excluded.updated_at, active_run_id = excluded.active_run_id`,
    ),
    clearActive: prepare(
      db,
      "update conversations set active_run_id = iif(active_run_id = ?, null, active_run_id), updated_at = ? where id = ?",
    ),
    renameConversation: prepare(db, "update conversations set title = ?, title_by_hand = 1 where id = ?"),
    setChoices: prepare(db, "update conversations set choices = ? where id = ?"),
    setDeletedAt: prepare(db, "update conversations set deleted_at = ? where id = ?"),
    deletions: prepare<{ id: string; deleted_at: number }>(
      db,
      "select id, deleted_at from conversations where deleted_at is not null order by deleted_at limit ?",
    ),
    conversations: prepare<ConversationRow>(
      db,
      `select * from conversations where owner_id = ? and deleted_at is null and (updated_at, id) < (?, ?)
         order by updated_at desc, id desc limit ?`,
    ),
    newestRunOf: prepare<Pick<RunRow, "run_id" | "conversation_id" | "created_at">>(
      db,
      `select run_id, conversation_id, created_at from runs where conversation_id = ? and agent = ?
         order by created_at desc, rowid desc limit 1`,
    ),
    messages: prepare<{ message_id: string; json: string }>(
      db,
      "select message_id, json from messages where conversation_id = ? order by position",
    ),
    message: prepare<{ json: string }>(
      db,
      "select json from messages where conversation_id = ? and message_id = ?",
    ),
    newestMessage: prepare<{ message_id: string; json: string }>(
      db,
      "select message_id, json from messages where conversation_id = ? order by position desc limit 1",
    ),
    addMessage: prepare(db, "insert into messages (conversation_id, message_id, json) values (?, ?, ?)"),
    moveToEnd: prepare(
      db,
      `update messages set position = (select max(position) + 1 from messages)
         where conversation_id = ?1 and message_id = ?2
           and position < (select max(position) from messages where conversation_id = ?1)`,
    ),
    saveMessage: prepare(
      db,
      `insert into messages (conversation_id, message_id, json) values (?, ?, ?)
         on conflict (conversation_id, message_id) do update set json = excluded.json`,
    ),
  };
}

function queueStatements(db: DatabaseSync) {
  return {
    saveQueue: prepare(
      db,
      "update conversations set queue = ?, queue_version = ?, queue_due = ? where id = ?",
    ),
    queueDue: prepare<Pick<ConversationRow, "queue_due">>(
      db,
      "select queue_due from conversations where id = ?",
    ),
    /** One run of a conversation is live at a time: the newest is that, or ended last. */
    newestRunIn: prepare<Pick<RunRow, "run_id">>(
      db,
      "select run_id from runs where conversation_id = ? order by created_at desc, rowid desc limit 1",
    ),
    dueQueues: prepare<Pick<ConversationRow, "id" | "owner_id">>(
      db,
      `select id, owner_id from conversations where queue_due > 1 and deleted_at is null
         and (queue_due = 3 or not exists (select 1 from runs where run_id = active_run_id and ${isLive}))
         order by updated_at limit ?`,
    ),
  };
}

function purgeStatements(db: DatabaseSync) {
  const ofConversation = "(select run_id from runs where conversation_id = ?)";
  return {
    purgeable: prepare<{ id: string }>(
      db,
      `select id from conversations where deleted_at <= ?
         and not exists (select 1 from runs where conversation_id = conversations.id and ${isLive}) limit ?`,
    ),
    purgeMain: prepare(db, `delete from settled_events where run_id in ${ofConversation}`),
    purgeStaging: prepare(db, `delete from fresh_events where run_id in ${ofConversation}`),
    purgeFolds: prepare(db, `delete from folds where run_id in ${ofConversation}`),
    purgeInbox: prepare(db, `delete from inbox where run_id in ${ofConversation}`),
    purgeRuns: prepare(db, "delete from runs where conversation_id = ?"),
    purgeMessages: prepare(db, "delete from messages where conversation_id = ?"),
    purgeConversation: prepare(db, "delete from conversations where id = ?"),
  };
}
