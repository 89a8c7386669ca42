import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, describe, test } from "node:test";
import { withTimeout } from "#lib/async/with-timeout.ts";
import { isEnded } from "#lib/protocol/run-status.ts";
import { type Clock, systemClock } from "#lib/runs/clock.ts";
import { startRun } from "#lib/runs/start-run.ts";
import { keepSweeping } from "#lib/runs/sweep-runs.ts";
import { createKeys } from "#lib/storage/kv/keys.ts";
import { openKv } from "#lib/storage/kv.ts";
import { connectRedis } from "#lib/storage/redis.ts";
import { openSqlite } from "#lib/storage/sqlite.ts";
import type { Storage } from "#lib/storage/storage.ts";
import { hangingStorage } from "../../support/hanging-storage.ts";
import { localApi } from "../../support/local-api.ts";
import { type RedisServer, redisMissing, startRedisServer } from "../../support/redis-server.ts";
import { foldAll, question, readLog, runContext, textOf, userId } from "../../support/run-bench.ts";
import { finished, gate, says, scriptedModel } from "../../support/scripted-model.ts";
import { waitUntil } from "../../support/wait-until.ts";
import { edit, newDir } from "../storage/sqlite/temporary-store.ts";

/** What is changed by hand while an answer is written. */
interface Damage {
  name: string;
  apply(run: { runId: string; conversationId: string }): Promise<void> | void;
  mend?(run: { runId: string; conversationId: string }): Promise<void>;
}

/** Unlike any other time here, ms. */
const sweepMs = 199;

/** Within which whoever reads must know, ms: two of their reads, where nothing else tells them. */
const toldMs = 40_000;

const inWords = /"code":"(record_damaged|not_found|stale_parent|conversation_busy|log_gone)"/;

/** While an answer is written, and while the process that wrote it is gone. */
const moments = ["while it is written", "while nobody writes it"] as const;

/** A store of its own for each test: they wait side by side. */
type OpenDamaged = () => { storage: Storage; damages: readonly Damage[] };

const opened: Storage[] = [];

function register(name: string, open: OpenDamaged): void {
  for (const moment of moments)
    test(`${name}, ${moment}`, async () => {
      const { storage, damages } = open();
      opened.push(storage);
      const failures = await Promise.all(
        damages.map((damage) =>
          checkDamage(storage, damage, moment).then(
            () => [],
            (error: unknown) => [`${damage.name}: ${error instanceof Error ? error.message : String(error)}`],
          ),
        ),
      );
      assert.deepEqual(failures.flat(), []);
    });
}

async function checkDamage(
  storage: Storage,
  damage: Damage,
  moment: (typeof moments)[number],
): Promise<void> {
  const hold = gate();
  const model = scriptedModel([...says("one "), hold.promise, ...says("two"), finished]);
  const isDead = moment !== "while it is written";
  const connection = hangingStorage(storage);
  const run = question("go");
  const lines: string[] = [];
  const log = ({ message, runId: of }: Readonly<Record<string, unknown>>) =>
    of === run.runId && lines.push(String(message));
  let sweeps = 0;
  const clock: Clock = {
    ...systemClock,
    sleep(ms, signal) {
      if (ms === sweepMs) sweeps += 1;
      return systemClock.sleep(ms, signal);
    },
  };
  const times = { leaseMs: 1500, heartbeatMs: 500, clock, log };
  const context = runContext(model, { storage: connection, ...times });
  const other = runContext(scriptedModel([...says("two"), finished]), { storage, ...times });
  const api = localApi(isDead ? other : { ...context, storage });
  const { conversationId, runId } = run;
  const url = `/api/conversations/${conversationId}`;
  const { done = Promise.resolve() } = await startRun(context, run);
  const isWritten = async () => ((await storage.runs.run(runId))?.head ?? 0) >= 4;
  await waitUntil("it writes", isWritten, toldMs);
  const reader = api(`/api/runs/${runId}/events?after=0`).then((response) => response.text());

  if (isDead) connection.kill();
  await damage.apply(run);
  hold.open();
  const sweeping = new AbortController();
  keepSweeping(other, sweepMs, sweeping.signal);
  try {
    if (!isDead) await within("the holder lets go", done);
    await within("an open reader is told, and ends", reader);
    await waitUntil(
      "the run has ended, or is refused in words",
      () => isSettled(storage, api, { runId, url }),
      toldMs,
    );
    // Nothing goes round in circles.
    const swept = sweeps;
    await waitUntil("it is met again by sweeps", () => sweeps > swept + 5, toldMs);
    const isRepeated = (message: string) => lines.filter((each) => each === message).length > 3;
    assert.ok(!lines.some(isRepeated), `said again and again: ${lines.join(", ")}`);
    // Refused in words, or answered: never a wait.
    const post = (body: object) =>
      api(`${url}/runs`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      });
    const next = await within(
      "the next question is answered",
      post({ runId: randomUUID(), message: { text: "and?" } }),
    );
    const text = await within("and so is its stream", next.text());
    const isNewer = damage.name.includes("newer build") && text.includes("written by a newer build");
    assert.match(text, next.ok ? /"type":"(finish|error)"/ : isNewer ? /store_unavailable/ : inWords);
    // Nobody else is touched.
    const sound = question("hi");
    await (await startRun(runContext(scriptedModel([...says("sound"), finished]), { storage }), sound)).done;
    assert.equal(textOf(foldAll(await readLog(storage, sound.runId))), "sound");
    assert.ok(await storage.conversations.get(sound.conversationId, userId));
  } finally {
    sweeping.abort();
    await damage.mend?.(run);
  }
}

