/**
 * The steps from an empty database to this build's schema. Released steps never change: a new schema is a new
 * step. Strict tables: a column holds its declared type or nothing, which is what the row types rely on.
 */
export const schema: readonly string[] = [
  `
  create table conversations (
    id text primary key,
    owner_id text not null,
    title text not null,
    created_at integer not null,
    updated_at integer not null,
    active_run_id text,
    deleted_at integer
  ) strict, without rowid;
  create index conversations_by_age on conversations (owner_id, updated_at, id) where deleted_at is null;
  create index deleted_conversations on conversations (deleted_at) where deleted_at is not null;

  -- position: the order in which they joined the conversation.
  create table messages (
    position integer primary key,
    conversation_id text not null,
    message_id text not null,
    json text not null,
    unique (conversation_id, message_id)
  ) strict;

  -- token: of the claim whose holder may append, until it suspends; kept when the run is over, to know a repeat.
  -- suspended_token: of the holder that suspended last.
  create table runs (
    run_id text primary key,
    conversation_id text not null,
    owner_id text not null,
    body_hash text not null,
    message_id text not null,
    user_message_id text not null,
    parent_run_id text,
    agent text not null,
    model text,
    status text not null,
    epoch integer not null default 0,
    head integer not null default 0,
    created_at integer not null,
    lease_until integer not null default 0,
    token text,
    suspended_token text,
    owner_host text,
    owner_boot text,
    owner_pid integer,
    owner_started_at text,
    stop_by text,
    stop_reason text,
    stop_at integer,
    continuations integer not null default 0
  ) strict, without rowid;
  create index runs_of_conversation on runs (conversation_id);
  create index live_runs on runs (created_at) where status in ('queued', 'running', 'waiting', 'stopping');

  create table events (
    run_id text not null,
    seq integer not null,
    epoch integer not null,
    json text not null,
    primary key (run_id, seq)
  ) strict, without rowid;

  -- The newest stored fold of a run: apart from runs, whose rows are rewritten by every append.
  create table folds (
    run_id text primary key,
    seq integer not null,
    json text not null
  ) strict;
  `,
  // 1 once a person has chosen the title.
  `alter table conversations add column title_by_hand integer not null default 0`,
  `
  -- owner_id: null once it is logged out. A session without a row is its own owner.
  create table sessions (
    session text primary key,
    owner_id text
  ) strict, without rowid;
  create index sessions_of_owner on sessions (owner_id) where owner_id is not null;

  -- used_by: the session that joined with it.
  create table transfers (
    code text primary key,
    owner_id text not null,
    expires_at integer not null,
    used_by text
  ) strict, without rowid;

  -- What an owner that has joined another may still be writing belongs to the other.
  create table moves (
    from_owner text primary key,
    to_owner text not null,
    moved_at integer not null
  ) strict, without rowid;

  create index conversations_of_owner on conversations (owner_id);
  `,
  `
  -- Of each owner and address, the starts of the last minutes.
  create table starts (
    who text not null,
    run_id text not null,
    at integer not null,
    start text not null,
    primary key (who, start, at)
  ) strict, without rowid;
  create index starts_by_age on starts (at);

  -- What each run of the day (its id and when it began) has used of the server's key. day: since 1970, UTC.
  create table spent (
    day integer not null,
    spender text not null,
    tokens integer not null,
    primary key (day, spender)
  ) strict, without rowid;
  `,
  `
  -- With row ids: the runs that are live stand together on a few pages, and each append rewrites the row of its run.
  create table new_runs (
    run_id text not null primary key,
    conversation_id text not null,
    owner_id text not null,
    body_hash text not null,
    message_id text not null,
    user_message_id text not null,
    parent_run_id text,
    agent text not null,
    model text,
    status text not null,
    epoch integer not null default 0,
    head integer not null default 0,
    created_at integer not null,
    lease_until integer not null default 0,
    token text,
    suspended_token text,
    owner_host text,
    owner_boot text,
    owner_pid integer,
    owner_started_at text,
    stop_by text,
    stop_reason text,
    stop_at integer,
    continuations integer not null default 0
  ) strict;
  insert into new_runs select run_id, conversation_id, owner_id, body_hash, message_id, user_message_id, parent_run_id,
    agent, model, status, epoch, head, created_at, lease_until, token, suspended_token, owner_host, owner_boot,
    owner_pid, owner_started_at, stop_by, stop_reason, stop_at, continuations from runs order by created_at;
  drop table runs;
  alter table new_runs rename to runs;
  create index runs_of_conversation on runs (conversation_id);
  create index live_runs on runs (created_at) where status in ('queued', 'running', 'waiting', 'stopping');

  -- The newest short events of all runs, in the order of their appends: written to one page, where the logs of fifty
  -- runs would take fifty. Once there are many, all are moved to their place.
  alter table events rename to settled_events;
  create table fresh_events (
    position integer primary key,
    run_id text not null,
    seq integer not null,
    epoch integer not null,
    json text not null
  ) strict;
  create view events as
    select run_id, seq, epoch, json from settled_events
    union all select run_id, seq, epoch, json from fresh_events;
  `,
  `
  -- What persons have sent into runs (core/inbox-rules.ts).
  create table inbox (
    run_id text not null,
    kind text not null,
    id text not null,
    state text not null,
    position integer not null,
    tool_call_id text not null,
    input_hash text not null,
    digest text not null,
    json text not null,
    primary key (run_id, kind, id)
  ) strict, without rowid;

  -- How many of them are recorded and in no log yet: the rows are read only then.
  alter table runs add column unread integer not null default 0;
  create index left_messages on runs (created_at)
    where unread > 0 and status in ('finished', 'failed', 'stopped', 'interrupted');
  `,
  `
  -- What agents have kept for users.
  create table notes (
    owner_id text not null,
    name text not null,
    text text not null,
    updated_at integer not null,
    primary key (owner_id, name)
  ) strict, without rowid;
  `,
  `
  -- What waits in a conversation to be asked, as JSON; queue_due: what is to be done with it (core/queue-due.ts).
  alter table conversations add column queue text;
  alter table conversations add column queue_version integer not null default 0;
  alter table conversations add column queue_due integer not null default 0;
  create index due_queues on conversations (updated_at) where queue_due > 1 and deleted_at is null;
  `,
  // Which versions of questions and answers are shown (core/stored-choices.ts); null: none was chosen.
  `alter table conversations add column choices text`,
];
