import { existsSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { readNamedStore } from "../lib/config.ts";
import { copyStore } from "../lib/storage/archive/copy-store.ts";
import { openArchive } from "../lib/storage/archive/open-archive.ts";
import { checkStore } from "../lib/storage/check-store.ts";
import { openStore } from "../lib/storage/open-store.ts";
import { runCommand, UsageError } from "./run-command.mjs";

const usage = `Copies all conversations with their runs, and all notes, from one store to another.

  npm run storage:copy -- --from <store> --to <store>

A store is one of
  sqlite   the database in DATA_DIR
  redis    REDIS_URL, or KV_URL
  kv       KV_REST_API_URL and KV_REST_API_TOKEN, or UPSTASH_REDIS_REST_URL and UPSTASH_REDIS_REST_TOKEN
The variables of both may stand in .env.local or before the command; the server's choice does not matter here.

End the servers that use the source first. Each conversation is read back from the target and compared byte for byte.
What is already in the target is never changed. A copy that was broken off is started again by the same command: it goes
on with what is missing. Conversations deleted for more than 10 seconds are left out.

Exit codes: 0 everything is there; 1 something is not, each told by a line; 2 refused, nothing was copied; 3 a store
failed on the way, run it again.`;

const kinds = ["sqlite", "redis", "kv"];

async function copy(args) {
  const { from, to, help } = read(args);
  if (help) return console.log(usage) ?? 0;
  const named = [from, to].map((kind) => readNamedStore(kind));
  const addresses = named.map(({ store }) => store);
  refuseMissing(addresses[0]);
  for (const { store, source } of named) await checkStore(store, source);
  const ends = [];
  try {
    for (const address of addresses)
      ends.push({ archive: openArchive(address), storage: openStore(address) });
    const copied = await copyStore(...ends, { onProgress: createProgress() });
    return report(copied, addresses, to);
  } finally {
    for (const { archive, storage } of ends) await Promise.all([archive.close(), storage.close()]);
  }
}

function read(args) {
  let values;
  try {
    const option = { type: "string" };
    ({ values } = parseArgs({ args, options: { from: option, to: option, help: { type: "boolean" } } }));
  } catch (cause) {
    throw new UsageError(`${cause.message}\n\n${usage}`, { cause });
  }
  if (values.help) return values;
  const { from, to } = values;
  if (!kinds.includes(from)) throw unknownStore("--from", from);
  if (!kinds.includes(to)) throw unknownStore("--to", to);
  if (from === to) throw new UsageError("--from and --to are the same store: name two");
  return values;
}

function unknownStore(option, value) {
  const found = value === undefined ? "nothing" : JSON.stringify(value);
  return new UsageError(`${option}: found ${found}, expected ${kinds.join(", ")}\n\n${usage}`);
}

/** Opening it would create an empty one. */
function refuseMissing(source) {
  if (source.kind !== "sqlite" || existsSync(join(source.dir, "rivulet.db"))) return;
  throw new UsageError(`there is no database in ${source.dir}: set DATA_DIR to where it is`);
}

/** Prints a line for each tenth of the conversations. */
function createProgress() {
  let shown = 0;
  return (done, total) => {
    const tenth = Math.floor((done * 10) / total);
    if (tenth === shown) return;
    shown = tenth;
    console.log(`${done} of ${total} conversations looked at`);
  };
}

function report(copied, [source], to) {
  const { total, problems } = copied;
  const counts = [
    [copied.copied, "copied and compared"],
    [copied.equal, "were there already and are equal"],
    [copied.continued, "were there already and have gone on since"],
    [copied.leftOut, "left out: deleted"],
    [problems.length, "not copied"],
  ];
  console.log(
    `${total} conversations: ${
      counts
        .filter(([count]) => count > 0)
        .map((each) => each.join(" "))
        .join("; ") || "nothing to do"
    }`,
  );
  if (copied.sessions > 0) console.log(`${copied.sessions} sessions that were joined or logged out`);
  if (copied.notes > 0) console.log(`the notes of ${copied.notes} users`);
  for (const { id, reason } of problems)
    console.error(`${/^(session|notes) /.test(id) ? "" : "conversation "}${id}: ${reason}`);
  if (copied.changed)
    console.error("The source was written to meanwhile: end its servers and run this again.");
  if (source.kind === "sqlite" && existsSync(join(source.dir, "session-secret"))) {
    console.log(
      `Give the servers on ${to} the secret in ${join(source.dir, "session-secret")} as SESSION_SECRET: without it nobody finds their conversations.`,
    );
  }
  return problems.length > 0 || copied.changed ? 1 : 0;
}

await runCommand(copy, { again: "What is copied so far is whole. Run the same command again: it goes on." });