/** What the run's and the conversation's readers are answered from now on does not have to be waited for. */
async function isSettled(
  storage: Storage,
  api: ReturnType<typeof localApi>,
  { runId, url }: { runId: string; url: string },
): Promise<boolean> {
  const run = await storage.runs.run(runId).catch(() => "damaged" as const);
  if (run === null || run === "damaged") return true;
  if (isEnded(run.status)) return true;
  const refusals = [await api(`/api/runs/${runId}/events?after=0`), await api(url)];
  const codes = await Promise.all(
    refusals.map(async (response) => (response.ok ? "" : String((await response.json()).code))),
  );
  // What stands in the conversation may be read: its run has a stream that says the rest.
  return codes[0] !== "" && codes.every((code) => ["", "record_damaged", "not_found"].includes(code));
}

const within = <T>(what: string, promise: Promise<T>): Promise<T> =>
  withTimeout(toldMs, promise, () => new Error(`in vain: ${what}`));

function sqliteDamages(dir: string): Damage[] {
  const run = (name: string, sql: string): Damage => ({
    name,
    apply: ({ runId, conversationId }) =>
      edit(dir, (db) =>
        db.exec(sql.replaceAll("$run", `'${runId}'`).replaceAll("$conversation", `'${conversationId}'`)),
      ),
  });
  const tables = ["fresh_events", "settled_events"];
  return [
    ...tables.flatMap((table) => [
      run(
        `an event of ${table} that was cut short`,
        `update ${table} set json = substr(json, 1, 30) where run_id = $run and seq = 3`,
      ),
      run(
        `an event of ${table} of random bytes`,
        `update ${table} set json = 'x\u0001' where run_id = $run and seq = 3`,
      ),
      run(
        `an event of ${table} that is missing in the middle`,
        `delete from ${table} where run_id = $run and seq = 3`,
      ),
      run(`all events of ${table} missing`, `delete from ${table} where run_id = $run`),
    ]),
    run(
      "a run that is read, and takes no write",
      `drop trigger if exists refuse; create trigger refuse before update on runs when old.run_id = $run
        begin select json('x{'); end`,
    ),
    run(
      "a run whose log takes no write",
      `drop trigger if exists refuse_log; create trigger refuse_log before insert on fresh_events
        when new.run_id = $run begin select json('x{'); end`,
    ),
    run("a run that is missing", "delete from runs where run_id = $run"),
    run("a run of no known status", "update runs set status = 'odd' where run_id = $run"),
    run("a run whose log should be longer", "update runs set head = head + 5 where run_id = $run"),
    run("a run with another lease", "update runs set epoch = epoch + 7, token = 'x' where run_id = $run"),
    run("a lease that no process has", "update runs set token = null, owner_host = 'x' where run_id = $run"),
    run("a fold that was cut short", "replace into folds (run_id, seq, json) values ($run, 2, '{\"v\":1')"),
    run(
      "a fold of a newer build",
      'replace into folds (run_id, seq, json) values ($run, 2, \'{"v":9,"value":{}}\')',
    ),
    run(
      "a question that was cut short",
      "update messages set json = substr(json, 1, 20) where conversation_id = $conversation",
    ),
    run("a question that is missing", "delete from messages where conversation_id = $conversation"),
    run("a conversation that is missing", "delete from conversations where id = $conversation"),
    run(
      "a conversation of another run",
      "update conversations set active_run_id = 'x' where id = $conversation",
    ),
  ];
}

function openDamagedSqlite(): ReturnType<OpenDamaged> {
  const dir = newDir();
  return { storage: openSqlite({ dir }), damages: sqliteDamages(dir) };
}

