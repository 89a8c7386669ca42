import { existsSync } from "node:fs";
import { join } from "node:path";
import { readStore } from "../lib/config.ts";
import { backupSqlite } from "../lib/storage/sqlite/backup.ts";
import { runCommand, UsageError } from "./run-command.mjs";

const usage = `Copies the SQLite database in DATA_DIR, while servers may be writing to it.

  npm run backup                   to DATA_DIR/backups/rivulet-<time>.db
  npm run backup -- <file>         to that file, in the place of an older one

Exit codes: 0 done; 2 refused; 3 it failed, and no file was made or changed.`;

async function makeBackup([file, ...more]) {
  if (file === "--help") return console.log(usage) ?? 0;
  if (file?.startsWith("-") || more.length > 0) throw new UsageError(usage);
  const { dir } = readStore("sqlite");
  const time = new Date().toISOString().replaceAll(":", "-").replace(/\.\d+/, "");
  const target = file ?? join(dir, "backups", `rivulet-${time}.db`);
  await backupSqlite(dir, target);
  console.log(`Checked and kept: ${target}`);
  const secret = join(dir, "session-secret");
  if (existsSync(secret)) {
    console.log(`Keep ${secret} too, or SESSION_SECRET: without it nobody finds their conversations.`);
  }
  return 0;
}

await runCommand(makeBackup, { again: "No backup was made." });
