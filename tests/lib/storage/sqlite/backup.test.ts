import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { backupSqlite } from "#lib/storage/sqlite/backup.ts";
import { openSqlite } from "#lib/storage/sqlite.ts";
import { startStoreProcess } from "../../../contract/remote-storage.ts";
import { alice, asked, finished, leaseMs, running } from "../../../contract/scenario.ts";
import { finish } from "../../../support/event-builders.ts";

const home = mkdtempSync(join(tmpdir(), "rivulet-backup-"));
const root = fileURLToPath(new URL("../../../../", import.meta.url));
const other = startStoreProcess();
after(async () => {
  await other.end();
  rmSync(home, { recursive: true, force: true });
});

const emptyDir = () => mkdtempSync(join(home, "store-"));

test("a backup made while another process writes holds all that was acknowledged before, and whole runs only", async () => {
  const [dir, restored] = [emptyDir(), emptyDir()];
  const storage = await other.open(dir, Date.now);
  const writer = await running(storage);
  for (let part = 0; part < 20; part += 1) {
    const deltas = Array.from({ length: 200 }, (_, at) => `${part}.${at} 字 `.repeat(8));
    await storage.runs.append(writer.lease, writer.say(...deltas), leaseMs);
  }
  let writes = 0;
  let writing = true;
  const meanwhile = (async () => {
    while (writing) {
      await storage.runs.append(writer.lease, writer.say("meanwhile "), leaseMs, writer.state);
      writes += 1;
    }
  })();
  for (let round = 0; round < 5; round += 1) {
    const acknowledged = writer.state.seq - 1;
    await backupSqlite(dir, join(restored, "rivulet.db"));
    const copy = openSqlite({ dir: restored });
    const read = await copy.runs.read(writer.run.runId, { seq: 0 }, 1_000_000);
    await copy.close();
    assert.ok(read && !read.gone && read.entries.length === read.head);
    assert.ok(read.head >= acknowledged && read.head <= writer.state.seq, `${read.head} of ${acknowledged}`);
  }
  writing = false;
  await meanwhile;
  assert.ok(writes > 0, "nothing was written meanwhile");
  await finished(storage, writer, finish());
  await storage.close();
});

test("a backup is one file that nobody else may read, and takes the place of the older one at once", async () => {
  const dir = emptyDir();
  const storage = openSqlite({ dir });
  const file = join(dir, "backups", "deep", "mine.db");
  const run = await asked(storage);
  await backupSqlite(dir, file);
  const first = statSync(file);
  chmodSync(file, 0o644);
  await asked(storage);
  await backupSqlite(dir, file);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.notEqual(statSync(file).ino, first.ino);
  assert.deepEqual(readdirSync(join(dir, "backups", "deep")), ["mine.db"]);
  assert.equal((await storage.runs.run(run.runId))?.status, "queued");
  await storage.close();
});

test("a damaged database gives no backup, and the older one stays", async () => {
  const dir = emptyDir();
  const storage = openSqlite({ dir });
  for (let at = 0; at < 50; at += 1) await asked(storage, { text: "word ".repeat(200) });
  const file = join(dir, "kept.db");
  await backupSqlite(dir, file);
  const older = readFileSync(file);
  await storage.close();
  const database = join(dir, "rivulet.db");
  const bytes = readFileSync(database);
  bytes.fill(0xff, 4096 * 3, 4096 * 9);
  writeFileSync(database, bytes);
  await assert.rejects(backupSqlite(dir, file), { code: "damaged" });
  assert.deepEqual(readFileSync(file), older);
  assert.deepEqual(
    readdirSync(dir).filter((name) => name.includes("unfinished")),
    [],
  );
});

test("refused in words: no database, a directory, the database itself", async () => {
  const dir = emptyDir();
  await assert.rejects(backupSqlite(dir, join(dir, "b.db")), /there is no database .*set DATA_DIR/);
  assert.deepEqual(readdirSync(dir), []);
  const storage = openSqlite({ dir });
  mkdirSync(join(dir, "d"));
  await assert.rejects(backupSqlite(dir, join(dir, "d")), /is not a file/);
  for (const end of ["", "-wal"]) {
    await assert.rejects(backupSqlite(dir, join(dir, `rivulet.db${end}`)), /is the database itself/);
  }
  await storage.close();
});

test("npm run backup: tells where it is and what else to keep; refuses what it does not know", async () => {
  const dir = emptyDir();
  const storage = openSqlite({ dir });
  const { conversationId } = await asked(storage);
  await storage.close();
  writeFileSync(join(dir, "session-secret"), "s".repeat(43));
  const made = await backup(dir);
  assert.equal(made.code, 0, made.err);
  assert.match(made.out, /Keep .*session-secret too/);
  const file = /kept: (.+)$/m.exec(made.out)?.[1] ?? "";
  assert.match(file, /backups[/\\]rivulet-\d{4}-\d\d-\d\dT[\d-]+Z\.db$/);
  const restored = emptyDir();
  writeFileSync(join(restored, "rivulet.db"), readFileSync(file));
  const copy = openSqlite({ dir: restored });
  assert.ok(await copy.conversations.get(conversationId, alice));
  await copy.close();
  assert.equal((await backup(dir, "--frequently")).code, 2);
  const none = await backup(join(dir, "none"));
  assert.deepEqual([none.code, /there is no database/.test(none.err)], [3, true]);
  assert.equal(existsSync(join(dir, "none")), false);
});

async function backup(dir: string, ...args: string[]) {
  const child = spawn(process.execPath, [join(root, "scripts/backup.mjs"), ...args], {
    env: { ...process.env, DATA_DIR: dir },
  });
  let [out, err] = ["", ""];
  child.stdout.on("data", (text) => (out += text));
  child.stderr.on("data", (text) => (err += text));
  const [code] = await once(child, "close");
  return { code, out, err };
}