type Ids = Parameters<Damage["apply"]>[0];
type Keys = ReturnType<typeof createKeys>;
type Kind = [name: string, keyOf: (keys: Keys, ids: Ids) => string, fields: string[]];

const recordOf = (keys: Keys, { conversationId, runId }: Ids): string =>
  keys.run(conversationId, runId).record;

const conversationOf = (keys: Keys, { conversationId }: Ids): string =>
  keys.conversation(conversationId).record;

const kinds: Kind[] = [
  // First, because it takes the longest.
  ["list of live runs", (keys) => keys.liveRuns, []],
  ["conversation", conversationOf, ["v", "owner", "title", "updatedAt", "active", "deletedAt"]],
  ["order of messages", (keys, { conversationId }) => keys.conversation(conversationId).order, []],
  ["messages", (keys, { conversationId }) => keys.conversation(conversationId).messages, []],
  ["list of runs", (keys, { conversationId }) => keys.conversation(conversationId).runs, []],
  [
    "run",
    recordOf,
    [
      ...["v", "status", "epoch", "head", "leaseUntil", "token", "holder", "stop", "about"],
      ...["continuations", "owner"],
    ],
  ],
  ["log", (keys, { conversationId, runId }) => keys.run(conversationId, runId).log, []],
  ["fold", (keys, { conversationId, runId }) => keys.run(conversationId, runId).fold, []],
  ["pointer", (keys, { runId }) => keys.pointer(runId), []],
  ["user's list", (keys) => keys.listOf(userId), []],
];
const shared = new Set(["user's list", "list of live runs"]);

interface DamagedKv {
  keys: Keys;
  connection: ReturnType<typeof connectRedis>;
  send(...command: string[]): Promise<void>;
}

const damagesOf = ([name, keyOf, fields]: Kind, { keys, send }: DamagedKv): Damage[] => [
  {
    name: "of another type",
    // What all conversations share is put right again, for the others.
    mend: async (ids) => (shared.has(name) ? send("DEL", keyOf(keys, ids)) : undefined),
    async apply(ids) {
      await send("DEL", keyOf(keys, ids));
      await send("SET", keyOf(keys, ids), "\u0001x{");
    },
  },
  { name: "missing", apply: (ids) => send("DEL", keyOf(keys, ids)) },
  ...fields.flatMap((field): Damage[] => [
    { name: `${field} is no value`, apply: (ids) => send("HSET", keyOf(keys, ids), field, "\u0001x{") },
    { name: `${field} is missing`, apply: (ids) => send("HDEL", keyOf(keys, ids), field) },
  ]),
];

const damagesWithin = ({ keys, connection, send }: DamagedKv): Damage[] => [
  { name: "the run is of a newer build", apply: (ids) => send("HSET", recordOf(keys, ids), "v", "9") },
  {
    name: "the conversation is of a newer build",
    apply: (ids) => send("HSET", conversationOf(keys, ids), "v", "9"),
  },
  {
    name: "the fold was cut short",
    apply: ({ conversationId, runId }) =>
      send("HSET", keys.run(conversationId, runId).fold, "seq", "2", "json", '{"v":1'),
  },
  {
    name: "an event is missing in the middle",
    apply: ({ conversationId, runId }) => send("XDEL", keys.run(conversationId, runId).log, "0-3"),
  },
  {
    name: "the question was cut short",
    async apply({ conversationId }) {
      const { messages, order } = keys.conversation(conversationId);
      const id = await connection.send(["LINDEX", order, "0"]);
      assert.ok(typeof id === "string");
      await send("HSET", messages, id, '{"v":1,"val');
    },
  },
];

function registerRedis(redis: RedisServer): void {
  let count = 0;
  function openDamaged(damages: (kv: DamagedKv) => readonly Damage[]): ReturnType<OpenDamaged> {
    const prefix = `t${(count += 1)}`;
    const connection = connectRedis({ url: redis.url });
    const send = async (...command: string[]): Promise<void> => void (await connection.send(command));
    const storage = openKv({ connection, prefix, pollMs: 200 });
    return { storage, damages: damages({ keys: createKeys(prefix), connection, send }) };
  }

  for (const kind of kinds) register(`redis, the ${kind[0]}`, () => openDamaged((kv) => damagesOf(kind, kv)));
  register("redis, a record", () => openDamaged(damagesWithin));
}

const redis = redisMissing ? undefined : await startRedisServer();
after(async () => {
  for (const storage of opened) await storage.close();
  await redis?.close();
});

describe("a record that was changed by hand", { concurrency: 5 }, () => {
  register("sqlite, any row", openDamagedSqlite);
  if (redis) registerRedis(redis);
});
